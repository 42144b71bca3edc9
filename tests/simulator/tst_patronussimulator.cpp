// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/patronussimulator.h"
#include "core/json.h"
#include "support/manualclock.h"
#include "support/openapicheck.h"
#include "support/patronusbodies.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace patronus::simulator;
using namespace std::chrono_literals;

using Verb = HttpRequest::Verb;

/// The simulator in this process, asked through a real transport; all that passes is held against the OpenAPI document.
class TestPatronusSimulator : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto check = OpenApiCheck::load();
        QVERIFY2(check, check ? "" : qPrintable(check.error().message));
        m_check = std::move(*check);
    }

    void init() override
    {
        TestCase::init();
        m_clock.emplace();
    }

    void cleanup()
    {
        m_transport.reset();
        m_simulator.reset();
    }

    void everyCallAnswersAsDocumented()
    {
        start({.signIn = {.username = u"ada"_s, .password = u"s3cret"_s}, .requestsPerMinute = 60});
        const auto call = [this](Verb verb, const QByteArray &target, int status, const QJsonObject &body = {}) {
            const HttpReply reply = ask(verb, target, body);
            if (reply.status != status)
                qCritical().noquote() << verbName(verb) << target << reply.status << reply.body;
            QCOMPARE(reply.status, status);
        };
        const auto login
            = [](const QString &password) { return QJsonObject{{u"username"_s, u"ada"_s}, {u"password"_s, password}}; };

        call(Verb::Get, "/health", 200);
        call(Verb::Get, "/version", 200);
        call(Verb::Post, "/api/v1/auth/login", 401, login(u"wrong"_s));
        const QByteArrayList withoutToken{"GET /api/v1/paths", "GET /api/v1/paths/x/health",
            "GET /api/v1/traffic/stats", "GET /api/v1/failover/events"};
        for (const QByteArray &target : withoutToken)
            call(Verb::Get, target.sliced(4), 401);
        for (const QByteArray &collection : {"/api/v1/sites"_ba, "/api/v1/policies"_ba}) {
            call(Verb::Get, collection, 401);
            call(Verb::Get, collection + "/hq", 401);
            call(Verb::Put, collection + "/hq", 401,
                collection.endsWith("sites") ? siteBody(u"hq"_s) : policyBody(u"hq"_s));
            call(Verb::Delete, collection + "/hq", 401);
        }
        const QJsonObject tokens = *parseJsonObject(ask(Verb::Post, "/api/v1/auth/login", login(u"s3cret"_s)).body);
        const QJsonObject again = *parseJsonObject(
            ask(Verb::Post, "/api/v1/auth/refresh", {{u"refresh_token"_s, tokens[u"refresh_token"_s]}}).body);
        m_authorization = "Bearer " + again[u"access_token"_s].toString().toUtf8();
        call(Verb::Post, "/api/v1/auth/refresh", 401, {{u"refresh_token"_s, u"nonsense"_s}});

        const QByteArray space = "/api/v1/sites/a%20b";
        call(Verb::Put, "/api/v1/sites/hq", 201, siteBody(u"hq"_s));
        call(Verb::Put, "/api/v1/sites/hq", 200, siteBody(u"hq"_s));
        call(Verb::Put, "/api/v1/sites/branch", 201, siteBody(u"branch"_s, {u"hq"_s}));
        call(Verb::Get, "/api/v1/sites/hq", 200);
        call(Verb::Get, space, 404);
        call(Verb::Get, "/api/v1/sites?status=active&limit=1&offset=1", 200);
        call(Verb::Delete, "/api/v1/sites/nobody", 404);
        call(Verb::Put, "/api/v1/policies/web", 201, policyBody(u"web"_s));
        call(Verb::Put, "/api/v1/policies/web", 200, policyBody(u"web"_s));
        call(Verb::Get, "/api/v1/policies/web", 200);
        call(Verb::Get, "/api/v1/policies/none", 404);
        call(Verb::Get, "/api/v1/policies", 200);
        call(Verb::Delete, "/api/v1/policies/none", 404);
        m_simulator->step();
        QVERIFY(m_simulator->pinPath(u"branch--hq"_s, RemotePath::Status::Down));
        call(Verb::Get, "/api/v1/paths?site_id=hq&status=down", 200);
        call(Verb::Get, "/api/v1/paths/branch--hq/health?limit=5&since=2025-01-01T00:00:00Z&until=2030-01-01T00:00:00Z",
            200);
        call(Verb::Get, "/api/v1/paths/none/health", 404);
        call(Verb::Get, "/api/v1/traffic/stats?aggregation=1d&policy_id=web&since=2025-01-01T00:00:00Z", 200);
        call(Verb::Get, "/api/v1/failover/events?limit=10&since=2025-01-01T00:00:00Z", 200);
        call(Verb::Delete, "/api/v1/sites/branch", 204);
        call(Verb::Delete, "/api/v1/policies/web", 204);
        QCOMPARE(m_transport->problems().join(u'\n'), QString());

        // What follows is wrong on purpose, so only the answers can be as documented.
        const QByteArray sites = "/api/v1/sites", policies = "/api/v1/policies";
        call(Verb::Post, "/api/v1/auth/login", 400);
        call(Verb::Post, "/api/v1/auth/refresh", 400);
        call(Verb::Get, sites + "?limit=1001", 400);
        call(Verb::Get, policies + "?offset=-1", 400);
        call(Verb::Get, "/api/v1/paths?status=sideways", 400);
        call(Verb::Get, "/api/v1/paths/x/health?since=yesterday", 400);
        call(Verb::Get, "/api/v1/traffic/stats?aggregation=2m", 400);
        call(Verb::Get, "/api/v1/failover/events?limit=x", 400);
        call(Verb::Put, sites + "/hq", 400);
        call(Verb::Put, sites + "/hq", 422, siteBody(u"other"_s));
        call(Verb::Put, policies + "/web", 400);
        call(Verb::Put, policies + "/web", 422, policyBody(u"other"_s));
        m_simulator->setFaults({.throttleRate = 1});
        for (const QByteArray &target : {"/api/v1/auth/login"_ba, "/api/v1/auth/refresh"_ba})
            call(Verb::Post, target, 429);
        for (const QByteArray &collection : {sites, policies}) {
            call(Verb::Get, collection, 429);
            for (const Verb verb : {Verb::Get, Verb::Put, Verb::Delete})
                call(verb, collection + "/hq", 429);
        }
        for (const QByteArray &target : withoutToken)
            call(Verb::Get, target.sliced(4), 429);

        // Nothing that the document names is left out but the conflict, which only the product knows.
        QCOMPARE(m_check->documented() - m_check->seen(), (QSet<QString>{u"putSite 409"_s, u"putPolicy 409"_s}));
        for (const QString &problem : m_transport->problems())
            QVERIFY2(!problem.contains(QRegularExpression(u"^\\w+ [0-9]{3}"_s)), qPrintable(problem)); // of an answer
    }

    void aWrongBodyIsRefusedByName_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<int>("status");
        const QByteArray site = "/api/v1/sites/x", policy = "/api/v1/policies/x";
        const auto row = [](const QByteArray &target, const char *path, const QJsonValue &value, int status) {
            QTest::addRow("%s %s %s", target.constData(), path, qPrintable(value.toVariant().toString()))
                << target << QString::fromLatin1(path) << value << status;
        };
        row(site, "wireguard", QJsonValue::Undefined, 400);
        row(site, "unknown", 1, 400);
        row(site, "location", 5, 400);
        row(site, "wireguard.public_key", u"short"_s, 422);
        row(site, "wireguard.public_key", QJsonValue::Undefined, 400);
        row(site, "wireguard.listen_port", 0, 422);
        row(site, "wireguard.listen_port", 65536, 422);
        row(site, "wireguard.listen_port", 1.5, 400);
        row(site, "wireguard.listen_port", u"51820"_s, 400);
        row(site, "wireguard.endpoints", QJsonArray(), 422);
        row(site, "wireguard.endpoints", u"a:1"_s, 400);
        row(site, "resources.cpu", u"half"_s, 422);
        row(site, "resources.memory", u"1GB"_s, 422);
        row(site, "mesh.enabled", u"yes"_s, 400);
        row(site, "mesh.peer_with", u"hq"_s, 400);
        row(policy, "priority", 1001, 422);
        row(policy, "priority", QJsonValue::Undefined, 400);
        row(policy, "match", QJsonValue::Null, 400);
        row(policy, "match.protocol", u"sctp"_s, 422);
        row(policy, "match.dst_port_range", u"80-"_s, 422);
        row(policy, "match.dscp", 64, 422);
        row(policy, "action.type", u"reject"_s, 422);
        row(policy, "action.primary_path", u"p"_s, 400);
        row(policy, "action.qos.bandwidth", u"10MB"_s, 422);
        row(policy, "failover.threshold", 101, 422);
        row(policy, "failover.cooldown", u"1d"_s, 422);
    }
    void aWrongBodyIsRefusedByName()
    {
        QFETCH(const QByteArray, target);
        QFETCH(const QString, path);
        QFETCH(const QJsonValue, value);
        start();
        const QJsonObject good = target.contains("sites") ? siteBody(u"x"_s, {u"hq"_s}) : policyBody(u"x"_s);
        const HttpReply reply = ask(Verb::Put, target, changed(good, path.split(u'.'), value));
        QTEST(reply.status, "status");
        const QJsonObject error = (*parseJsonObject(reply.body))[u"error"_s].toObject();
        QVERIFY2(error[u"message"_s].toString().contains(path), reply.body.constData());
        QVERIFY(error[u"details"_s][u"fields"_s][0][u"field"_s].toString().startsWith(path));
        QCOMPARE(ask(Verb::Get, target).status, 404); // nothing was stored
        // The document refuses it too, and the simulator refuses nothing that the document allows.
        QVERIFY2(m_transport->problems().join(u'\n').contains(" request: "_L1),
            qPrintable(m_transport->problems().join(u'\n')));
    }

    void whatWasPutIsGivenBackWithWhatTheApiAdds()
    {
        start({.isFrozen = true});
        const QJsonObject first = put(siteBody(u"hq"_s));
        m_clock->advance(10s);
        const QJsonObject second = put(siteBody(u"hq"_s));
        QCOMPARE(second[u"id"_s], first[u"id"_s]);
        QCOMPARE(second[u"created_at"_s], first[u"created_at"_s]);
        QCOMPARE(first[u"updated_at"_s], u"2026-01-01T00:00:00.000Z"_s);
        QCOMPARE(second[u"updated_at"_s], u"2026-01-01T00:00:10.000Z"_s);
        QCOMPARE(second[u"status"_s], u"active"_s);
        QJsonObject sent = second;
        for (const QString &added :
            {u"id"_s, u"public_key"_s, u"endpoints"_s, u"status"_s, u"last_seen"_s, u"created_at"_s, u"updated_at"_s})
            QVERIFY(!sent.take(added).isUndefined());
        QCOMPARE(sent, siteBody(u"hq"_s));

        QCOMPARE(ask(Verb::Delete, "/api/v1/sites/hq").status, 204);
        QVERIFY(put(siteBody(u"hq"_s))[u"id"_s] != first[u"id"_s]); // another object of the same name
    }

    void aNameMayHoldWhatAUrlCannot()
    {
        start();
        QCOMPARE(ask(Verb::Put, "/api/v1/sites/z%C3%BCrich%20%3F%251", siteBody(u"zürich ?%1"_s)).status, 201);
        QCOMPARE((*parseJsonObject(ask(Verb::Get, "/api/v1/sites/z%C3%BCrich%20%3F%251").body))[u"name"_s].toString(),
            u"zürich ?%1"_s);
        QCOMPARE(m_transport->problems().join(u'\n'), QString());
    }

    void pagesGiveEveryObjectOnce()
    {
        start();
        for (int i = 0; i < 7; ++i)
            (void)put(siteBody(u"site-%1"_s.arg(i)));
        QStringList names;
        for (int offset = 0; offset < 9; offset += 3) {
            const QJsonObject page
                = *parseJsonObject(ask(Verb::Get, "/api/v1/sites?limit=3&offset=" + QByteArray::number(offset)).body);
            QCOMPARE(page[u"total"_s].toInt(), 7);
            for (const QJsonValue &site : page[u"sites"_s].toArray())
                names.append(site[u"name"_s].toString());
        }
        QCOMPARE(names,
            (QStringList{u"site-0"_s, u"site-1"_s, u"site-2"_s, u"site-3"_s, u"site-4"_s, u"site-5"_s, u"site-6"_s}));
    }

    void telemetryStandsStillWhileFrozen()
    {
        start({.isFrozen = true, .interval = 5s});
        (void)put(siteBody(u"hq"_s));
        (void)put(siteBody(u"branch"_s, {u"hq"_s}));
        const QByteArray first = ask(Verb::Get, "/api/v1/paths").body;
        m_clock->advance(60s);
        QCOMPARE(ask(Verb::Get, "/api/v1/paths").body, first);
        QCOMPARE(ask(Verb::Post, "/_control/step").status, 204);
        const QByteArray stepped = ask(Verb::Get, "/api/v1/paths").body;
        QVERIFY(stepped != first);
        QCOMPARE(ask(Verb::Post, "/_control/thaw").status, 204);
        m_clock->advance(6s);
        const QByteArray moved = ask(Verb::Get, "/api/v1/paths").body;
        QVERIFY(moved != stepped);
        QCOMPARE(ask(Verb::Post, "/_control/freeze").status, 204);
        m_clock->advance(60s);
        QCOMPARE(ask(Verb::Get, "/api/v1/paths").body, moved);
    }

    void tooManyRequestsAreRefusedUntilTheWindowEnds()
    {
        start({.requestsPerMinute = 3});
        for (const QByteArray &left : {"2"_ba, "1"_ba, "0"_ba}) {
            const HttpReply reply = ask(Verb::Get, "/api/v1/sites");
            QCOMPARE(reply.status, 200);
            QCOMPARE(reply.header("x-ratelimit-limit"), "3");
            QCOMPARE(reply.header("x-ratelimit-remaining"), left);
            QCOMPARE(reply.header("x-ratelimit-reset"),
                QByteArray::number(QDateTime(QDate(2026, 1, 1), QTime(0, 1), QTimeZone::UTC).toSecsSinceEpoch()));
        }
        m_clock->advance(20s);
        const HttpReply refused = ask(Verb::Get, "/api/v1/sites");
        QCOMPARE(refused.status, 429);
        QCOMPARE(refused.header("retry-after"), "40");
        QCOMPARE(ask(Verb::Get, "/health").status, 200); // counts for nothing
        m_clock->advance(40s);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
        QCOMPARE(m_transport->problems().join(u'\n'), QString());
    }

    void theTighterLimitIsShown()
    {
        start({.requestsPerMinute = 100, .requestsPerHour = 10});
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").header("x-ratelimit-limit"), "10");
    }

    void aTokenRunsOutAndCanBeRevoked()
    {
        start({.signIn = {.username = u"ada"_s, .password = u"s3cret"_s, .lifetime = 60s}});
        const auto signIn = [this] {
            const QJsonObject body{{u"username"_s, u"ada"_s}, {u"password"_s, u"s3cret"_s}};
            const QJsonObject tokens = *parseJsonObject(ask(Verb::Post, "/api/v1/auth/login", body).body);
            QCOMPARE(tokens[u"expires_in"_s].toInt(), 60);
            m_authorization = "Bearer " + tokens[u"access_token"_s].toString().toUtf8();
        };
        signIn();
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
        m_clock->advance(61s);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 401);
        signIn();
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
        QCOMPARE(ask(Verb::Post, "/_control/revoke").status, 204);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 401);
    }

    void aTokenFileMayChange()
    {
        const QTemporaryDir folder;
        const QString fileName = folder.filePath(u"tokens"_s);
        write(fileName, "one\ntwo\n");
        start({.signIn = {.tokenFile = fileName}});
        m_authorization = "Bearer two";
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
        write(fileName, "three\n\n");
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 401);
        m_authorization = "Bearer ";
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 401); // an empty line is no token
        m_authorization = "Bearer three";
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
    }

    void aFaultBefallsTheRequest_data()
    {
        QTest::addColumn<Faults>("faults");
        QTest::addColumn<int>("status"); // 0: no answer
        QTest::addColumn<bool>("isPerformed");
        QTest::newRow("error") << Faults{.errorRate = 1, .errorStatus = 502} << 502 << false;
        QTest::newRow("throttle") << Faults{.throttleRate = 1} << 429 << false;
        QTest::newRow("hang") << Faults{.hangRate = 1} << 0 << false;
        QTest::newRow("cut") << Faults{.cutRate = 1} << 0 << true;
        QTest::newRow("garbage") << Faults{.garbageRate = 1} << 201 << true;
        QTest::newRow("unavailable") << Faults{.down = Faults::Down::Status503} << 503 << false;
        QTest::newRow("closed") << Faults{.down = Faults::Down::Close} << 0 << false;
        QTest::newRow("another verb") << Faults{.errorRate = 1, .method = u"GET"_s} << 201 << true;
        QTest::newRow("another path") << Faults{.errorRate = 1, .path = u"/api/v1/policies"_s} << 201 << true;
        QTest::newRow("used up") << Faults{.errorRate = 1, .count = 0} << 201 << true;
    }
    void aFaultBefallsTheRequest()
    {
        QFETCH(const Faults, faults);
        QFETCH(const int, status);
        start();
        m_simulator->setFaults(faults);
        const auto reply = send(Verb::Put, "/api/v1/sites/hq", siteBody(u"hq"_s), 300ms);
        if (status == 0) {
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, Error::Kind::Unreachable);
        } else {
            QVERIFY(reply);
            QCOMPARE(reply->status, status);
        }
        QCOMPARE(bool(parseJsonObject(reply ? reply->body : "{}"_ba)), faults.garbageRate == 0);
        m_simulator->setFaults({});
        QFETCH(const bool, isPerformed);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites/hq").status, isPerformed ? 200 : 404);
    }

    void faultsEndAfterTheirCount()
    {
        start();
        m_simulator->setFaults({.errorRate = 1, .method = u"PUT"_s, .count = 2});
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200); // another verb does not count
        QCOMPARE(ask(Verb::Put, "/api/v1/sites/a", siteBody(u"a"_s)).status, 500);
        QCOMPARE(ask(Verb::Put, "/api/v1/sites/a", siteBody(u"a"_s)).status, 500);
        QCOMPARE(ask(Verb::Put, "/api/v1/sites/a", siteBody(u"a"_s)).status, 201);
    }

    void anErrorRateIsAShare()
    {
        start({.seed = 5, .faults = {.errorRate = 0.3}});
        int errors = 0;
        for (int i = 0; i < 300; ++i)
            errors += ask(Verb::Get, "/api/v1/sites").status == 500;
        QVERIFY2(errors > 60 && errors < 120, qPrintable(QString::number(errors)));
    }

    void anAnswerWaitsForTheLatency()
    {
        start();
        m_simulator->setFaults({.latency = 60ms});
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
        QVERIFY(timer.elapsed() >= 59);
    }

    void controlSetsAndShowsFaults()
    {
        start();
        QCOMPARE(ask(Verb::Put, "/_control/faults", {{u"error_rate"_s, 1}, {u"down"_s, u"503"_s}}).status, 200);
        const QJsonObject faults = *parseJsonObject(ask(Verb::Get, "/_control/faults").body);
        QCOMPARE(faults[u"down"_s].toString(), u"503"_s);
        QCOMPARE(*Faults::fromJson(faults), (Faults{.errorRate = 1, .down = Faults::Down::Status503}));
        QCOMPARE((*parseJsonObject(ask(Verb::Get, "/_control").body))[u"faults"_s].toObject(), faults);

        const HttpReply refused
            = ask(Verb::Put, "/_control/faults", {{u"nope"_s, 1}, {u"error_rate"_s, 2}, {u"latency_ms"_s, -1}});
        QCOMPARE(refused.status, 400);
        for (const char *name : {"nope", "error_rate", "latency_ms"})
            QVERIFY2(refused.body.contains(name), refused.body.constData());
        QCOMPARE(ask(Verb::Put, "/_control/paths/x", {{u"status"_s, u"up"_s}}).status, 404);
        QCOMPARE(ask(Verb::Put, "/_control/paths/x", {{u"status"_s, u"odd"_s}}).status, 400);
        QCOMPARE(ask(Verb::Get, "/_control/nope").status, 404);

        QCOMPARE(ask(Verb::Post, "/_control/reset").status, 204);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites").status, 200);
    }

    void withoutControlThereIsNone()
    {
        start({.hasControl = false});
        QCOMPARE(ask(Verb::Get, "/_control").status, 404);
    }

    void requestsAreCountedAndChangesKept()
    {
        start();
        m_authorization = "Bearer secret";
        (void)ask(Verb::Get, "/api/v1/sites/hq");
        (void)put(siteBody(u"hq"_s));
        (void)ask(Verb::Post, "/api/v1/auth/login", {{u"username"_s, u"a"_s}, {u"password"_s, u"pw"_s}});
        const RequestLog &log = m_simulator->requests();
        QCOMPARE(log.count("GET", "/api/v1/sites/{name}", 404), 1);
        QCOMPARE(log.count("PUT"), 1);
        QCOMPARE(log.count(), 3);

        const HttpReply reply = ask(Verb::Get, "/_control/requests");
        const QJsonObject json = *parseJsonObject(reply.body);
        QCOMPARE(json[u"counters"_s].toArray().size(), 3);
        QCOMPARE(json[u"changes"_s].toArray().size(), 1);
        const QJsonValue change = json[u"changes"_s][0];
        QCOMPARE(change[u"path"_s].toString(), u"/api/v1/sites/hq"_s);
        QCOMPARE(change[u"status"_s].toInt(), 201);
        QCOMPARE(change[u"headers"_s][u"x-operator"_s].toString(), u"test"_s);
        QCOMPARE(*parseJsonObject(change[u"body"_s].toString().toUtf8()), siteBody(u"hq"_s));
        QVERIFY2(!reply.body.contains("secret") && !reply.body.contains("\"pw\""), reply.body.constData());

        QCOMPARE(ask(Verb::Post, "/_control/reset", {{u"data"_s, true}}).status, 204);
        QCOMPARE(log.count(), 0);
        QCOMPARE(ask(Verb::Get, "/api/v1/sites/hq").status, 404);
    }

    void dataOutlivesTheSimulator()
    {
        const QTemporaryDir folder;
        const QString fileName = folder.filePath(u"data.json"_s);
        start({.dataFile = fileName});
        const QJsonObject before = put(siteBody(u"hq"_s));
        QCOMPARE(ask(Verb::Put, "/api/v1/policies/web", policyBody(u"web"_s)).status, 201);
        QVERIFY(!QFile::exists(fileName));
        m_clock->advance(1s);
        QVERIFY(QFile::exists(fileName)); // while it runs, too
        QCOMPARE(ask(Verb::Delete, "/api/v1/policies/web").status, 204);
        cleanup();

        start({.dataFile = fileName});
        QCOMPARE(*parseJsonObject(ask(Verb::Get, "/api/v1/sites/hq").body), before);
        QCOMPARE(ask(Verb::Get, "/api/v1/policies/web").status, 404);
    }

    void dataThatCannotBeReadIsAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("named");
        QTest::newRow("no JSON") << "{"_ba << u"data.json"_s;
        QTest::newRow("no policies") << R"({"sites":[]})"_ba << u"policies"_s;
        QTest::newRow("no body") << R"({"sites":[{"id":"1"}],"policies":[]})"_ba << u"body"_s;
        QTest::newRow("no name") << R"({"sites":[{"id":"1","body":{}}],"policies":[]})"_ba << u"name"_s;
        QTest::newRow("no time")
            << R"({"sites":[{"id":"1","body":{"name":"hq"},"created_at":"x","updated_at":"x"}],"policies":[]})"_ba
            << u"created_at"_s;
    }
    void dataThatCannotBeReadIsAnError()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, named);
        const QTemporaryDir folder;
        const QString fileName = folder.filePath(u"data.json"_s);
        write(fileName, text);
        PatronusSimulator simulator({.dataFile = fileName}, *m_clock);
        const auto listening = simulator.listen();
        QVERIFY(!listening);
        QVERIFY2(listening.error().message.contains(named), qPrintable(listening.error().message));
    }

    void anotherVerbOrPathIsNoCall()
    {
        start();
        QCOMPARE(ask(Verb::Get, "/api/v2/sites").status, 404);
        const HttpReply reply = ask(Verb::Post, "/api/v1/sites");
        QCOMPARE(reply.status, 405);
        QCOMPARE(reply.header("allow"), "GET");
        QCOMPARE(ask(Verb::Get, "/api/v1/sites?lmit=5").status, 400);
    }

private:
    void start(PatronusSimulator::Settings settings = {})
    {
        m_authorization.clear();
        m_simulator = std::make_unique<PatronusSimulator>(std::move(settings), *m_clock);
        const auto listening = m_simulator->listen();
        QVERIFY2(listening, listening ? "" : qPrintable(listening.error().message));
        m_transport = std::make_unique<CheckedTransport>(*makeTransport({.server = m_simulator->url()}), *m_check);
    }

    Expected<HttpReply> send(
        Verb verb, const QByteArray &target, const QJsonObject &body, std::chrono::milliseconds deadline)
    {
        HttpRequest request{
            .verb = verb, .target = target, .headers = {{"x-operator", "test"}}, .body = {}, .deadline = deadline};
        if (!m_authorization.isEmpty())
            request.headers.emplaceBack("authorization", m_authorization);
        if (!body.isEmpty()) {
            request.headers.emplaceBack("content-type", "application/json");
            request.body = toJson(body);
        }
        // Control calls are no part of the document.
        if (target.startsWith("/_control") || !isChecked(target)) {
            const auto transport = *makeTransport({.server = m_simulator->url()});
            return QCoro::waitFor(transport->send(request, {}));
        }
        return QCoro::waitFor(m_transport->send(request, {}));
    }
    static bool isChecked(const QByteArray &target)
    {
        return target.startsWith("/api/v1") || target == "/health" || target == "/version";
    }

    HttpReply ask(Verb verb, const QByteArray &target, const QJsonObject &body = {})
    {
        const auto reply = send(verb, target, body, 5s);
        if (!reply)
            qCritical().noquote() << verbName(verb) << target << reply.error().message;
        return reply.value_or(HttpReply{});
    }

    QJsonObject put(const QJsonObject &site)
    {
        return *parseJsonObject(ask(Verb::Put, "/api/v1/sites/" + site[u"name"_s].toString().toUtf8(), site).body);
    }

    /// @p object with @p value at @p path; undefined removes.
    static QJsonObject changed(QJsonObject object, QStringList path, const QJsonValue &value)
    {
        const QString first = path.takeFirst();
        if (!path.isEmpty())
            object[first] = changed(object[first].toObject(), path, value);
        else if (value.isUndefined())
            object.remove(first);
        else
            object[first] = value;
        return object;
    }

    static void write(const QString &fileName, const QByteArray &text)
    {
        QFile file(fileName);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

    std::optional<ManualClock> m_clock; // a new one for each test
    std::unique_ptr<OpenApiCheck> m_check;
    std::unique_ptr<PatronusSimulator> m_simulator;
    std::unique_ptr<CheckedTransport> m_transport;
    QByteArray m_authorization;
};

QTEST_GUILESS_MAIN(TestPatronusSimulator)
#include "tst_patronussimulator.moc"
