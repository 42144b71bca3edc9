// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/credentials.h"

#include "certificates.h"
#include "kube/kubecontext.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

namespace {

KubeContext contextWith(KubeContext context)
{
    context.server = QUrl(u"https://host"_s);
    return context;
}

HttpHeaders headersOf(Credentials &credentials)
{
    return QCoro::waitFor(credentials.headers({})).value();
}

QByteArray authorization(Credentials &credentials)
{
    for (const auto &[name, value] : headersOf(credentials))
        if (name == "authorization")
            return value;
    return {};
}

} // namespace

class TestCredentials : public TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    ManualClock m_clock;

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_dir.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }
    std::shared_ptr<Credentials> make(const KubeContext &context)
    {
        auto made = makeCredentials(contextWith(context), m_clock);
        if (!made)
            qFatal("%s", qPrintable(made.error().message));
        return *made;
    }

private Q_SLOTS:
    void sendsTheHeadersOfItsKind_data()
    {
        QTest::addColumn<KubeContext>("context");
        QTest::addColumn<HttpHeaders>("headers");
        const auto row = [](const char *name, const KubeContext &context, const HttpHeaders &headers) {
            QTest::newRow(name) << contextWith(context) << headers;
        };
        row("none", {}, {});
        row("token", {.token = u"t"_s}, {{"authorization", "Bearer t"}});
        row("basic", {.username = u"u"_s, .password = u"p:\u00e9"_s},
            {{"authorization", "Basic " + "u:p:\xC3\xA9"_ba.toBase64()}});
        row("impersonation",
            {.token = u"t"_s,
                .impersonation = {.user = u"bob"_s,
                    .uid = u"7"_s,
                    .groups = {u"a"_s, u"b"_s},
                    .extra = {{u"Example.com/Key %"_s, {u"x"_s, u"y"_s}}, {u"s"_s, {u"z"_s}}}}},
            {{"impersonate-user", "bob"}, {"impersonate-uid", "7"}, {"impersonate-group", "a"},
                {"impersonate-group", "b"}, {"impersonate-extra-example.com%2fkey%20%25", "x"},
                {"impersonate-extra-example.com%2fkey%20%25", "y"}, {"impersonate-extra-s", "z"},
                {"authorization", "Bearer t"}});
        KubeContext plain = contextWith({.token = u"t"_s, .impersonation = {.user = u"bob"_s}});
        plain.server.setScheme(u"http"_s);
        QTest::newRow("without TLS nothing but the impersonation") << plain << HttpHeaders{{"impersonate-user", "bob"}};
    }
    void sendsTheHeadersOfItsKind()
    {
        QFETCH(const KubeContext, context);
        const auto made = makeCredentials(context, m_clock);
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QTEST(headersOf(**made), "headers");
    }

    void refusesWhatNoHeaderCanCarry_data()
    {
        QTest::addColumn<KubeContext>("context");
        QTest::addColumn<QString>("field");
        QTest::newRow("token with a line break") << KubeContext{.token = u"a\r\nx-remote-user: root"_s} << u"token"_s;
        QTest::newRow("user that would be trimmed") << KubeContext{.impersonation = {.user = u"admin "_s}} << u"as "_s;
        QTest::newRow("user with a line break") << KubeContext{.impersonation = {.user = u"a\nb"_s}} << u"as "_s;
        QTest::newRow("empty group") << KubeContext{.impersonation = {.user = u"a"_s, .groups = {QString()}}}
                                     << u"as-groups"_s;
        QTest::newRow("control character in extra")
            << KubeContext{.impersonation = {.user = u"a"_s, .extra = {{u"k"_s, {u"\u0001"_s}}}}} << u"as-user-extra"_s;
        QTest::newRow("empty key") << KubeContext{.impersonation = {.user = u"a"_s, .extra = {{QString(), {u"x"_s}}}}}
                                   << u"as-user-extra"_s;
        QTest::newRow("colon in the name") << KubeContext{.username = u"a:b"_s, .password = u"p"_s} << u"username"_s;
    }
    void refusesWhatNoHeaderCanCarry()
    {
        QFETCH(const KubeContext, context);
        QFETCH(const QString, field);
        const auto made = makeCredentials(contextWith(context), m_clock);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::Invalid);
        QVERIFY2(made.error().message.contains(field), qPrintable(made.error().message));
        QVERIFY(!made.error().message.contains("root"_L1));
    }

    void aTokenFileIsReadAgainAfterAMinute()
    {
        const QString file = write(u"token"_s, "one\n");
        const auto credentials = make({.token = u"fallback"_s, .tokenFile = file});
        QCOMPARE(authorization(*credentials), "Bearer one"_ba);
        write(u"token"_s, "two");
        m_clock.advance(59s);
        QCOMPARE(authorization(*credentials), "Bearer one"_ba);
        m_clock.advance(1s);
        QCOMPARE(authorization(*credentials), "Bearer two"_ba);
    }

    void aRejectedTokenIsReadAgainAtOnce()
    {
        const auto credentials = make({.tokenFile = write(u"token"_s, "one")});
        write(u"token"_s, "two");
        QCOMPARE(authorization(*credentials), "Bearer one"_ba);
        credentials->rejected();
        QCOMPARE(authorization(*credentials), "Bearer two"_ba);
    }

    void theLastGoodTokenStaysWithOneWarning_data()
    {
        QTest::addColumn<std::optional<QByteArray>>("content"); // nullopt: the file is gone
        QTest::addColumn<QString>("reason");
        QTest::newRow("gone") << std::optional<QByteArray>() << u"No such file"_s;
        QTest::newRow("empty") << std::optional(" \n"_ba) << u"empty"_s;
        QTest::newRow("no token") << std::optional("a\nb"_ba) << u"holds no token"_s;
    }
    void theLastGoodTokenStaysWithOneWarning()
    {
        QFETCH(const std::optional<QByteArray>, content);
        QFETCH(const QString, reason);
        const QString file = write(u"token"_s, "good");
        const auto credentials = make({.tokenFile = file});
        if (content)
            write(u"token"_s, *content);
        else
            QVERIFY(QFile::remove(file));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u".*token.*%1.*stays in use"_s.arg(reason)));
        for (int minute = 0; minute < 3; ++minute) {
            m_clock.advance(60s);
            QCOMPARE(authorization(*credentials), "Bearer good"_ba);
        }
        write(u"token"_s, "better");
        m_clock.advance(60s);
        QCOMPARE(authorization(*credentials), "Bearer better"_ba);
    }

    void aTokenFileThatWasNeverThereIsAnError()
    {
        const auto made = makeCredentials(contextWith({.tokenFile = m_dir.filePath(u"none"_s)}), m_clock);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::Unauthorized);
        QVERIFY(made.error().message.contains(m_dir.filePath(u"none"_s)));
    }

    void keepsUpWithCertificateFiles_data()
    {
        QTest::addColumn<QString>("algorithm");
        QTest::newRow("EC") << u"ec"_s;
        QTest::newRow("RSA") << u"rsa:2048"_s;
    }
    void keepsUpWithCertificateFiles()
    {
        QFETCH(const QString, algorithm);
        const auto one = TestCertificate::make(algorithm);
        const auto two = TestCertificate::make(algorithm);
        const auto credentials = make({.caFile = write(u"ca"_s, one.certificate),
            .clientCertificateFile = write(u"crt"_s, one.certificate),
            .clientKeyFile = write(u"key"_s, one.key)});
        QCOMPARE(credentials->tls(),
            (TlsSettings{.caPem = one.certificate, .certificatePem = one.certificate, .keyPem = one.key}));

        write(u"crt"_s, two.certificate); // torn: the key is still the old one
        m_clock.advance(60s);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"client-key does not belong.*stays in use"_s));
        QVERIFY(headersOf(*credentials).isEmpty());
        QCOMPARE(credentials->tls().certificatePem, one.certificate);

        write(u"key"_s, two.key);
        write(u"ca"_s, two.certificate);
        m_clock.advance(59s);
        QVERIFY(headersOf(*credentials).isEmpty());
        QCOMPARE(credentials->tls().certificatePem, one.certificate);
        m_clock.advance(1s);
        QVERIFY(headersOf(*credentials).isEmpty());
        QCOMPARE(credentials->tls(),
            (TlsSettings{.caPem = two.certificate, .certificatePem = two.certificate, .keyPem = two.key}));
    }

    void anEmptyCaNeverMeansTheSystemsAuthorities()
    {
        const auto ca = TestCertificate::make().certificate;
        const auto credentials = make({.caFile = write(u"ca"_s, ca)});
        write(u"ca"_s, "");
        credentials->rejected();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"is empty.*stays in use"_s));
        QVERIFY(headersOf(*credentials).isEmpty());
        QCOMPARE(credentials->tls().caPem, ca);
    }

    void namesAFileThatCannotBeUsed_data()
    {
        QTest::addColumn<KubeContext>("context");
        QTest::addColumn<QString>("text");
        const auto one = TestCertificate::make();
        const auto two = TestCertificate::make();
        const auto rsa = TestCertificate::make(u"rsa:2048"_s);
        const auto certificate = [](const QByteArray &pem, const QByteArray &key) {
            return KubeContext{.file = u"the-kubeconfig"_s, .clientCertificateData = pem, .clientKeyData = key};
        };
        QTest::newRow("no CA") << KubeContext{.caFile = m_dir.filePath(u"no"_s)} << m_dir.filePath(u"no"_s);
        QTest::newRow("empty CA") << KubeContext{.caFile = write(u"empty"_s, "")} << u"empty is empty"_s;
        QTest::newRow("CA without PEM") << KubeContext{.caFile = write(u"text"_s, "x")} << m_dir.filePath(u"text"_s);
        QTest::newRow("key of another") << certificate(one.certificate, two.key) << u"the-kubeconfig"_s;
        QTest::newRow("key of another kind") << certificate(one.certificate, rsa.key) << u"the-kubeconfig"_s;
        QTest::newRow("no key") << certificate(one.certificate, one.certificate) << u"the-kubeconfig"_s;
    }
    void namesAFileThatCannotBeUsed()
    {
        QFETCH(const KubeContext, context);
        QFETCH(const QString, text);
        const auto made = makeCredentials(contextWith(context), m_clock);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::Invalid);
        QVERIFY2(made.error().message.contains(text), qPrintable(made.error().message));
        QVERIFY(!made.error().message.contains("PRIVATE"_L1));
    }
};

QTEST_GUILESS_MAIN(TestCredentials)
#include "tst_credentials.moc"
