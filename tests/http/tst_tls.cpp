// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/testtls.h"
#include "http/tls.h"
#include "support/httpdouble.h"
#include "support/testcase.h"

#include <QSslSocket>

using namespace Qt::StringLiterals;

namespace patronus {

using enum Error::Kind;

/// TLS as a kubeconfig says it, against servers with good and bad certificates, by both transports.
class TestTls : public TestCase
{
    Q_OBJECT

private:
    static Expected<HttpReply> get(TransportKind kind, const QUrl &url, const TlsSettings &tls)
    {
        auto transport = makeTransport(Endpoint{.server = url, .tls = tls}, {}, kind);
        if (!transport)
            return std::unexpected(transport.error());
        return QCoro::waitFor((*transport)->send({.target = "/"}, {}));
    }

private Q_SLOTS:
    void theServersCertificateIsVerified_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<TlsSettings>("tls");
        QTest::addColumn<QStringList>("says"); // empty: the answer comes
        TlsSettings named = clientTls();
        named.serverName = u"api.patronus.test"_s;
        TlsSettings otherName = clientTls();
        otherName.serverName = u"other.patronus.test"_s;
        const TlsSettings insecure{.insecureSkipVerify = true};
        QTest::newRow("good") << u"server"_s << clientTls() << QStringList{};
        QTest::newRow("good, other name of it") << u"server"_s << named << QStringList{};
        QTest::newRow("good, not its name")
            << u"server"_s << otherName << QStringList{u"host name"_s, u"tls-server-name"_s};
        QTest::newRow("good, unknown authority")
            << u"server"_s << TlsSettings{} << QStringList{u"certificate-authority"_s};
        QTest::newRow("good, unknown authority, said elsewhere")
            << u"server"_s << TlsSettings{.remedies = {.authority = u"name it in the dialog"_s}}
            << QStringList{u"(name it in the dialog)"_s};
        QTest::newRow("good, unknown authority, insecure") << u"server"_s << insecure << QStringList{};
        QTest::newRow("misnamed") << u"misnamed"_s << clientTls() << QStringList{u"host name"_s, u"tls-server-name"_s};
        TlsSettings elsewhere = clientTls();
        elsewhere.remedies.name = u"name it otherwise"_s;
        QTest::newRow("misnamed, said elsewhere")
            << u"misnamed"_s << elsewhere << QStringList{u"(name it otherwise)"_s};
        QTest::newRow("misnamed, named") << u"misnamed"_s << named << QStringList{};
        QTest::newRow("misnamed, insecure") << u"misnamed"_s << insecure << QStringList{};
        QTest::newRow("expired") << u"expired"_s << clientTls() << QStringList{u"expired"_s, u"clock"_s};
        QTest::newRow("self-signed") << u"selfsigned"_s << clientTls()
                                     << QStringList{u"self-signed"_s, u"certificate-authority"_s};
        QTest::newRow("self-signed, trusted")
            << u"selfsigned"_s << TlsSettings{.caPem = testData(u"selfsigned.pem"_s)} << QStringList{};
    }
    void theServersCertificateIsVerified()
    {
        QFETCH(const QString, certificate);
        QFETCH(const TlsSettings, tls);
        QFETCH(const QStringList, says);
        HttpDouble server([](const HttpDouble::Request &, HttpDouble::Peer &peer) { peer.answer(200); },
            serverTls(certificate, {"http/1.1"}));
        for (const TransportKind kind : {TransportKind::Direct, TransportKind::Qnam}) {
            const auto reply = get(kind, server.url(), tls);
            QCOMPARE(reply.has_value(), says.isEmpty());
            if (reply)
                continue;
            QCOMPARE(reply.error().kind, Unreachable);
            for (const QString &text : says)
                QVERIFY2(reply.error().message.contains(text), qPrintable(reply.error().message));
        }
    }

    void aClientCertificateIsShown_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::newRow("EC") << u"client-ec"_s << u"client-ec"_s;
        QTest::newRow("EC, PKCS#8") << u"client-ec"_s << u"client-ec-pkcs8"_s;
        QTest::newRow("RSA") << u"client-rsa"_s << u"client-rsa"_s;
        QTest::newRow("RSA, PKCS#8") << u"client-rsa"_s << u"client-rsa-pkcs8"_s;
    }
    void aClientCertificateIsShown()
    {
        QFETCH(const QString, certificate);
        QFETCH(const QString, key);
        QSslConfiguration ssl = serverTls(u"server"_s, {"http/1.1"});
        ssl.setCaCertificates(QSslCertificate::fromData(testData(u"ca.pem"_s)));
        ssl.setPeerVerifyMode(QSslSocket::VerifyPeer);
        HttpDouble server(
            [](const HttpDouble::Request &, HttpDouble::Peer &peer) {
                const auto *const socket = qobject_cast<QSslSocket *>(peer.socket());
                peer.answer(
                    200, socket->peerCertificate().subjectInfo(QSslCertificate::CommonName).join(u',').toUtf8());
            },
            ssl);
        TlsSettings tls = clientTls();
        tls.certificatePem = testData(certificate + u".pem"_s);
        tls.keyPem = testData(key + u".key"_s);
        for (const TransportKind kind : {TransportKind::Direct, TransportKind::Qnam}) {
            const auto reply = get(kind, server.url(), tls);
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QCOMPARE(reply->body, certificate.startsWith(u"client-ec"_s) ? "ec"_ba : "rsa"_ba);
        }
    }

    void whatCannotBeReadIsInvalidAndShowsNoKey_data()
    {
        QTest::addColumn<TlsSettings>("tls");
        QTest::addColumn<QString>("says");
        const QByteArray certificate = testData(u"client-ec.pem"_s);
        const QByteArray key = testData(u"client-ec.key"_s);
        QTest::newRow("authority") << TlsSettings{.caPem = "nonsense"} << u"certificate-authority"_s;
        QTest::newRow("authority is a key") << TlsSettings{.caPem = key} << u"certificate-authority"_s;
        QTest::newRow("certificate") << TlsSettings{.certificatePem = "nonsense", .keyPem = key}
                                     << u"client-certificate"_s;
        QTest::newRow("key") << TlsSettings{.certificatePem = certificate, .keyPem = "nonsense"} << u"client-key"_s;
        QTest::newRow("key cut short") << TlsSettings{.certificatePem = certificate, .keyPem = key.first(100)}
                                       << u"client-key"_s;
        QTest::newRow("no key") << TlsSettings{.certificatePem = certificate} << u"no client-key"_s;
        QTest::newRow("no certificate") << TlsSettings{.keyPem = key} << u"no client-certificate"_s;
        QTest::newRow("key of another kind")
            << TlsSettings{.certificatePem = certificate, .keyPem = testData(u"client-rsa.key"_s)} << u"RSA"_s;
    }
    void whatCannotBeReadIsInvalidAndShowsNoKey()
    {
        QFETCH(const TlsSettings, tls);
        QFETCH(const QString, says);
        const auto transport = makeTransport(Endpoint{.server = QUrl(u"https://localhost"_s), .tls = tls});
        QVERIFY(!transport);
        QCOMPARE(transport.error().kind, Invalid);
        QVERIFY2(transport.error().message.contains(says), qPrintable(transport.error().message));
        QVERIFY(!transport.error().message.contains(u"nonsense"_s));
    }

    void anEndpointThatCannotBeIsInvalid_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<QString>("proxy");
        QTest::addColumn<QString>("says");
        QTest::newRow("no server") << u""_s << u""_s << u"not the address"_s;
        QTest::newRow("no host") << u"https:///x"_s << u""_s << u"not the address"_s;
        QTest::newRow("scheme") << u"ftp://host"_s << u""_s << u"https:// or http://"_s;
        QTest::newRow("credentials") << u"https://u:secret@host"_s << u""_s << u"credentials"_s;
        QTest::newRow("query") << u"https://host/?a=b"_s << u""_s << u"no query"_s;
        QTest::newRow("https proxy") << u"https://host"_s << u"https://u:secret@proxy"_s << u"which Qt cannot do"_s;
        QTest::newRow("unknown proxy") << u"https://host"_s << u"gopher://proxy"_s << u"of no known kind"_s;
        QTest::newRow("proxy without a host") << u"https://host"_s << u"http://"_s << u"no host"_s;
    }
    void anEndpointThatCannotBeIsInvalid()
    {
        QFETCH(const QString, server);
        QFETCH(const QString, proxy);
        QFETCH(const QString, says);
        const auto transport = makeTransport(Endpoint{.server = QUrl(server), .proxy = QUrl(proxy)});
        QVERIFY(!transport);
        QCOMPARE(transport.error().kind, Invalid);
        QVERIFY2(transport.error().message.contains(says), qPrintable(transport.error().message));
        QVERIFY(!transport.error().message.contains(u"secret"_s));
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestTls)
#include "tst_tls.moc"
