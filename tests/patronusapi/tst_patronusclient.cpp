// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/patronussimulator.h"
#include "core/metrics.h"
#include "patronusapi/client.h"
#include "patronusapi/inventory.h"
#include "support/manualclock.h"
#include "support/openapicheck.h"
#include "support/patronusbodies.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace patronus::simulator;
using namespace std::chrono_literals;

using Kind = Error::Kind;

/// The client against the simulator in this process, over a real socket; every request and answer is held against the
/// OpenAPI document. Time is a ManualClock for both, so that a token runs out and a limit's window ends when a test
/// says.
class TestPatronusClient : public TestCase
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
        m_metrics = std::make_unique<Metrics>();
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void cleanup()
    {
        m_client.reset();
        if (m_transport)
            QCOMPARE(m_transport->problems().join(u'\n'), QString());
        m_transport.reset();
        m_simulator.reset();
    }

    void anObjectIsPutListedAndRemoved()
    {
        start();
        const auto put = wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {}));
        QVERIFY(put);
        QVERIFY(!(*put)[u"id"_s].toString().isEmpty());
        QVERIFY(wait(m_client->put(RemoteKind::Policy, u"web"_s, policyBody(u"web"_s), {})));
        const auto sites = wait(m_client->list(RemoteKind::Site, 1000, 0, {}));
        QVERIFY(sites);
        QCOMPARE(sites->total, 1);
        QCOMPARE(sites->items.first()[u"name"_s].toString(), u"hq"_s);
        QCOMPARE(wait(m_client->list(RemoteKind::Policy, 10, 1, {}))->items.size(), 0);
        QVERIFY(wait(m_client->remove(RemoteKind::Site, u"hq"_s, {})));
        QVERIFY(wait(m_client->remove(RemoteKind::Site, u"hq"_s, {}))); // it is gone: that is what was wanted
        QCOMPARE(wait(m_client->list(RemoteKind::Site, 1000, 0, {}))->total, 0);
    }

    void oneObjectIsFoundOrNot()
    {
        start();
        QVERIFY(wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {})));
        const auto found = wait(m_client->find(RemoteKind::Site, u"hq"_s, {}));
        QVERIFY(found && *found);
        QCOMPARE((**found)[u"name"_s].toString(), u"hq"_s);
        const auto none = wait(m_client->find(RemoteKind::Policy, u"hq"_s, {}));
        QVERIFY(none && !*none);
        m_simulator->setFaults({.errorRate = 1, .errorStatus = 500});
        QCOMPARE(wait(m_client->find(RemoteKind::Site, u"hq"_s, {})).error().kind, Kind::Server);
    }

    void aNameIsPercentEncoded()
    {
        start();
        const QString name = u"zürich ?#%41&x"_s;
        QVERIFY(wait(m_client->put(RemoteKind::Site, name, siteBody(name), {})));
        QCOMPARE(wait(m_client->list(RemoteKind::Site, 10, 0, {}))->items.first()[u"name"_s].toString(), name);
        QVERIFY(wait(m_client->remove(RemoteKind::Site, name, {})));
        QCOMPARE(m_simulator->requests().count("DELETE", "/api/v1/sites/{name}", 204), 1);
    }

    void telemetryIsRead()
    {
        start();
        QVERIFY(wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {})));
        QVERIFY(wait(m_client->put(RemoteKind::Site, u"branch"_s, siteBody(u"branch"_s, {u"hq"_s}), {})));
        QVERIFY(wait(m_client->put(RemoteKind::Policy, u"web"_s, policyBody(u"web"_s), {})));
        m_simulator->step();
        QVERIFY(m_simulator->pinPath(u"branch--hq"_s, RemotePath::Status::Degraded));
        const auto paths = wait(m_client->paths(1000, 0, {}));
        QVERIFY(paths);
        QCOMPARE(paths->items.size(), 1);
        QCOMPARE(paths->items.first().status, RemotePath::Status::Degraded);
        QCOMPARE(paths->items.first().destinationSite, u"hq"_s);
        const auto traffic = wait(m_client->trafficStats({}, 1000, 0, {}));
        QVERIFY(traffic);
        QCOMPARE(traffic->items.size(), 1);
        QCOMPARE(traffic->items.first().policy, u"web"_s);
        QVERIFY(traffic->items.first().bytesSent > 0);
        const QDate day = traffic->items.first().day;
        QCOMPARE(wait(m_client->trafficStats(day, 1000, 0, {}))->items.size(), 1);
        QCOMPARE(wait(m_client->trafficStats(day.addDays(1), 1000, 0, {}))->items.size(), 0);
        const auto health = wait(m_client->health({}));
        QVERIFY(health);
        QCOMPARE(health->status, RemoteHealth::Status::Healthy);
    }

    void aRefusedBodyIsToldInTheApisWords()
    {
        start();
        QJsonObject wrong = siteBody(u"hq"_s);
        wrong[u"wireguard"_s]
            = QJsonObject{{u"public_key"_s, u"short"_s}, {u"listen_port"_s, 1}, {u"endpoints"_s, QJsonArray{u"a:1"_s}}};
        const auto put = wait(m_client->put(RemoteKind::Site, u"hq"_s, wrong, {}));
        QVERIFY(!put);
        QCOMPARE(put.error().kind, Kind::Invalid);
        QVERIFY2(put.error().message.contains("wireguard.public_key"_L1), qPrintable(put.error().message));
        QVERIFY(!m_transport->problems().isEmpty()); // the document refuses it as well
        m_transport->forgetProblems();
    }

    void aFaultIsAnErrorOfItsKind_data()
    {
        QTest::addColumn<Faults>("faults");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QByteArray>("metricType");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("500") << Faults{.errorRate = 1} << Kind::Server << "api_error"_ba << "500"_ba;
        QTest::newRow("503") << Faults{.down = Faults::Down::Status503} << Kind::Server << "api_error"_ba << "503"_ba;
        QTest::newRow("403") << Faults{.errorRate = 1, .errorStatus = 403} << Kind::Unauthorized << "unauthorized"_ba
                             << "403"_ba;
        QTest::newRow("409") << Faults{.errorRate = 1, .errorStatus = 409} << Kind::Conflict << "api_error"_ba
                             << "409"_ba;
        QTest::newRow("429") << Faults{.throttleRate = 1, .retryAfterSeconds = 7} << Kind::Throttled
                             << "rate_limited"_ba << "429"_ba;
        QTest::newRow("cut") << Faults{.cutRate = 1} << Kind::Unreachable << "api_unreachable"_ba << "unreachable"_ba;
        QTest::newRow("closed") << Faults{.down = Faults::Down::Close} << Kind::Unreachable << "api_unreachable"_ba
                                << "unreachable"_ba;
        QTest::newRow("garbage") << Faults{.garbageRate = 1} << Kind::Malformed << "api_error"_ba << "201"_ba;
    }
    void aFaultIsAnErrorOfItsKind()
    {
        QFETCH(const Faults, faults);
        QFETCH(const QByteArray, code);
        start();
        m_simulator->setFaults(faults);
        const auto put = wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {}));
        QVERIFY(!put);
        QTEST(put.error().kind, "kind");
        QTEST(QByteArray(put.error().metricType), "metricType");
        if (faults.throttleRate > 0)
            QCOMPARE(put.error().retryAfter, 7s);
        const QByteArray text = QByteArray::fromStdString(m_metrics->text());
        QVERIFY2(text.contains(R"(patronus_operator_api_requests_total{code=")" + code + R"(",method="PUT"} 1)"),
            text.constData());
        QVERIFY2(
            text.contains(R"(patronus_operator_api_request_duration_seconds_count{method="PUT"} 1)"), text.constData());
        m_transport->forgetProblems(); // garbage is no JSON: that the check says so is another test's matter

        m_simulator->setFaults({});
        m_clock->advance(8s);
        QVERIFY(wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {}))); // and nothing is left of it
    }

    void aRequestThatHangsCanBeStopped()
    {
        start();
        m_simulator->setFaults({.hangRate = 1});
        std::stop_source stop;
        QTimer::singleShot(30ms, this, [&] { stop.request_stop(); });
        const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, stop.get_token()));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Cancelled);
        QCOMPARE(m_transport->requests().last().deadline, 15s); // and would have ended by itself
    }

    void destroyingTheClientEndsWhatIsInFlight()
    {
        start();
        m_simulator->setFaults({.hangRate = 1});
        auto task = m_client->list(RemoteKind::Site, 10, 0, {});
        QTRY_COMPARE(m_simulator->requests().count("GET"), 1);
        m_client.reset();
        const auto listed = wait(std::move(task));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Cancelled);
    }

    void aFixedTokenIsSent()
    {
        write(u"tokens"_s, "good");
        start({.signIn = {.tokenFile = file(u"tokens"_s)}}, {.token = u"good"_s});
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        write(u"tokens"_s, "other");
        const auto refused = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Kind::Unauthorized);
        QCOMPARE(QByteArray(refused.error().metricType), "unauthorized");
        QCOMPARE(m_simulator->requests().count("GET"), 2); // the same token is not tried twice
    }

    void aTokenFileIsReadAgainAfterA401AndAfterAMinute()
    {
        write(u"accepted"_s, "one\ntwo");
        write(u"token"_s, "one\n");
        start({.signIn = {.tokenFile = file(u"accepted"_s)}}, {.tokenFile = file(u"token"_s)});
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        write(u"token"_s, "two\n");
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(authorizations(), (QByteArrayList{"Bearer one", "Bearer one"}));
        m_clock->advance(61s);
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(authorizations().last(), "Bearer two");

        write(u"accepted"_s, "three");
        write(u"token"_s, "three\n");
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(authorizations().last(), "Bearer three");
        QCOMPARE(m_simulator->requests().count({}, {}, 401), 1);

        QVERIFY(QFile::remove(file(u"token"_s))); // in the middle of a rotation
        m_clock->advance(61s);
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
    }

    void aTokenFileThatIsNotThereIsNamed()
    {
        start({}, {.tokenFile = file(u"nowhere"_s)});
        const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Unauthorized);
        QVERIFY(listed.error().message.contains(file(u"nowhere"_s)));
        QCOMPARE(m_simulator->requests().count(), 0);
    }

    void manyRequestsSignInOnce()
    {
        startWithPassword();
        std::vector<Task<RemotePage<QJsonObject>>> tasks;
        for (int i = 0; i < 20; ++i)
            tasks.push_back(m_client->list(RemoteKind::Site, 10, 0, {}));
        for (auto &task : tasks)
            QVERIFY(wait(std::move(task)));
        QCOMPARE(m_simulator->requests().count("POST"), 1);
    }

    void aPasswordThatWasTypedSignsInLikeOneOfAFile()
    {
        start({.signIn = {.username = u"ada"_s, .password = u"s3cret"_s}},
            {.username = u"ada"_s, .password = u"s3cret"_s});
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(m_simulator->requests().count("POST"), 1);
    }

    void aRequestThatIsStoppedLeavesTheSignInToOthers()
    {
        startWithPassword();
        m_simulator->setFaults({.latency = 50ms});
        std::stop_source stop;
        auto stopped = m_client->list(RemoteKind::Site, 10, 0, stop.get_token());
        auto other = m_client->list(RemoteKind::Site, 10, 0, {});
        stop.request_stop();
        const auto listed = wait(std::move(stopped));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Cancelled);
        QVERIFY(wait(std::move(other)));
    }

    void aTokenIsRefreshedAMinuteBeforeItsEnd()
    {
        startWithPassword();
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        m_clock->advance(13min);
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(m_simulator->requests().count("POST"), 1);
        m_clock->advance(61s); // 14 minutes and a second of its 15 minutes
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(m_simulator->requests().count("POST", "/api/v1/auth/refresh", 200), 1);
        QCOMPARE(m_simulator->requests().count("POST"), 2);
        QCOMPARE(m_simulator->requests().count({}, {}, 401), 0);
    }

    void aRefreshThatFailsDoesNotEndAValidToken()
    {
        startWithPassword();
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        m_clock->advance(14min + 1s);
        m_simulator->setFaults({.errorRate = 1, .method = u"POST"_s});
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not signed in"_s));
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        m_clock->advance(1min); // now it has ended
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not signed in"_s));
        const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Server); // why it could not sign in
    }

    void revokedTokensLeadToANewLogIn()
    {
        startWithPassword();
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        m_simulator->revokeTokens();
        QVERIFY(wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {})));
        QCOMPARE(m_simulator->requests().count("PUT", {}, 401), 1);
        QCOMPARE(m_simulator->requests().count("POST", "/api/v1/auth/refresh", 401), 1);
        QCOMPARE(m_simulator->requests().count("POST", "/api/v1/auth/login", 200), 2);
    }

    void aWrongPasswordIsNotTriedAgainAndAgain()
    {
        startWithPassword();
        write(u"password"_s, "wrong");
        for (int i = 0; i < 5; ++i) {
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not signed in"_s));
            const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
            QVERIFY(!listed);
            QCOMPARE(listed.error().kind, Kind::Unauthorized);
        }
        QCOMPARE(m_simulator->requests().count("POST"), 1);
        QCOMPARE(m_simulator->requests().count("GET"), 0);

        write(u"password"_s, "s3cret\n"); // another password is another try, at once
        QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
    }

    void aPasswordFileThatIsNotThereIsNamed()
    {
        startWithPassword();
        QVERIFY(QFile::remove(file(u"password"_s)));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not signed in"_s));
        const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Unauthorized);
        QVERIFY2(listed.error().message.contains(file(u"password"_s)), qPrintable(listed.error().message));
        QCOMPARE(m_simulator->requests().count(), 0);
    }

    void healthAsksForNoCredentials()
    {
        startWithPassword();
        QVERIFY(wait(m_client->health({})));
        QCOMPARE(authorizations(), QByteArrayList{QByteArray()});
    }

    void theShownLimitIsKept()
    {
        start({.requestsPerMinute = 100});
        QCOMPARE(m_client->sustainableInterval(10), 0ms);
        for (int i = 0; i < 80; ++i)
            QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        QCOMPARE(m_client->sustainableInterval(80), 60s);

        auto reading = m_client->list(RemoteKind::Site, 10, 0, {}); // waits: the last fifth is for changes
        for (int i = 0; i < 20; ++i)
            QVERIFY(wait(m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {})));
        auto changing = m_client->put(RemoteKind::Site, u"hq"_s, siteBody(u"hq"_s), {});
        QTest::qWait(20);
        QVERIFY(!reading.isReady() && !changing.isReady());
        QCOMPARE(m_simulator->requests().count(), 100);
        m_clock->advance(62s);
        QVERIFY(wait(std::move(reading)));
        QVERIFY(wait(std::move(changing)));
        QCOMPARE(m_simulator->requests().count({}, {}, 429), 0);
    }

    void aWaitForTheLimitCanBeStopped()
    {
        start({.requestsPerMinute = 5});
        for (int i = 0; i < 4; ++i)
            QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        std::stop_source stop;
        auto waiting = m_client->list(RemoteKind::Site, 10, 0, stop.get_token());
        QVERIFY(!waiting.isReady());
        stop.request_stop();
        const auto listed = wait(std::move(waiting));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Cancelled);
    }

    void aWaitOfMoreThanAMinuteIsToldAtOnce()
    {
        start({.requestsPerHour = 10});
        for (int i = 0; i < 8; ++i)
            QVERIFY(wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        const auto listed = wait(m_client->list(RemoteKind::Site, 10, 0, {}));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, Kind::Throttled);
        QCOMPARE(QByteArray(listed.error().metricType), "rate_limited");
        QVERIFY(*listed.error().retryAfter > 3500s && *listed.error().retryAfter <= 3601s);
        QCOMPARE(m_simulator->requests().count(), 8);
        QCOMPARE(m_client->sustainableInterval(2), 15min); // two of eight an hour
    }

    void a429HoldsBackTheOthers()
    {
        start();
        m_simulator->setFaults({.throttleRate = 1, .retryAfterSeconds = 9, .count = 1});
        QVERIFY(!wait(m_client->list(RemoteKind::Site, 10, 0, {})));
        auto next = m_client->list(RemoteKind::Site, 10, 0, {});
        QTest::qWait(10);
        QVERIFY(!next.isReady());
        QCOMPARE(m_simulator->requests().count(), 1);
        m_clock->advance(9s);
        QVERIFY(wait(std::move(next)));
    }

    void anInventoryOfTheSimulatorIsWhole()
    {
        start();
        for (int i = 0; i < 30; ++i)
            QVERIFY(wait(m_client->put(RemoteKind::Site, u"site-%1"_s.arg(i), siteBody(u"site-%1"_s.arg(i)), {})));
        QVERIFY(wait(m_client->put(RemoteKind::Policy, u"web"_s, policyBody(u"web"_s), {})));
        Inventory inventory(*m_client);
        QVERIFY(wait(inventory.sweep({})));
        QCOMPARE(inventory.names(RemoteKind::Site).size(), 30);
        QCOMPARE(inventory.find(RemoteKind::Policy, u"web"_s), policyBody(u"web"_s));
    }

private:
    void start(PatronusSimulator::Settings settings = {}, PatronusCredentials credentials = {})
    {
        settings.isFrozen = true;
        m_simulator = std::make_unique<PatronusSimulator>(std::move(settings), *m_clock);
        const auto listening = m_simulator->listen();
        QVERIFY2(listening, listening ? "" : qPrintable(listening.error().message));
        m_transport = std::make_shared<CheckedTransport>(*makeTransport({.server = m_simulator->url()}), *m_check);
        m_client = std::make_unique<HttpPatronusClient>(m_transport, std::move(credentials), *m_clock, m_metrics.get());
    }

    void startWithPassword()
    {
        write(u"username"_s, "ada\n");
        write(u"password"_s, "s3cret\n");
        start({.signIn = {.username = u"ada"_s, .password = u"s3cret"_s}},
            {.usernameFile = file(u"username"_s), .passwordFile = file(u"password"_s)});
    }

    QString file(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile written(file(name));
        QVERIFY(written.open(QIODevice::WriteOnly) && written.write(text) == text.size());
    }

    /// What the requests so far were signed with.
    QByteArrayList authorizations() const
    {
        QByteArrayList values;
        for (const HttpRequest &request : m_transport->requests()) {
            const auto found
                = std::ranges::find(request.headers, "authorization"_ba, &std::pair<QByteArray, QByteArray>::first);
            values.append(found == request.headers.end() ? QByteArray() : found->second);
        }
        return values;
    }

    template <typename T> static Expected<T> wait(Task<T> task) { return QCoro::waitFor(std::move(task)); }

    std::optional<ManualClock> m_clock;
    std::unique_ptr<Metrics> m_metrics;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<OpenApiCheck> m_check;
    std::unique_ptr<PatronusSimulator> m_simulator;
    std::shared_ptr<CheckedTransport> m_transport;
    std::unique_ptr<HttpPatronusClient> m_client;
};

QTEST_GUILESS_MAIN(TestPatronusClient)
#include "tst_patronusclient.moc"
