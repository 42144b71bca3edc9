// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weburl.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestWebUrl : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatABrowserWouldOpenIsRead_data()
    {
        QTest::addColumn<QString>("text");
        for (const QString &text : {u"http://10.0.0.1:9090"_s, u"https://prometheus.example/path/"_s,
                 u"http://[::1]:9090"_s, u"https://host/a@b"_s})
            QTest::newRow(qPrintable(text)) << text;
    }
    void whatABrowserWouldOpenIsRead()
    {
        QFETCH(const QString, text);
        const auto url = webUrl(text, u"It"_s);
        QVERIFY2(url, qPrintable(url ? QString() : url.error().message));
        QCOMPARE(url->toString(), text);
    }

    void whatIsWrongIsSaidAndNoPasswordIsRepeated_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        const QString noUrl = u"It is no http or https URL"_s, secret = u"It must not carry a user or a password"_s;
        QTest::newRow("nothing") << QString() << noUrl;
        QTest::newRow("only a host") << u"prometheus:9090"_s << noUrl;
        QTest::newRow("another scheme") << u"ftp://host"_s << noUrl;
        QTest::newRow("no host") << u"http:///path"_s << noUrl;
        QTest::newRow("a port too large") << u"http://host:99999"_s << noUrl;
        QTest::newRow("a password") << u"https://me:hidden@host"_s << secret;
        QTest::newRow("a user") << u"https://hidden@host"_s << secret;
        QTest::newRow("a password with a space") << u"https://me:hid den@host"_s << secret;
        QTest::newRow("a password with another scheme") << u"ftp://me:hidden@host"_s << secret;
    }
    void whatIsWrongIsSaidAndNoPasswordIsRepeated()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, says);
        const auto url = webUrl(text, u"It"_s);
        QVERIFY(!url);
        QCOMPARE(url.error().kind, Error::Kind::Invalid);
        QVERIFY2(url.error().message.startsWith(says), qPrintable(url.error().message));
        QVERIFY(!url.error().message.contains(u"hid"_s));
    }
};

QTEST_GUILESS_MAIN(TestWebUrl)
#include "tst_weburl.moc"
