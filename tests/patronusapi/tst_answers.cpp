// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/answers.h"
#include "patronusapi/projection.h"
#include "support/patronusbodies.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

using Kind = Error::Kind;

class TestAnswers : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aStatusHasItsMeaning_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QByteArray>("metricType");
        QTest::addColumn<bool>("isRetryable");
        const auto row = [](int status, Kind kind, const char *metricType, bool isRetryable) {
            QTest::addRow("%d", status) << status << kind << QByteArray(metricType) << isRetryable;
        };
        row(302, Kind::Malformed, "api_error", false);
        row(400, Kind::Invalid, "api_error", false);
        row(401, Kind::Unauthorized, "unauthorized", false);
        row(403, Kind::Unauthorized, "unauthorized", false);
        row(404, Kind::NotFound, "api_error", false);
        row(405, Kind::Invalid, "api_error", false);
        row(408, Kind::Server, "api_error", true);
        row(409, Kind::Conflict, "api_error", true);
        row(413, Kind::Invalid, "api_error", false);
        row(422, Kind::Invalid, "api_error", false);
        row(429, Kind::Throttled, "rate_limited", true);
        row(500, Kind::Server, "api_error", true);
        row(503, Kind::Server, "api_error", true);
    }
    void aStatusHasItsMeaning()
    {
        QFETCH(const int, status);
        const Error error = errorOf({.status = status,
                                        .headers = {{"retry-after", "9"}},
                                        .body = R"({"error":{"code":"c","message":"the key is short"}})"},
            u"putting site \"hq\""_s);
        QTEST(error.kind, "kind");
        QTEST(QByteArray(error.metricType), "metricType");
        QTEST(error.isRetryable(), "isRetryable");
        QCOMPARE(error.retryAfter, std::chrono::seconds(9));
        QCOMPARE(error.message, u"putting site \"hq\": the Patronus API answered %1: the key is short"_s.arg(status));
    }

    void anErrorWithoutAMessageShowsTheBodysBeginning()
    {
        QVERIFY(errorOf({.status = 502, .headers = {}, .body = "<html>\n  bad gateway</html>"}, u"x"_s)
                .message.endsWith("502: <html> bad gateway</html>"_L1));
        QVERIFY(errorOf({.status = 502, .headers = {}, .body = {}}, u"x"_s).message.endsWith("502"_L1));
        QVERIFY(errorOf({.status = 502, .headers = {}, .body = QByteArray(5000, 'x')}, u"x"_s).message.size() < 300);
        QVERIFY(!errorOf(
            {.status = 500, .headers = {}, .body = R"({"error":{"message":"Authorization: Bearer abcdef123456"}})"},
            u"x"_s)
                .message.contains("abcdef123456"_L1));
    }

    void whatIsUnknownIsPassedOver()
    {
        const auto paths = pathsOf(reply(
            R"({"paths":[{"id":"a--b","source_site_id":"a","dest_site_id":"b","status":"degraded","latency_ms":1.5,"new":{}}],"total":1,"x":0})"));
        QVERIFY(paths);
        QCOMPARE(paths->total, 1);
        const RemotePath &path = paths->items.first();
        QCOMPARE(path.id, u"a--b"_s);
        QCOMPARE(path.sourceSite, u"a"_s);
        QCOMPARE(path.destinationSite, u"b"_s);
        QCOMPARE(path.status, RemotePath::Status::Degraded);
        QCOMPARE(path.latencyMs, 1.5);
        QCOMPARE(path.jitterMs, 0.0);

        const auto health = healthOf(reply(R"({"status":"unhealthy","version":"2","uptime_seconds":5})"));
        QVERIFY(health);
        QCOMPARE(health->status, RemoteHealth::Status::Unhealthy);
        QCOMPARE(health->uptimeSeconds, 5);
    }

    void aMistakeIsNamedWithItsPath_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("path");
        const auto row
            = [](const char *body, const QString &path) { QTest::addRow("%s", body) << QByteArray(body) << path; };
        row("", u""_s);
        row("nonsense", u""_s);
        row("{}", u"paths"_s);
        row(R"({"paths":{},"total":0})", u"paths"_s);
        row(R"({"paths":[]})", u"total"_s);
        row(R"({"paths":[],"total":"many"})", u"total"_s);
        row(R"({"paths":[1],"total":1})", u"paths[0]"_s);
        row(R"({"paths":[{"source_site_id":"a","dest_site_id":"b","status":"up"}],"total":1})", u"paths[0].id"_s);
        row(R"({"paths":[{"id":"","source_site_id":"a","dest_site_id":"b","status":"up"}],"total":1})",
            u"paths[0].id"_s);
        row(R"({"paths":[{"id":"p","source_site_id":5,"dest_site_id":"b","status":"up"}],"total":1})",
            u"paths[0].source_site_id"_s);
        row(R"({"paths":[{"id":"p","source_site_id":"a","dest_site_id":"b","status":"sideways"}],"total":1})",
            u"paths[0].status"_s);
        row(R"({"paths":[{"id":"p","source_site_id":"a","dest_site_id":"b","status":"up","latency_ms":"1"}],"total":1})",
            u"paths[0].latency_ms"_s);
    }
    void aMistakeIsNamedWithItsPath()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QString, path);
        const auto paths = pathsOf(reply(body));
        QVERIFY(!paths);
        QCOMPARE(paths.error().kind, Kind::Malformed);
        QCOMPARE(QByteArray(paths.error().metricType), "api_error");
        QVERIFY2(paths.error().message.contains(path), qPrintable(paths.error().message));
    }

    void anObjectNeedsAName()
    {
        const auto sites
            = objectsOf(reply(R"({"sites":[{"name":"hq"},{"location":"x"}],"total":2})"), RemoteKind::Site);
        QVERIFY(!sites);
        QVERIFY2(sites.error().message.contains("sites[1].name"_L1), qPrintable(sites.error().message));
    }

    void withoutATotalAFullPageHasAnother()
    {
        const QByteArray row
            = R"({"timestamp":"2026-01-02T00:30:00+01:00","policy_id":"web","bytes_sent":9007199254740993,"bytes_received":2,"flows_active":3})";
        const auto full = trafficOf(reply(R"({"stats":[)" + row + ',' + row + "]}"), 2, 10);
        QVERIFY(full);
        QCOMPARE(full->total, 13);
        QCOMPARE(full->items.first().bytesSent, 9007199254740993); // every digit
        QCOMPARE(full->items.first().day, QDate(2026, 1, 1)); // in UTC
        QCOMPARE(trafficOf(reply(R"({"stats":[)" + row + "]}"), 2, 10)->total, 11);
        QCOMPARE(trafficOf(reply(R"({"stats":[],"total":10})"), 2, 10)->total, 10);
    }

    void onlyWhatIsSentIsKept()
    {
        QJsonObject answer = siteBody(u"hq"_s, {u"branch"_s});
        answer[u"id"_s] = u"x"_s;
        answer[u"status"_s] = u"active"_s;
        QJsonObject wireguard = answer[u"wireguard"_s].toObject();
        wireguard[u"private_key"_s] = u"never"_s;
        answer[u"wireguard"_s] = wireguard;
        QCOMPARE(sentMembers(RemoteKind::Site, answer), siteBody(u"hq"_s, {u"branch"_s}));

        QJsonObject policy = policyBody(u"web"_s);
        policy[u"enabled"_s] = true;
        QCOMPARE(sentMembers(RemoteKind::Policy, policy), policyBody(u"web"_s));
        // What an older API does not give is not there, rather than empty.
        QCOMPARE(sentMembers(RemoteKind::Site, {{u"name"_s, u"hq"_s}}), (QJsonObject{{u"name"_s, u"hq"_s}}));
    }

private:
    static HttpReply reply(const QByteArray &body) { return {.status = 200, .headers = {}, .body = body}; }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
