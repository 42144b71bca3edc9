// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/proxyenvironment.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;

namespace patronus {

class TestProxyEnvironment : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theEnvironmentChoosesTheProxy_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("proxy");
        QTest::newRow("https") << u"https://api.example.com"_s << u"HTTPS_PROXY"_s << u"http://proxy:3128"_s
                               << u"http://proxy:3128"_s;
        QTest::newRow("lower case") << u"https://api.example.com"_s << u"https_proxy"_s << u"http://proxy:3128"_s
                                    << u"http://proxy:3128"_s;
        QTest::newRow("http") << u"http://api.example.com"_s << u"HTTP_PROXY"_s << u"http://u:p@proxy:3128"_s
                              << u"http://u:p@proxy:3128"_s;
        QTest::newRow("of the other scheme")
            << u"http://api.example.com"_s << u"HTTPS_PROXY"_s << u"http://proxy:3128"_s << u""_s;
        QTest::newRow("no scheme") << u"https://api.example.com"_s << u"HTTPS_PROXY"_s << u"proxy:3128"_s
                                   << u"http://proxy:3128"_s;
        QTest::newRow("socks") << u"https://api.example.com"_s << u"HTTPS_PROXY"_s << u"socks5://proxy"_s
                               << u"socks5://proxy"_s;
        QTest::newRow("localhost") << u"https://localhost:6443"_s << u"HTTPS_PROXY"_s << u"http://proxy:3128"_s
                                   << u""_s;
        QTest::newRow("loopback") << u"https://127.0.0.2:6443"_s << u"HTTPS_PROXY"_s << u"http://proxy:3128"_s << u""_s;
        QTest::newRow("loopback of IPv6")
            << u"https://[::1]:6443"_s << u"HTTPS_PROXY"_s << u"http://proxy:3128"_s << u""_s;
        QTest::newRow("empty") << u"https://api.example.com"_s << u"HTTPS_PROXY"_s << u""_s << u""_s;
    }
    void theEnvironmentChoosesTheProxy()
    {
        QFETCH(const QString, server);
        QFETCH(const QString, name);
        QFETCH(const QString, value);
        QProcessEnvironment environment;
        environment.insert(name, value);
        QTEST(proxyFromEnvironment(QUrl(server), environment).toString(), "proxy");
    }

    void noProxyNamesWhatGoesStraight_data()
    {
        QTest::addColumn<QString>("noProxy");
        QTest::addColumn<QString>("server");
        QTest::addColumn<bool>("straight");
        const auto row = [](const char *noProxy, const char *server, bool straight) {
            QTest::addRow("%s for %s", noProxy, server)
                << QString::fromLatin1(noProxy) << QString::fromLatin1(server) << straight;
        };
        row("*", "https://api.example.com", true);
        row("a.test, *", "https://api.example.com", true);
        row("example.com", "https://example.com", true);
        row("example.com", "https://api.example.com", true);
        row("EXAMPLE.com", "https://API.example.COM", true);
        row("example.com", "https://badexample.com", false);
        row(".example.com", "https://api.example.com", true);
        row(".example.com", "https://example.com", false);
        row("*.example.com", "https://api.example.com", true);
        row("*.example.com", "https://example.com", false);
        row("example.com:443", "https://example.com", true);
        row("example.com:6443", "https://example.com:6443", true);
        row("example.com:6443", "https://example.com", false);
        row("10.1.2.3", "https://10.1.2.3:6443", true);
        row("10.1.2.3:6443", "https://10.1.2.3:6443", true);
        row("10.1.2.3:80", "https://10.1.2.3:6443", false);
        row("10.0.0.0/8", "https://10.1.2.3:6443", true);
        row("10.0.0.0/8", "https://11.1.2.3:6443", false);
        row("10.0.0.0/8", "https://ten.example.com", false);
        row("fd00::/8", "https://[fd00::1]:6443", true);
        row("fd00::1", "https://[fd00::1]:6443", true);
        row("[fd00::1]:6443", "https://[fd00::1]:6443", true);
        row("[fd00::1]:80", "https://[fd00::1]:6443", false);
        row(" , ,example.com,", "https://example.com", true);
        row("10.0.0.0/99", "https://10.1.2.3", false);
        row(":", "https://example.com", false);
        row(".", "https://example.com", false);
        row("", "https://example.com", false);
    }
    void noProxyNamesWhatGoesStraight()
    {
        QFETCH(const QString, noProxy);
        QFETCH(const QString, server);
        QProcessEnvironment environment;
        environment.insert(u"HTTPS_PROXY"_s, u"http://proxy:3128"_s);
        environment.insert(u"no_proxy"_s, noProxy);
        QTEST(proxyFromEnvironment(QUrl(server), environment).isEmpty(), "straight");
    }
};

} // namespace patronus

QTEST_APPLESS_MAIN(patronus::TestProxyEnvironment)
#include "tst_proxyenvironment.moc"
