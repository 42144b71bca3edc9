// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clock.h"

#include "core/timerqueue.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QSignalSpy>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Clock : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aTimerCallsBackOnceAtItsTime()
    {
        ManualClock clock;
        int calls = 0;
        const auto timer = clock.makeTimer([&] { ++calls; });
        timer->start(10s);
        clock.advance(9999ms);
        QCOMPARE(calls, 0);
        clock.advance(1ms);
        QCOMPARE(calls, 1);
        clock.advance(1h);
        QCOMPARE(calls, 1);
    }

    void aSecondStartForgetsTheFirst()
    {
        ManualClock clock;
        QList<Clock::time_point> calls;
        const auto timer = clock.makeTimer([&] { calls.append(clock.now()); });
        const auto begin = clock.now();
        timer->start(1s);
        timer->start(5s);
        clock.advance(1min);
        QCOMPARE(calls, QList{begin + 5s});
    }

    void timersCallBackInOrderOfTheirDueTimesAndThenOfTheirStart()
    {
        ManualClock clock;
        QByteArray order;
        const auto timerOf = [&](char name) { return clock.makeTimer([&order, name] { order += name; }); };
        const auto a = timerOf('a');
        const auto b = timerOf('b');
        const auto c = timerOf('c');
        a->start(3s);
        b->start(1s);
        c->start(1s);
        clock.advance(3s);
        QCOMPARE(order, "bca");
    }

    void aStoppedOrDestroyedTimerIsSilent()
    {
        ManualClock clock;
        int calls = 0;
        const auto stopped = clock.makeTimer([&] { ++calls; });
        auto destroyed = clock.makeTimer([&] { ++calls; });
        stopped->start(1s);
        destroyed->start(1s);
        stopped->stop();
        destroyed.reset();
        clock.advance(1min);
        QCOMPARE(calls, 0);
        QCOMPARE(clock.untilNextTimer(), std::nullopt);
    }

    void aTimerMayDestroyItselfAndOthersFromItsCallback()
    {
        ManualClock clock;
        int others = 0;
        std::unique_ptr<Timer> other = clock.makeTimer([&] { ++others; });
        std::unique_ptr<Timer> self;
        const QByteArray kept(1000, 'x'); // captured by value: gone with the function, should that go too early
        int size = 0;
        self = clock.makeTimer([&, kept] {
            self.reset();
            other.reset();
            size = static_cast<int>(kept.size());
        });
        self->start(1s);
        other->start(1s);
        clock.advance(1s);
        QCOMPARE(size, 1000);
        QCOMPARE(others, 0);
    }

    void aTimerThatStartsItselfAgainIsPeriodic()
    {
        ManualClock clock;
        int calls = 0;
        std::unique_ptr<Timer> timer = clock.makeTimer([&] {
            ++calls;
            timer->start(1s);
        });
        timer->start(1s);
        clock.advance(10s);
        QCOMPARE(calls, 10);
    }

    void aTimerOutlivesItsClockWithoutHarm()
    {
        auto clock = std::make_unique<ManualClock>();
        int calls = 0;
        const auto timer = clock->makeTimer([&] { ++calls; });
        timer->start(1s);
        clock.reset();
        timer->start(0s);
        QTest::qWait(10);
        QCOMPARE(calls, 0);
    }

    void aDelayBeyondTheEndOfTimeIsTheEndOfTime()
    {
        ManualClock clock;
        int calls = 0;
        const auto timer = clock.makeTimer([&] { ++calls; });
        timer->start(Clock::duration::max());
        QVERIFY(clock.untilNextTimer() > 24h * 365 * 200);
        clock.advance(24h * 365);
        QCOMPARE(calls, 0);
        timer->start(Clock::duration::min()); // negative: at once
        QTRY_COMPARE(calls, 1);
    }

    void aDueTimerCallsBackFromTheEventLoopAndNotFromStart_data()
    {
        QTest::addColumn<bool>("system");
        QTest::newRow("system") << true;
        QTest::newRow("manual") << false;
    }
    void aDueTimerCallsBackFromTheEventLoopAndNotFromStart()
    {
        QFETCH(const bool, system);
        const std::unique_ptr<Clock> clock
            = system ? std::unique_ptr<Clock>(new SystemClock) : std::unique_ptr<Clock>(new ManualClock);
        int calls = 0;
        const auto timer = clock->makeTimer([&] { ++calls; });
        timer->start(0s);
        QCOMPARE(calls, 0);
        QTRY_COMPARE(calls, 1);
    }

    void wallTimeMovesWithTheClockAndCanBeSetAlone()
    {
        ManualClock clock;
        QCOMPARE(clock.wallTime().toString(Qt::ISODate), u"2026-01-01T00:00:00Z"_s);
        const auto before = clock.now();
        clock.setWallTime(clock.wallTime().addDays(1));
        QCOMPARE(clock.now(), before);
        clock.advance(1500ms);
        QCOMPARE(clock.wallTime().toString(Qt::ISODateWithMs), u"2026-01-02T00:00:01.500Z"_s);
    }

    void theSystemClockCountsBootTimeAndTellsUtc()
    {
        const SystemClock clock;
        timespec boot{};
        QCOMPARE(clock_gettime(CLOCK_BOOTTIME, &boot), 0);
        const auto difference = clock.now().time_since_epoch() - std::chrono::seconds(boot.tv_sec);
        QVERIFY(difference >= 0s && difference < 5s);
        QCOMPARE(clock.wallTime().timeSpec(), Qt::UTC);
    }

    void aSystemTimerIsNeverEarly()
    {
        SystemClock clock;
        for (const auto delay : {1us, 999us, 3000us, 20000us}) {
            std::optional<Clock::time_point> called;
            const auto timer = clock.makeTimer([&] { called = clock.now(); });
            const auto begin = clock.now();
            timer->start(delay);
            QTRY_VERIFY(called.has_value());
            QVERIFY(*called - begin >= delay);
        }
    }

    void ofSystemTimersTheEarliestDecidesWhenToWake()
    {
        SystemClock clock;
        QByteArray order;
        const auto late = clock.makeTimer([&] { order += 'l'; });
        const auto early = clock.makeTimer([&] { order += 'e'; });
        const auto never = clock.makeTimer([&] { order += 'n'; });
        late->start(30ms);
        early->start(5ms);
        never->start(1h);
        never->stop();
        QTRY_COMPARE(order, "el");
    }

    void longWorkOfTimersLetsOthersHaveTheEventLoop()
    {
        Clock::time_point now;
        TimerQueue timers{[&now] { return now; }, [] {}};
        QStringList calls;
        std::vector<std::unique_ptr<Timer>> started;
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s, u"d"_s}) {
            started.push_back(timers.makeTimer([&calls, &now, name] {
                calls.append(name);
                now += 6ms; // what it has to do
            }));
            started.back()->start(0s);
        }
        timers.fireDue(now, 10ms);
        QCOMPARE(calls, QStringList({u"a"_s, u"b"_s}));
        QCOMPARE(timers.earliest(), Clock::time_point()); // the others are due as before
        timers.fireDue(now, 10ms);
        QCOMPARE(calls, QStringList({u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
        QVERIFY(!timers.earliest());
    }

    void aTimerThatFellDueWhileTheProcessWasFrozenCallsBackAtTheThaw()
    {
        // A child stops this process past the timer's due time and lets it go on.
        SystemClock clock;
        std::optional<Clock::time_point> called;
        const auto timer = clock.makeTimer([&] { called = clock.now(); });
        const auto begin = clock.now();
        timer->start(50ms);
        const pid_t parent = getpid();
        const pid_t child = fork();
        if (child == 0) {
            kill(parent, SIGSTOP);
            usleep(300'000);
            kill(parent, SIGCONT);
            _exit(0);
        }
        QVERIFY(child > 0);
        QCOMPARE(waitpid(child, nullptr, 0), child);
        QCoreApplication::processEvents();
        QVERIFY(called.has_value());
        QVERIFY(*called - begin >= 300ms);
    }

    void aSleepEndsAfterItsDelay()
    {
        ManualClock clock;
        const auto begin = clock.now();
        std::optional<Clock::time_point> woken;
        clock.sleep(5s, {}).then([&](const Expected<void> &slept) {
            QVERIFY(slept);
            woken = clock.now();
        });
        clock.advance(1h);
        QCOMPARE(woken, begin + 5s);
    }

    void aSleepIsCancelledFromWithinRequestStop()
    {
        ManualClock clock;
        std::stop_source stop;
        const auto slept = clock.sleep(1h, stop.get_token());
        QVERIFY(!slept.isReady());
        stop.request_stop();
        QVERIFY(slept.isReady());
        QCOMPARE(QCoro::waitFor(slept).error().kind, Error::Kind::Cancelled);
        QCOMPARE(clock.untilNextTimer(), std::nullopt); // nothing is left behind
    }

    void aSleepWithAStopThatWasRequestedBeforeDoesNotBegin()
    {
        ManualClock clock;
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(clock.sleep(1h, stop.get_token())).error().kind, Error::Kind::Cancelled);
    }

    void aStopAfterTheEndOfASleepChangesNothing()
    {
        ManualClock clock;
        std::stop_source stop;
        const auto slept = clock.sleep(1s, stop.get_token());
        clock.advance(1s);
        stop.request_stop();
        QVERIFY(QCoro::waitFor(slept).has_value());
    }

    void aDroppedSleepEndsByItsTimerOrItsStop()
    {
        ManualClock clock;
        std::stop_source stop;
        (void)clock.sleep(1s, {});
        (void)clock.sleep(1s, stop.get_token());
        stop.request_stop();
        clock.advance(1s); // the leak check of the sanitizer sees what is left
        QCOMPARE(clock.untilNextTimer(), std::nullopt);
    }

    void manySleepsEndByOneStop()
    {
        ManualClock clock;
        std::stop_source stop;
        int cancelled = 0;
        for (int i = 0; i < 100; ++i)
            clock.sleep(std::chrono::seconds(i), stop.get_token()).then([&](const Expected<void> &slept) {
                cancelled += slept ? 0 : 1;
            });
        clock.advance(49s);
        QCOMPARE(cancelled, 0);
        stop.request_stop();
        QCOMPARE(cancelled, 50);
    }
};

QTEST_GUILESS_MAIN(tst_Clock)
#include "tst_clock.moc"
