// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "leaseserver.h"
#include "runtime/leaderelection.h"
#include "runtime/lease.h"
#include "support/testcase.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>

using namespace patronus;
using namespace std::chrono_literals;
using enum LeaderElection::State;
using Fault = LeaseLine::Fault;

namespace {

const ObjectKey leaseKey{u"ns"_s, u"lease"_s};

/// One process that wants to lead.
struct Candidate {
    Candidate(LeaseServer &server, Clock &clock, const QString &identity)
        : line(std::make_shared<LeaseLine>(server, clock)),
          client(line, nullptr),
          election({.lease = leaseKey, .identity = identity}, client, clock, metrics)
    {
    }

    double isMaster() { return metrics.gauge("leader_election_master_status", "", {{"name", "lease"}}).value(); }
    double slowPaths() { return metrics.counter("leader_election_slowpath_total", "", {{"name", "lease"}}).value(); }

    Metrics metrics;
    std::shared_ptr<LeaseLine> line;
    KubeClient client;
    LeaderElection election;
    QSignalSpy leading{&election, &LeaderElection::leading};
    QSignalSpy lost{&election, &LeaderElection::lost};
};

struct Rig {
    /// Starts, and leads.
    void lead()
    {
        we.election.start();
        clock.advance(0s);
        QCOMPARE(we.election.state(), Leading);
        we.line->take();
    }

    ManualClock clock;
    LeaseServer server;
    Candidate we{server, clock, u"we"_s};
};

/// A clock on which time can pass while nothing runs, as in a process that is stopped by a signal.
class FreezableClock : public Clock
{
public:
    time_point now() const override { return m_now; }
    QDateTime wallTime() const override { return QDateTime(QDate(2026, 1, 1), QTime(0, 0), QTimeZone::UTC); }
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override
    {
        return m_timers.makeTimer(std::move(onTimeout));
    }

    void pass(duration time) { m_now += time; }
    void runTimers() { m_timers.fireDue(m_now); }

private:
    time_point m_now{1h};
    TimerQueue m_timers{[this] { return m_now; }, [] {}};
};

QJsonObject spec(const QString &holder, int renewal = 0, int duration = 15)
{
    return {{u"holderIdentity"_s, holder}, {u"leaseDurationSeconds"_s, duration},
        {u"acquireTime"_s, u"2000-01-01T00:00:00.000000Z"_s},
        {u"renewTime"_s, u"2000-01-01T00:00:00.%1Z"_s.arg(renewal, 6, 10, QChar(u'0'))}, {u"leaseTransitions"_s, 4}};
}

/// Swallows what is logged, for tests of many cases: what is said has tests of its own.
class Quiet
{
public:
    Quiet() : m_before(qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) { })) { }
    ~Quiet() { qInstallMessageHandler(m_before); }
    Q_DISABLE_COPY_MOVE(Quiet)

private:
    const QtMessageHandler m_before;
};

void expectTrouble(const char16_t *what)
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QString(what)));
}

} // namespace

class tst_LeaderElection : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aMissingLeaseIsCreated()
    {
        Rig rig;
        QCOMPARE(rig.we.election.state(), Standby);
        QVERIFY(!rig.we.election.mayWrite());
        rig.we.election.start();
        rig.clock.advance(0s);
        QCOMPARE(rig.we.line->take(), (QStringList{u"GET"_s, u"POST"_s}));
        QCOMPARE(rig.we.election.state(), Leading);
        QVERIFY(rig.we.election.mayWrite());
        QCOMPARE(rig.we.leading.count(), 1);
        QCOMPARE(rig.we.election.holder(), u"we"_s);
        QCOMPARE(rig.we.isMaster(), 1);
        QCOMPARE(rig.server.spec(),
            (QJsonObject{{u"holderIdentity"_s, u"we"_s}, {u"leaseDurationSeconds"_s, 15},
                {u"acquireTime"_s, u"2026-01-01T00:00:00.000000Z"_s},
                {u"renewTime"_s, u"2026-01-01T00:00:00.000000Z"_s}, {u"leaseTransitions"_s, 0}}));
        QVERIFY(rig.server.watchers.empty()); // a leader does not watch
    }

    void aFreeLeaseIsTakenAndTheRestOfItKept()
    {
        Rig rig;
        QJsonObject free = spec(QString());
        free.insert(u"strategy"_s, u"OldestEmulationVersion"_s);
        rig.server.put(free);
        rig.we.election.start();
        rig.clock.advance(0s);
        QCOMPARE(rig.we.line->take(), (QStringList{u"GET"_s, u"PUT"_s}));
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 5);
        QCOMPARE(rig.server.spec()["strategy"_L1], u"OldestEmulationVersion"_s);
    }

    void anothersLeaseIsTakenWhenWeSawItUnchangedForItsDuration_data()
    {
        QTest::addColumn<int>("duration");
        QTest::addColumn<int>("seconds");
        QTest::newRow("its own duration") << 30 << 30;
        QTest::newRow("shorter than ours") << 3 << 3;
        QTest::newRow("none given: ours") << 0 << 15;
        QTest::newRow("nonsense: ours") << -7 << 15;
    }
    void anothersLeaseIsTakenWhenWeSawItUnchangedForItsDuration()
    {
        QFETCH(const int, duration);
        QFETCH(const int, seconds);
        Rig rig;
        rig.server.put(spec(u"they"_s, 0, duration)); // renewed long ago, says a clock that we do not trust
        rig.we.election.start();
        rig.clock.advance(std::chrono::seconds(seconds) - 1ms);
        QCOMPARE(rig.we.election.state(), Standby);
        QCOMPARE(rig.we.election.holder(), u"they"_s);
        rig.clock.advance(1ms);
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 5);
    }

    void anothersLeaseThatChangesIsNotTaken_data()
    {
        QTest::addColumn<bool>("watchable");
        QTest::newRow("watching") << true;
        QTest::newRow("polling") << false;
    }
    void anothersLeaseThatChangesIsNotTaken()
    {
        QFETCH(const bool, watchable);
        Rig rig;
        rig.we.line->watchable = watchable;
        rig.server.put(spec(u"they"_s));
        rig.we.election.start();
        for (int renewal = 1; renewal < 20; ++renewal) {
            rig.clock.advance(12s);
            rig.server.put(spec(u"they"_s, renewal));
        }
        rig.clock.advance(14s);
        QCOMPARE(rig.we.election.state(), Standby);
        QVERIFY(!rig.we.line->take().contains(u"PUT"_s));
        rig.clock.advance(4s);
        QCOMPARE(rig.we.election.state(), Leading);
    }

    void aRenewalIsOneRequestEachRetryPeriod()
    {
        Rig rig;
        rig.lead();
        rig.clock.advance(20s);
        QCOMPARE(rig.we.line->take(), QStringList(10, u"PUT"_s));
        QCOMPARE(rig.server.spec()["renewTime"_L1], u"2026-01-01T00:00:20.000000Z"_s);
        QCOMPARE(rig.server.spec()["acquireTime"_L1], u"2026-01-01T00:00:00.000000Z"_s);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 0);
        QCOMPARE(rig.we.slowPaths(), 0);
    }

    void withoutARenewalItIsLostAtTheDeadline()
    {
        Rig rig;
        rig.lead();
        rig.clock.advance(2s); // the last renewal that succeeds
        rig.we.line->always = Fault::Unreachable;
        expectTrouble(u"^cannot renew the lease");
        rig.clock.advance(10s - 1ns);
        QCOMPARE(rig.we.election.state(), Leading);
        QVERIFY(rig.we.election.mayWrite());
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost: it was not renewed in time"_s));
        rig.clock.advance(1ns);
        QCOMPARE(rig.we.election.state(), Lost);
        QVERIFY(!rig.we.election.mayWrite());
        QCOMPARE(rig.we.lost.count(), 1);
        QCOMPARE(rig.we.isMaster(), 0);

        rig.we.line->always = Fault::None; // final
        rig.we.line->take();
        rig.clock.advance(1h);
        QCOMPARE(rig.we.line->take(), QStringList());
        QCOMPARE(rig.we.election.state(), Lost);
        QCOMPARE(rig.we.lost.count(), 1);
    }

    void theDeadlineCountsFromTheSendingOfTheRenewal()
    {
        Rig rig;
        rig.lead();
        rig.we.line->latency = 1s;
        rig.clock.advance(3s); // sent at 2 s, answered at 3 s
        rig.we.line->always = Fault::Hang;
        expectTrouble(u"^cannot renew the lease.*no answer within 5 s");
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost"_s));
        rig.clock.advance(9s - 1ns);
        QVERIFY(rig.we.election.mayWrite());
        rig.clock.advance(1ns);
        QVERIFY(!rig.we.election.mayWrite());
        QCOMPARE(rig.we.election.state(), Lost);
    }

    void errorsWhileLeading_data()
    {
        QTest::addColumn<QList<Fault>>("faults");
        QTest::addColumn<LeaderElection::State>("after");
        QTest::addColumn<QStringList>("verbs");
        using enum LeaseLine::Fault;
        const auto row = [](const char *name, const QList<Fault> &faults, LeaderElection::State after,
                             const QStringList &verbs) { QTest::newRow(name) << faults << after << verbs; };
        const QString put = u"PUT"_s;
        const QString get = u"GET"_s;
        row("none", {}, Leading, QStringList(6, put));
        row("one cut", {Unreachable}, Leading, QStringList(6, put));
        row("one of each that may pass", {Unreachable, Throttled, Server}, Leading, QStringList(6, put));
        row("forbidden for a while", {Forbidden, Forbidden, Forbidden}, Leading, QStringList(6, put));
        row("one that hangs is cut after half of the deadline", {Hang}, Leading, QStringList(5, put));
        row("one that hangs, then errors", {Hang, Server}, Leading, QStringList(5, put));
        row("two that hang", {Hang, Hang}, Lost, {put, put});
        row("a conflict with nobody", {Conflict}, Leading, {put, get, put, put, put, put, put, put});
        row("a conflict, and the read fails", {Conflict, Unreachable}, Leading, {put, get, put, put, put, put, put});
        row("a conflict, and the write after it fails", {Conflict, None, Server}, Leading,
            {put, get, put, put, put, put, put, put});
        row("conflicts without end", QList<Fault>(20, Conflict), Lost, {put, get, put, get, put, get, put, get});
        row("the answer is lost, the renewal is not", {LoseAnswer}, Leading, {put, put, get, put, put, put, put});
        row("never again", QList<Fault>(20, Unreachable), Lost, {put, put, put, put});
    }
    void errorsWhileLeading()
    {
        QFETCH(const QList<Fault>, faults);
        QFETCH(const LeaderElection::State, after);
        QFETCH(const QStringList, verbs);
        Rig rig;
        rig.lead();
        rig.we.line->faults.assign(faults.begin(), faults.end());
        const Quiet quiet;
        rig.clock.advance(13s);
        QCOMPARE(rig.we.election.state(), after);
        QCOMPARE(rig.we.line->take(), verbs);
        QCOMPARE(rig.we.lost.count(), after == Lost ? 1 : 0);
    }

    void aFrozenProcessMayNotWriteBeforeAnythingElseRuns()
    {
        FreezableClock clock;
        LeaseServer server;
        Candidate we(server, clock, u"we"_s);
        we.election.start();
        QVERIFY(we.election.mayWrite());
        clock.pass(60s);
        QVERIFY(!we.election.mayWrite());
        QCOMPARE(we.election.state(), Leading); // nothing has run yet
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost"_s));
        clock.runTimers();
        QCOMPARE(we.election.state(), Lost);
        QCOMPARE(we.lost.count(), 1);
    }

    void aRenewalAnsweredAfterTheThawDoesNotBringItBack()
    {
        FreezableClock clock;
        LeaseServer server;
        Candidate we(server, clock, u"we"_s);
        we.election.start();
        clock.pass(2s);
        we.line->faults = {Fault::Hold};
        clock.runTimers();
        QCOMPARE(we.line->take().last(), u"PUT"_s);
        clock.pass(10s); // the server has written it, and we read the answer first of all
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost"_s));
        we.line->gate.advance(1s);
        QCOMPARE(we.election.state(), Lost);
        QVERIFY(!we.election.mayWrite());
    }

    void aLeaseTakenJustBeforeAFreezeIsNotLed()
    {
        FreezableClock clock;
        LeaseServer server;
        Candidate we(server, clock, u"we"_s);
        we.line->faults = {Fault::None, Fault::Hold};
        we.election.start();
        QCOMPARE(we.election.state(), Acquiring);
        clock.pass(10s);
        we.line->gate.advance(1s);
        QCOMPARE(we.election.state(), Standby);
        QVERIFY(!we.election.mayWrite());
        clock.pass(3s);
        clock.runTimers(); // nobody else took it: renewed, it is ours
        QCOMPARE(we.election.state(), Leading);
        QCOMPARE(server.spec()["leaseTransitions"_L1], 0);
    }

    void aChangeOfTheLeaseBySomebodyElseIsNoLoss()
    {
        Rig rig;
        rig.lead();
        QJsonObject edited = rig.server.spec();
        edited.insert(u"preferredHolder"_s, u"they"_s);
        rig.server.put(edited);
        rig.clock.advance(2s);
        QCOMPARE(rig.we.line->take(), (QStringList{u"PUT"_s, u"GET"_s, u"PUT"_s}));
        QCOMPARE(rig.we.slowPaths(), 1);
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["preferredHolder"_L1], u"they"_s);
    }

    void anotherHolderWhileLeadingIsALossAtOnce_data()
    {
        QTest::addColumn<QString>("holder");
        QTest::newRow("another") << u"they"_s;
        QTest::newRow("nobody: somebody took it from us by hand") << QString();
    }
    void anotherHolderWhileLeadingIsALossAtOnce()
    {
        QFETCH(const QString, holder);
        Rig rig;
        rig.lead();
        rig.server.put(spec(holder));
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^lost: it has another holder"_s));
        rig.clock.advance(2s);
        QCOMPARE(rig.we.election.state(), Lost);
        QCOMPARE(rig.we.lost.count(), 1);
        QCOMPARE(rig.server.holder(), holder); // it is left alone
        QCOMPARE(rig.we.election.holder(), holder);
    }

    void aLeaseDeletedUnderItsLeaderIsWrittenAnew()
    {
        Rig rig;
        rig.lead();
        rig.server.put({});
        rig.clock.advance(2s);
        QCOMPARE(rig.we.line->take(), (QStringList{u"PUT"_s, u"GET"_s, u"POST"_s}));
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["acquireTime"_L1], u"2026-01-01T00:00:00.000000Z"_s);
        rig.clock.advance(2s);
        QCOMPARE(rig.we.line->take(), QStringList{u"PUT"_s});
    }

    void whoIsSlowerToTakeItWaits()
    {
        Rig rig;
        rig.server.put(spec(QString()));
        rig.we.line->faults = {Fault::None, Fault::Conflict};
        rig.we.election.start();
        QCOMPARE(rig.we.line->take(), (QStringList{u"GET"_s, u"PUT"_s}));
        QCOMPARE(rig.we.election.state(), Standby);
        rig.clock.advance(2399ms);
        rig.clock.advance(1ms);
        QCOMPARE(rig.we.election.state(), Leading);
    }

    void anAnswerThatIsLostWhileTakingIsFoundOut()
    {
        Rig rig;
        rig.we.line->faults = {Fault::None, Fault::LoseAnswer};
        rig.we.election.start();
        QCOMPARE(rig.we.election.state(), Acquiring);
        expectTrouble(u"^cannot take the lease.*no answer within 5 s");
        rig.clock.advance(5s);
        QCOMPARE(rig.we.election.state(), Standby);
        rig.clock.advance(2400ms);
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 0);
    }

    void aStandbyThatCannotReadGoesOnTrying()
    {
        Rig rig;
        rig.we.line->always = Fault::Forbidden;
        expectTrouble(u"^cannot read the lease"); // once
        rig.we.election.start();
        rig.clock.advance(1min);
        QVERIFY(rig.we.line->take().size() >= 25);
        rig.we.line->always = Fault::None;
        rig.clock.advance(2400ms);
        QCOMPARE(rig.we.election.state(), Leading);
    }

    void releaseGivesTheLeaseBack()
    {
        Rig rig;
        rig.lead();
        rig.clock.advance(5s);
        rig.we.line->take();
        std::optional<Expected<void>> released;
        rig.we.election.release().then([&](const Expected<void> &outcome) { released = outcome; });
        QVERIFY(released && *released);
        QCOMPARE(rig.we.election.state(), Released);
        QVERIFY(!rig.we.election.mayWrite());
        QCOMPARE(rig.we.isMaster(), 0);
        QCOMPARE(rig.we.line->take(), QStringList{u"PUT"_s});
        QCOMPARE(rig.server.holder(), QString());
        QVERIFY(rig.server.spec().contains(u"holderIdentity"_s));
        QCOMPARE(rig.server.spec()["leaseDurationSeconds"_L1], 1);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 0);
        rig.clock.advance(1h);
        QCOMPARE(rig.we.line->take(), QStringList());
        QCOMPARE(rig.we.lost.count(), 0);
    }

    void releases_data()
    {
        QTest::addColumn<QList<Fault>>("faults");
        QTest::addColumn<QStringList>("verbs");
        QTest::addColumn<bool>("succeeds");
        using enum LeaseLine::Fault;
        const QString put = u"PUT"_s;
        const QString get = u"GET"_s;
        QTest::newRow("a conflict") << QList<Fault>{Conflict} << QStringList{put, get, put} << true;
        QTest::newRow("cut") << QList<Fault>{Unreachable} << QStringList{put, get, put} << true;
        QTest::newRow("cut again and again")
            << QList<Fault>{Unreachable, Server, Throttled} << QStringList{put, get, get, get, put} << true;
        QTest::newRow("the answer is lost") << QList<Fault>{LoseAnswer} << QStringList{put} << false;
        QTest::newRow("hangs") << QList<Fault>{Hang} << QStringList{put} << false;
        QTest::newRow("never") << QList<Fault>(100, Unreachable) << (QStringList{put} + QStringList(19, get)) << false;
    }
    void releases()
    {
        QFETCH(const QList<Fault>, faults);
        QFETCH(const QStringList, verbs);
        QFETCH(const bool, succeeds);
        Rig rig;
        rig.lead();
        rig.we.line->faults.assign(faults.begin(), faults.end());
        std::optional<Expected<void>> released;
        rig.we.election.release().then([&](const Expected<void> &outcome) { released = outcome; });
        rig.clock.advance(5s - 1ns);
        QCOMPARE(released.has_value(), succeeds);
        rig.clock.advance(1ns);
        QVERIFY(released);
        QCOMPARE(released->has_value(), succeeds);
        QCOMPARE(rig.we.line->take(), verbs);
        if (succeeds)
            QCOMPARE(rig.server.holder(), QString());
        else
            QCOMPARE(released->error().kind, Error::Kind::Unreachable);
    }

    void aRenewalInFlightDoesNotUndoTheRelease()
    {
        Rig rig;
        rig.lead();
        rig.we.line->faults = {Fault::LoseAnswer};
        rig.clock.advance(2s); // the server has renewed it, and we do not know
        std::optional<Expected<void>> released;
        rig.we.election.release().then([&](const Expected<void> &outcome) { released = outcome; });
        QVERIFY(released && *released);
        QCOMPARE(rig.we.line->take(), (QStringList{u"PUT"_s, u"PUT"_s, u"GET"_s, u"PUT"_s}));
        QCOMPARE(rig.server.holder(), QString());
    }

    void aLeaseThatMayHaveBeenTakenIsGivenBack()
    {
        Rig rig;
        rig.we.line->faults = {Fault::None, Fault::LoseAnswer};
        rig.we.election.start();
        QCOMPARE(rig.we.election.state(), Acquiring);
        QCOMPARE(rig.server.holder(), u"we"_s);
        std::ignore = rig.we.election.release();
        QCOMPARE(rig.server.holder(), QString());
        QCOMPARE(rig.we.leading.count(), 0);
    }

    void whatIsNotHeldIsNotGivenBack()
    {
        Rig rig;
        rig.server.put(spec(u"they"_s));
        rig.we.election.start();
        rig.we.line->take();
        int ended = 0;
        rig.we.election.release().then([&](const Expected<void> &) { ++ended; });
        rig.we.election.release().then([&](const Expected<void> &) { ++ended; });
        QCOMPARE(ended, 2);
        rig.clock.advance(1h);
        QCOMPARE(rig.we.line->take(), QStringList());
        QCOMPARE(rig.server.holder(), u"they"_s);
        QVERIFY(rig.server.watchers.empty());
    }

    void aStandbyTakesOverWhatIsGivenBack_data()
    {
        QTest::addColumn<bool>("watchable");
        QTest::addColumn<std::chrono::milliseconds>("within");
        QTest::newRow("watching: at once") << true << 1ms;
        QTest::newRow("polling: at the next poll") << false << 2400ms;
    }
    void aStandbyTakesOverWhatIsGivenBack()
    {
        QFETCH(const bool, watchable);
        QFETCH(const std::chrono::milliseconds, within);
        Rig rig;
        Candidate they(rig.server, rig.clock, u"they"_s);
        they.line->watchable = watchable;
        rig.lead();
        they.election.start();
        rig.clock.advance(1min);
        QCOMPARE(they.election.state(), Standby);
        if (watchable)
            QVERIFY2(they.line->target.contains("fieldSelector=metadata.name%3Dlease"), they.line->target.constData());
        std::ignore = rig.we.election.release();
        QVERIFY(!they.election.mayWrite());
        rig.clock.advance(within);
        QCOMPARE(they.election.state(), Leading);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 1);
    }

    void aDeletedLeaseIsNotTakenWhileItsHolderMayStillLead()
    {
        Rig rig;
        rig.server.put(spec(u"they"_s));
        rig.we.election.start();
        rig.clock.advance(5s);
        rig.server.put({});
        rig.clock.advance(10s - 1ms);
        QCOMPARE(rig.we.election.state(), Standby);
        rig.clock.advance(1ms);
        QCOMPARE(rig.we.election.state(), Leading);
        QCOMPARE(rig.server.spec()["leaseTransitions"_L1], 5);
    }

    void whoHoldsItIsTold()
    {
        Rig rig;
        QSignalSpy changed(&rig.we.election, &LeaderElection::holderChanged);
        rig.server.put(spec(u"a"_s));
        rig.we.election.start();
        rig.server.put(spec(u"b"_s));
        rig.server.put(spec(u"b"_s, 1));
        QCOMPARE(changed.count(), 2);
        QCOMPARE(changed.at(0).at(0), u"a"_s);
        QCOMPARE(changed.at(1).at(0), u"b"_s);
    }

    void itMayBeDestroyedAtAnyTime_data()
    {
        QTest::addColumn<int>("requests");
        for (int requests = 0; requests < 4; ++requests)
            QTest::addRow("at request %d", requests) << requests;
    }
    void itMayBeDestroyedAtAnyTime()
    {
        QFETCH(const int, requests);
        Rig rig;
        auto other = std::make_unique<Candidate>(rig.server, rig.clock, u"other"_s);
        other->line->faults.assign(static_cast<size_t>(requests), Fault::None);
        other->line->always = Fault::Hang;
        other->election.start();
        rig.clock.advance(2s);
        if (requests == 3)
            std::ignore = other->election.release();
        other.reset();
        rig.clock.advance(1min);
        QVERIFY(rig.server.watchers.empty());
    }

    /// Three processes, with whatever goes wrong, for an hour: never two may write at one time, and when all is well
    /// again one of those that are left leads.
    void neverTwoMayWrite()
    {
        const Quiet quiet;
        int changes = 0;
        for (quint32 seed = 1; seed <= 6; ++seed) {
            QRandomGenerator random(seed);
            ManualClock clock;
            LeaseServer server;
            std::vector<std::unique_ptr<Candidate>> all;
            int born = 0;
            const auto bear = [&] {
                all.push_back(std::make_unique<Candidate>(server, clock, u"p%1"_s.arg(++born)));
                all.back()->election.start();
            };
            for (int i = 0; i < 3; ++i)
                bear();
            const Candidate *last = nullptr;
            for (int step = 0; step < 3600; ++step) {
                Candidate &one = *all[random.bounded(static_cast<quint32>(all.size()))];
                const int what = random.bounded(60);
                if (what < 8)
                    one.line->always = static_cast<Fault>(random.bounded(static_cast<int>(Fault::Hold)));
                else if (what < 20)
                    one.line->always = Fault::None;
                else if (what == 20)
                    one.line->latency = std::chrono::milliseconds(random.bounded(6000));
                else if (what == 21)
                    std::ignore = one.election.release();
                clock.advance(std::chrono::milliseconds(random.bounded(1000)));

                int writers = 0;
                for (const auto &candidate : all) {
                    if (!candidate->election.mayWrite())
                        continue;
                    ++writers;
                    changes += std::exchange(last, candidate.get()) == candidate.get() ? 0 : 1;
                }
                QVERIFY2(writers <= 1, qPrintable(u"seed %1 step %2"_s.arg(seed).arg(step)));
                std::erase_if(all, [](const auto &candidate) {
                    const auto state = candidate->election.state();
                    return state == Lost || state == Released;
                });
                while (all.size() < 3)
                    bear(); // a process that exits is started again
            }
            for (const auto &candidate : all) {
                candidate->line->always = Fault::None;
                candidate->line->latency = {};
            }
            clock.advance(1min);
            QCOMPARE(std::ranges::count_if(all, [](const auto &c) { return c->election.mayWrite(); }), 1);
        }
        QVERIFY2(changes > 100, qPrintable(QString::number(changes))); // the script did make trouble
    }

    void aMicroTimeHasSixDigits()
    {
        const QDateTime time(QDate(2026, 2, 3), QTime(4, 5, 6, 78), QTimeZone::fromSecondsAheadOfUtc(3600));
        QCOMPARE(microTime(time), u"2026-02-03T03:05:06.078000Z"_s);
    }
};

QTEST_GUILESS_MAIN(tst_LeaderElection)
#include "tst_leaderelection.moc"
