// SPDX-License-Identifier: GPL-3.0-or-later
// A server of production: behind TLS of its own authority, for who signs in.
#include "http/testtls.h"
#include "monitoring/prometheusserver.h"
#include "support/httpdouble.h"
#include "support/testcase.h"

#include <QCoroTask>

using namespace Qt::StringLiterals;
using namespace patronus;
using SignIn = PrometheusServer::SignIn;

namespace {

const QByteArray answer
    = R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"9"]}]}})";
const PrometheusRemedies remedies{
    .signIn = u"sign in there"_s, .tls = {.authority = u"name the authority"_s, .name = u"name it otherwise"_s}};

} // namespace

class TestPrometheusServer : public TestCase
{
    Q_OBJECT

private:
    const QString m_authority = sourcePath(u"tests/http/data/ca.pem"_s);

    static Expected<QList<Series>> ask(const PrometheusServer &server, const QString &secret)
    {
        const auto reached = reachPrometheus(server, secret, remedies, "test");
        if (!reached)
            return std::unexpected(reached.error());
        return QCoro::waitFor(reached->now(u"up"_s, {}));
    }

private Q_SLOTS:
    void whoSignsInIsAnswered_data()
    {
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<SignIn>("signIn");
        QTest::addColumn<QString>("secret");
        QTest::addColumn<QString>("says"); // empty: the answer comes
        const QByteArray token = "Bearer open-sesame", password = "Basic " + "ada:o:p\u00e9n"_ba.toBase64();
        QTest::newRow("token") << token << SignIn::Token << u"open-sesame"_s << QString();
        QTest::newRow("password") << password << SignIn::Password << u"o:p\u00e9n"_s << QString();
        QTest::newRow("nothing wanted") << QByteArray() << SignIn::Nothing << QString() << QString();
        QTest::newRow("nothing given") << token << SignIn::Nothing << QString()
                                       << u"it does not answer who has not signed in (status 401): sign in there"_s;
        QTest::newRow("wrong token") << token << SignIn::Token << u"open-s3same"_s
                                     << u"it does not take what one signs in with (status 401): sign in there"_s;
        QTest::newRow("wrong password") << password << SignIn::Password << u"open"_s << u"(status 401)"_s;
        QTest::newRow("not allowed") << "403"_ba << SignIn::Token << u"open-s3same"_s
                                     << u"who is signed in may not ask it (status 403): sign in there"_s;
        QTest::newRow("to a page for people")
            << "302"_ba << SignIn::Nothing << QString()
            << u"it sends elsewhere, as to a page for signing in (status 302): sign in there"_s;
        QTest::newRow("broken") << "502"_ba << SignIn::Token << u"open-s3same"_s << u"the answer has status 502"_s;
        QTest::newRow("token with a line break")
            << token << SignIn::Token << u"open-s3same\r\nx-user: root"_s << u"token has control characters"_s;
    }
    void whoSignsInIsAnswered()
    {
        QFETCH(const QByteArray, wanted);
        QFETCH(const SignIn, signIn);
        QFETCH(const QString, secret);
        QFETCH(const QString, says);
        HttpDouble server(
            [&](const HttpDouble::Request &request, HttpDouble::Peer &peer) {
                const bool isLetIn = request.header("authorization") == wanted;
                const int status = wanted.toInt() ? wanted.toInt() : isLetIn ? 200 : 401;
                peer.answer(status, status == 200 ? answer : "no");
            },
            serverTls(u"server"_s, {"http/1.1"}));
        const auto series = ask({.url = server.url().resolved(QUrl(u"/of/thanos"_s)),
                                    .caFile = m_authority,
                                    .signIn = signIn,
                                    .username = u"ada"_s},
            secret);
        QCOMPARE(series.has_value(), says.isEmpty());
        if (series) {
            QVERIFY(server.requests().first().target.startsWith("/of/thanos/api/v1/query?"));
            QCOMPARE(series->first().points.first().value, 9);
        } else {
            QVERIFY2(series.error().message.contains(says), qPrintable(series.error().message));
            QVERIFY(!series.error().message.contains(u"s3same"_s));
        }
    }

    void whatDoesNotVerifyIsSentNothing_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("authority");
        QTest::addColumn<QString>("says");
        QTest::newRow("no authority") << u"server"_s << QString() << u"(name the authority)"_s;
        QTest::newRow("another authority") << u"server"_s << u"selfsigned.pem"_s << u"(name the authority)"_s;
        QTest::newRow("another name") << u"misnamed"_s << u"ca.pem"_s << u"(name it otherwise)"_s;
        QTest::newRow("expired") << u"expired"_s << u"ca.pem"_s << u"renew the server's certificate"_s;
    }
    void whatDoesNotVerifyIsSentNothing()
    {
        QFETCH(const QString, certificate);
        QFETCH(const QString, authority);
        QFETCH(const QString, says);
        const HttpDouble server({}, serverTls(certificate, {"http/1.1"}));
        const auto series
            = ask({.url = server.url(),
                      .caFile = authority.isEmpty() ? QString() : sourcePath(u"tests/http/data/"_s + authority),
                      .signIn = SignIn::Token},
                u"open-sesame"_s);
        QVERIFY(!series);
        QVERIFY2(series.error().message.contains(says), qPrintable(series.error().message));
        QVERIFY(server.requests().isEmpty());
    }

    void aFileThatIsNoAuthorityIsNamed()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"ca.pem"_s);
        const auto problem = [&] { return checkAuthorities(path).error_or(Error{}).message; };
        QVERIFY2(problem().contains(path) && problem().contains(u"name the file"_s), qPrintable(problem()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY2(problem().contains(path + u" has no certificate"_s), qPrintable(problem()));
        file.write("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
        file.flush();
        QVERIFY2(problem().contains(path + u" has no certificate"_s), qPrintable(problem()));
        file.resize(0);
        file.write("# of 2026\n" + testData(u"selfsigned.pem"_s) + testData(u"ca.pem"_s));
        file.close();
        QVERIFY2(checkAuthorities(path), qPrintable(problem()));
        const auto unreached = ask({.url = QUrl(u"https://127.0.0.1:1"_s), .caFile = folder.path()}, {});
        QVERIFY(!unreached && unreached.error().message.contains(folder.path() + u" is no file"_s));
    }

    void aSecretIsForOneServerAndUser()
    {
        const PrometheusServer one{
            .url = QUrl(u"https://one:9090/a"_s), .signIn = SignIn::Password, .username = u"ada"_s};
        const auto with = [&one](auto change) {
            PrometheusServer other = one;
            change(other);
            return other.audience();
        };
        QCOMPARE(with([](PrometheusServer &server) { server.url.setPath(u"/b"_s); }), one.audience());
        QCOMPARE(with([](PrometheusServer &server) { server.caFile = u"/ca"_s; }), one.audience());
        QCOMPARE_NE(with([](PrometheusServer &server) { server.url.setScheme(u"http"_s); }), one.audience());
        QCOMPARE_NE(with([](PrometheusServer &server) { server.url.setPort(9091); }), one.audience());
        QCOMPARE_NE(with([](PrometheusServer &server) { server.url.setHost(u"two"_s); }), one.audience());
        QCOMPARE_NE(with([](PrometheusServer &server) { server.username = u"bob"_s; }), one.audience());
        QCOMPARE_NE(with([](PrometheusServer &server) { server.signIn = SignIn::Token; }), one.audience());
        QVERIFY(with([](PrometheusServer &server) { server.signIn = SignIn::Nothing; }).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPrometheusServer)
#include "tst_prometheusserver.moc"
