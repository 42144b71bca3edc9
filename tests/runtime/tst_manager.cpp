// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "leaseserver.h"
#include "runtime/controller.h"
#include "runtime/events.h"
#include "runtime/leaderelection.h"
#include "runtime/manager.h"
#include "runtime/reflector.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QSignalSpy>

using namespace patronus;
using namespace std::chrono_literals;

namespace {

/// Lists one object of whatever is asked for, after a while; watches that tell nothing; Events that take a while.
class QuietServer : public Transport
{
public:
    QuietServer(Clock &clock, QStringList &log) : m_clock(clock), m_log(log) { }

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override
    {
        const bool isWrite = request.verb != HttpRequest::Verb::Get;
        if (isWrite)
            m_log += u"event begins"_s;
        const auto slept = co_await m_clock.sleep(isWrite ? 1s : 3s, stop);
        if (isWrite)
            m_log += u"event ends"_s;
        if (!slept)
            co_return std::unexpected(slept.error());
        co_return HttpReply{.status = 200,
            .body = R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"hq","namespace":"ns",)"
                    R"("uid":"u","resourceVersion":"4"}}]})"};
    }
    Task<HttpReply> stream(HttpRequest, BodySink, std::stop_token stop) override
    {
        const auto slept = co_await m_clock.sleep(24h, stop);
        m_log += u"watch ends"_s;
        co_return slept.transform([] { return HttpReply{.status = 200}; });
    }
    void setTls(TlsSettings) override { }
    void reset() override { }
    void dropChanges() override { }

private:
    Clock &m_clock;
    QStringList &m_log;
};

/// Takes a while for each run, and writes down its begin and end.
class SlowReconciler : public Reconciler
{
public:
    SlowReconciler(Clock &clock, QStringList &log) : m_clock(clock), m_log(log) { }

    Task<Result> reconcile(ObjectKey key, std::stop_token stop) override
    {
        m_log += u"run "_s + key.name;
        const auto slept = co_await m_clock.sleep(time, stop);
        m_log += slept ? u"ran"_s : u"cancelled"_s;
        co_return slept.transform([] { return Result{}; });
    }

    Clock::duration time = 5s;

private:
    Clock &m_clock;
    QStringList &m_log;
};

struct Rig {
    explicit Rig(bool elects = true, const QString &holder = {})
        : manager({.caches = {{.name = u"sites"_s, .store = &sites, .reflectors = {&siteFeed}},
                       {.name = u"policies"_s, .store = &policies, .reflectors = {&policyFeed}}},
              .controllers = {&controller},
              .election = elects ? &election : nullptr,
              .events = &events})
    {
        if (!holder.isEmpty())
            leases.put({{u"holderIdentity"_s, holder}, {u"leaseDurationSeconds"_s, 15}});
        QObject::connect(&manager, &Manager::lost, &manager, [this] { log += u"lost"_s; });
    }

    /// Whether the lease is free is seen in the log at the moment when it changes.
    QStringList take() { return std::exchange(log, {}); }

    ManualClock clock;
    Metrics metrics;
    QStringList log;
    std::shared_ptr<QuietServer> server = std::make_shared<QuietServer>(clock, log);
    KubeClient client{server, nullptr};
    LeaseServer leases;
    std::shared_ptr<LeaseLine> line = std::make_shared<LeaseLine>(leases, clock);
    KubeClient leaseClient{line, nullptr};

    Store sites;
    Store policies;
    Reflector siteFeed{client, resources::sites(), {}, sites, clock};
    Reflector policyFeed{client, resources::policies(), {}, policies, clock};
    SlowReconciler reconciler{clock, log};
    Controller controller{{.name = u"site"_s}, sites, reconciler, clock, metrics};
    LeaderElection election{{.lease = {u"ns"_s, u"lease"_s}, .identity = u"we"_s}, leaseClient, clock, metrics};
    EventRecorder events{client, clock, u"c"_s, u"i"_s};
    Manager manager;
    QSignalSpy started{&manager, &Manager::started};
};

} // namespace

class tst_Manager : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void controllersStartWhenTheCachesAreSynced()
    {
        Rig rig(false);
        QVERIFY(!rig.manager.isRunning());
        QVERIFY(rig.manager.isLeading()); // no election is wanted
        rig.manager.start();
        rig.clock.advance(3s - 1ns);
        QCOMPARE(rig.manager.notReadyReason(), u"not synced: sites, policies"_s);
        QCOMPARE(rig.take(), QStringList());
        rig.clock.advance(1ns);
        rig.clock.advance(0s);
        QCOMPARE(rig.manager.notReadyReason(), QString());
        QVERIFY(rig.manager.isRunning());
        QCOMPARE(rig.started.count(), 1);
        QCOMPARE(rig.take(), QStringList{u"run hq"_s});
        rig.clock.advance(1h);
        QCOMPARE(rig.started.count(), 1);
        QVERIFY(QCoro::waitFor(rig.manager.stop()).has_value());
    }

    void aStandbyIsReadyAndWarmAndDoesNothing()
    {
        Rig rig(true, u"they"_s);
        rig.manager.start();
        rig.clock.advance(10s);
        QCOMPARE(rig.manager.notReadyReason(), QString());
        QCOMPARE(rig.sites.size(), 1);
        QVERIFY(!rig.manager.isLeading());
        QVERIFY(!rig.manager.isRunning());
        QCOMPARE(rig.take(), QStringList());

        rig.clock.advance(5s); // their lease runs out
        QVERIFY(rig.manager.isLeading());
        QVERIFY(rig.manager.isRunning());
        QCOMPARE(rig.take(), QStringList{u"run hq"_s});
        rig.clock.advance(5s);
        QVERIFY(QCoro::waitFor(rig.manager.stop()).has_value());
    }

    void itEndsInTheOrderThatLosesNothing()
    {
        Rig rig;
        rig.manager.start();
        rig.clock.advance(4s);
        rig.events.record(
            *rig.sites.find({u"ns"_s, u"hq"_s}), resources::sites(), EventRecorder::Type::Normal, u"R"_s, u"m"_s);
        rig.clock.advance(500ms);
        QCOMPARE(rig.take(), (QStringList{u"run hq"_s, u"event begins"_s}));
        rig.events.record(
            *rig.sites.find({u"ns"_s, u"hq"_s}), resources::sites(), EventRecorder::Type::Normal, u"R2"_s, u"m"_s);

        connect(&rig.election, &LeaderElection::holderChanged, &rig.manager, [&] { rig.log += u"released"_s; });
        std::optional<Expected<void>> ended;
        rig.manager.stop().then([&](const Expected<void> &outcome) { ended = outcome; });
        QCOMPARE(rig.manager.notReadyReason(), u"stopping"_s);
        rig.controller.wake({u"ns"_s, u"other"_s}, WorkQueue::Class::Urgent); // no more
        rig.clock.advance(3s); // the run has 500 ms left
        QVERIFY(!ended);
        QVERIFY(rig.election.mayWrite()); // it still renews
        rig.clock.advance(3s);
        QVERIFY(ended && *ended);
        QCOMPARE(rig.leases.holder(), QString());
        QCOMPARE(rig.take(),
            (QStringList{u"event ends"_s, u"event begins"_s, u"event ends"_s, u"ran"_s, u"released"_s, u"watch ends"_s,
                u"watch ends"_s}));
        QCOMPARE(rig.clock.untilNextTimer(), std::nullopt); // nothing is left behind
    }

    void whatRunsLongerThanTheGraceIsCancelled()
    {
        Rig rig;
        rig.reconciler.time = 1h;
        rig.manager.start();
        rig.clock.advance(4s);
        bool ended = false;
        rig.manager.stop().then([&](const Expected<void> &) { ended = true; });
        rig.clock.advance(10s - 1ns);
        QVERIFY(!ended);
        QCOMPARE(rig.leases.holder(), u"we"_s);
        rig.clock.advance(1ns);
        QVERIFY(ended);
        QCOMPARE(rig.leases.holder(), QString());
        QVERIFY(rig.take().contains(u"cancelled"_s));
    }

    void aSecondStopCutsTheGraceShortAndWaitsForTheSameEnd()
    {
        Rig rig;
        rig.reconciler.time = 1h;
        rig.manager.start();
        rig.clock.advance(4s);
        int ended = 0;
        rig.manager.stop().then([&](const Expected<void> &) { ++ended; });
        rig.clock.advance(1s);
        QCOMPARE(ended, 0);
        rig.manager.stop(0s).then([&](const Expected<void> &) { ++ended; });
        QCOMPARE(ended, 2);
        rig.manager.stop().then([&](const Expected<void> &) { ++ended; });
        QCOMPARE(ended, 3);
    }

    void aLostLeaseEndsAllWorkAtOnce()
    {
        Rig rig;
        rig.reconciler.time = 1h;
        rig.manager.start();
        rig.clock.advance(4s);
        rig.take();
        rig.leases.put({{u"holderIdentity"_s, u"they"_s}, {u"leaseDurationSeconds"_s, 15}});
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost: it has another holder"_s));
        rig.clock.advance(2s);
        QCOMPARE(rig.take(), (QStringList{u"cancelled"_s, u"lost"_s}));
        QVERIFY(!rig.manager.isRunning());
        QCOMPARE(rig.manager.notReadyReason(), u"the lease is lost"_s);
        rig.controller.wake({u"ns"_s, u"hq"_s}, WorkQueue::Class::Urgent);
        rig.clock.advance(1min);
        QCOMPARE(rig.take(), QStringList());
        bool ended = false;
        rig.manager.stop().then([&](const Expected<void> &) { ended = true; });
        QVERIFY(ended);
        QCOMPARE(rig.leases.holder(), u"they"_s);
    }

    void whatCouldNotBeReleasedIsTold()
    {
        Rig rig;
        rig.manager.start();
        rig.clock.advance(10s);
        rig.line->always = LeaseLine::Fault::Unreachable;
        std::optional<Expected<void>> ended;
        rig.manager.stop().then([&](const Expected<void> &outcome) { ended = outcome; });
        rig.clock.advance(5s);
        QVERIFY(ended);
        QCOMPARE(ended->error().kind, Error::Kind::Unreachable);
        QCOMPARE(rig.siteFeed.state(), Reflector::State::Idle);
    }

    void stoppedBeforeItLeadsItStartsNothing()
    {
        Rig rig(true, u"they"_s);
        rig.manager.start();
        rig.clock.advance(1s); // still listing
        bool ended = false;
        rig.manager.stop().then([&](const Expected<void> &) { ended = true; });
        QVERIFY(ended);
        rig.clock.advance(1h);
        QCOMPARE(rig.take(), QStringList());
        QCOMPARE(rig.started.count(), 0);
    }

    void readinessChangesAreTold()
    {
        Rig rig(false);
        QStringList reasons;
        connect(
            &rig.manager, &Manager::readinessChanged, &rig.manager, [&] { reasons += rig.manager.notReadyReason(); });
        rig.manager.start();
        rig.clock.advance(9s);
        QCOMPARE(reasons.first(), u"not synced: sites, policies"_s);
        QCOMPARE(reasons.last(), QString());
        std::ignore = rig.manager.stop();
        QCOMPARE(reasons.last(), u"stopping"_s);
    }
};

QTEST_GUILESS_MAIN(tst_Manager)
#include "tst_manager.moc"
