// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/probeserver.h"

#include "client.h"
#include "core/metrics.h"
#include "serving/heartbeat.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QTcpServer>

#include <thread>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_ProbeServer : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        m_clock.emplace();
        m_metrics.emplace();
        m_heartbeat.emplace(*m_clock);
        m_server.emplace(ProbeServer::Settings{.metricsPort = 0, .healthPort = 0, .address = u"127.0.0.1"_s},
            *m_metrics, *m_heartbeat);
        QVERIFY(m_server->start());
    }
    void cleanup()
    {
        m_server.reset();
        m_heartbeat.reset();
        m_metrics.reset();
        m_clock.reset();
    }

    void livenessFollowsTheEventLoop_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("healthz") << "/healthz"_ba;
        QTest::newRow("livez") << "/livez"_ba;
    }
    void livenessFollowsTheEventLoop()
    {
        QFETCH(const QByteArray, path);
        QCOMPARE(health(path), (Answer{200, "ok"}));
        QCOMPARE(health(path + "?verbose"), (Answer{200, "[+]event-loop ok\n" + path.sliced(1) + " check passed\n"}));
        stall(11s);
        QCOMPARE(health(path), (Answer{503, "[-]event-loop stalled for 11 s\n" + path.sliced(1) + " check failed\n"}));
        m_clock->advance(2s); // the loop turns again
        QCOMPARE(health(path), (Answer{200, "ok"}));
    }

    void aShortStallIsNoFailure()
    {
        stall(9s);
        QCOMPARE(health("/livez"), (Answer{200, "ok"}));
    }

    void readinessNeedsTheFlagAndEveryCheck()
    {
        QCOMPARE(health("/readyz"),
            (Answer{503, "[+]event-loop ok\n[-]started not ready yet, or stopping\nreadyz check failed\n"}));
        m_server->setReady(true);
        QCOMPARE(health("/readyz"), (Answer{200, "ok"}));
        m_server->setCheck(u"caches"_s, u"not synced: sites"_s);
        QCOMPARE(health("/readyz"),
            (Answer{503, "[-]caches not synced: sites\n[+]event-loop ok\n[+]started ok\nreadyz check failed\n"}));
        m_server->setCheck(u"caches"_s, {});
        QCOMPARE(health("/readyz?verbose"),
            (Answer{200, "[+]caches ok\n[+]event-loop ok\n[+]started ok\nreadyz check passed\n"}));
        m_server->setReady(false);
        QCOMPARE(health("/readyz").first, 503);
    }

    void aStalledLoopIsNotReadyEither()
    {
        m_server->setReady(true);
        stall(11s);
        QCOMPARE(health("/readyz").first, 503);
    }

    void notBeingReadyIsNotBeingDead()
    {
        m_server->setCheck(u"caches"_s, u"not synced: sites"_s);
        QCOMPARE(health("/livez"), (Answer{200, "ok"}));
    }

    void metricsAreServedInPrometheusFormat()
    {
        m_metrics->counter("things_total", "Things.").add(2);
        const QByteArray answer = get(m_server->metricsPort(), "/metrics");
        QCOMPARE(statusOf(answer), 200);
        QVERIFY(answer.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
        QVERIFY(bodyOf(answer).contains("\nthings_total 2\n"));
    }

    void otherPathsAreNotFound()
    {
        for (const char *path : {"/", "/metrics", "/healthz/", "/HEALTHZ", "/healthz/../livez", "//livez"})
            QCOMPARE(health(path).first, 404);
        for (const char *path : {"/", "/healthz", "/metrics/"})
            QCOMPARE(statusOf(get(m_server->metricsPort(), path)), 404);
    }

    void aPortInUseIsAnErrorThatSaysWhatToChange()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        ProbeServer metrics(
            {.metricsPort = other.serverPort(), .healthPort = 0, .address = u"127.0.0.1"_s}, *m_metrics, *m_heartbeat);
        QCOMPARE(metrics.start().error().message,
            u"metrics: port %1 is in use by another program; choose another with METRICS_PORT or --metrics-port"_s.arg(
                other.serverPort()));
        ProbeServer health(
            {.metricsPort = 0, .healthPort = other.serverPort(), .address = u"127.0.0.1"_s}, *m_metrics, *m_heartbeat);
        QCOMPARE(health.start().error().message,
            u"health probes: port %1 is in use by another program; choose another with HEALTH_PORT or --health-port"_s
                .arg(other.serverPort()));
        QCOMPARE(health.metricsPort(), quint16(0)); // the one that could be had is given back
    }

    void probesAreAnsweredWhileSlowClientsFillBothPorts()
    {
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        for (int i = 0; i < 200; ++i) {
            crowd.push_back(std::make_unique<QTcpSocket>());
            crowd.back()->connectToHost(
                QHostAddress::LocalHost, i % 2 == 0 ? m_server->healthPort() : m_server->metricsPort());
            QVERIFY(crowd.back()->waitForConnected());
            crowd.back()->write("GET /metrics HTTP/1.1\r\nX-a: ");
            crowd.back()->flush();
        }
        // Before the crowd's own end comes, after 5 s; on an idle machine long before the kubelet's timeout of 1 s.
        QCOMPARE(health("/livez", 4s), (Answer{200, "ok"}));
        QCOMPARE(statusOf(get(m_server->metricsPort(), "/metrics", 4s)), 200);
    }

    void probesAreAnsweredWhileEverythingElseChanges()
    {
        // For ThreadSanitizer: the main thread writes all that the probe threads read.
        std::atomic<int> answered = 0;
        {
            const auto client = [&](quint16 port, const QByteArray &path) {
                for (int i = 0; i < 50; ++i)
                    answered += statusOf(get(port, path)) != 0 ? 1 : 0;
            };
            const std::jthread readiness(client, m_server->healthPort(), "/readyz?verbose");
            const std::jthread scrapes(client, m_server->metricsPort(), "/metrics");
            for (int i = 0; i < 200; ++i) {
                m_server->setReady(i % 2 == 0);
                m_server->setCheck(u"check %1"_s.arg(i % 7), i % 3 == 0 ? u"waits"_s : QString());
                m_metrics->counter("c", "help", {{"n", std::to_string(i % 5)}}).add();
                m_metrics->gauge("g", "help").set(i);
                m_metrics->removeGauge("g", {});
                m_clock->advance(100ms);
            }
        }
        QCOMPARE(answered.load(), 100);
    }

private:
    using Answer = std::pair<int, QByteArray>;

    Answer health(const QByteArray &target, std::chrono::milliseconds limit = 30s) const
    {
        const QByteArray answer = get(m_server->healthPort(), target, limit);
        return {statusOf(answer), bodyOf(answer)};
    }
    // The event loop does not turn while the test does nothing but block, so no beat comes.
    void stall(std::chrono::seconds time) { m_clock->skip(time); }

    std::optional<ManualClock> m_clock;
    std::optional<Metrics> m_metrics;
    std::optional<Heartbeat> m_heartbeat;
    std::optional<ProbeServer> m_server;
};

QTEST_GUILESS_MAIN(tst_ProbeServer)
#include "tst_probeserver.moc"
