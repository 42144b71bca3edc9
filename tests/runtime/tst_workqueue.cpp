// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "runtime/workqueue.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QRandomGenerator>
#include <QSignalSpy>

#include <map>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using enum WorkQueue::Class;
using enum WorkQueue::Verdict;

namespace {

const ObjectKey a{u"ns"_s, u"a"_s};
const ObjectKey b{u"ns"_s, u"b"_s};
const ObjectKey c{u"ns"_s, u"c"_s};
const auto none = std::optional<ObjectKey>();

constexpr WorkQueue::Backoff plain{.first = 1s, .most = 60s, .jitter = 0};

ObjectKey key(int number)
{
    return {u"ns"_s, QString::number(number)};
}

/// The queue as its contract reads, without any index: the slowest that is right.
class Model
{
public:
    struct Entry {
        std::optional<Clock::time_point> due;
        quint64 order = 0;
        WorkQueue::Class urgency = Routine;
        bool taken = false;
        WorkQueue::Class takenAs = Routine;
        int failures = 0;
    };

    void add(const ObjectKey &k, WorkQueue::Class urgency, Clock::time_point due)
    {
        Entry &entry = entries[k];
        if (!entry.due || urgency == Urgent)
            entry.urgency = entry.due && entry.urgency == Urgent ? Urgent : urgency;
        if (!entry.due || due < *entry.due) {
            entry.due = due;
            entry.order = ++orders;
        }
    }
    void forget(const ObjectKey &k)
    {
        entries[k].due.reset();
        entries[k].failures = 0;
    }
    std::optional<ObjectKey> take(Clock::time_point now)
    {
        const auto urgent = first(Urgent, now);
        const auto routine = first(Routine, now);
        if (!urgent || !routine)
            inARow = 0;
        std::optional<ObjectKey> next = urgent ? urgent : routine;
        if (urgent && routine && ++inARow > WorkQueue::routineShare) {
            inARow = 0;
            next = routine;
        }
        if (next) {
            Entry &entry = entries[*next];
            entry.due.reset();
            entry.taken = true;
            entry.takenAs = entry.urgency;
        }
        return next;
    }
    void finish(const ObjectKey &k, WorkQueue::Verdict verdict, Clock::time_point now, Clock::duration retryAfter)
    {
        Entry &entry = entries[k];
        entry.taken = false;
        entry.failures = verdict == Failed ? entry.failures + 1 : 0;
        if (verdict == Failed)
            add(k, entry.takenAs,
                now
                    + std::max<Clock::duration>(
                        std::min<Clock::duration>(60s, 1s * (1 << std::min(10, entry.failures - 1))), retryAfter));
    }
    int depth(Clock::time_point now) const
    {
        return static_cast<int>(std::ranges::count_if(entries, [&](const auto &e) { return isDue(e.second, now); }));
    }
    int waiting() const
    {
        return static_cast<int>(
            std::ranges::count_if(entries, [&](const auto &e) { return e.second.due.has_value(); }));
    }

    std::map<ObjectKey, Entry> entries;

private:
    static bool isDue(const Entry &entry, Clock::time_point now)
    {
        return entry.due && !entry.taken && *entry.due <= now;
    }
    std::optional<ObjectKey> first(WorkQueue::Class urgency, Clock::time_point now) const
    {
        auto best = entries.end();
        for (auto it = entries.begin(); it != entries.end(); ++it)
            if (isDue(it->second, now) && it->second.urgency == urgency
                && (best == entries.end()
                    || std::pair(*it->second.due, it->second.order) < std::pair(*best->second.due, best->second.order)))
                best = it;
        return best == entries.end() ? std::nullopt : std::optional(best->first);
    }

    quint64 orders = 0;
    int inARow = 0;
};

} // namespace

class tst_WorkQueue : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aKeyIsHandedOutOnce()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        QCOMPARE(queue.take(), none);
        queue.finish(a, Converged);
        QCOMPARE(queue.take(), none);
    }

    void keysOfOneClassComeInOrderOfDueTime()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine, 3s);
        queue.add(b, Routine, 1s);
        queue.add(c, Routine, 1s);
        QCOMPARE(queue.take(), none);
        QCOMPARE(queue.waiting(), 3);
        clock.advance(5s);
        QCOMPARE(queue.depth(), 3);
        QCOMPARE(queue.take(), b);
        QCOMPARE(queue.take(), c);
        QCOMPARE(queue.take(), a);
    }

    void anEarlierDueTimeStays()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine, 1s);
        queue.add(a, Routine, 10s);
        queue.add(b, Routine, 10s);
        queue.add(b, Routine, 1s);
        clock.advance(1s);
        QCOMPARE(queue.take(), a);
        QCOMPARE(queue.take(), b);
        clock.advance(1h);
        QCOMPARE(queue.take(), none);
    }

    void urgentGoesFirstAndStaysUrgent()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        queue.add(b, Routine);
        queue.add(c, Urgent);
        queue.add(c, Routine);
        queue.add(b, Urgent); // due already: it only changes lines
        QCOMPARE(queue.take(), b);
        QCOMPARE(queue.take(), c);
        QCOMPARE(queue.take(), a);
    }

    void routineWorkIsNotStarved()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        int urgentFirst = 0;
        for (int i = 0; i < 100; ++i) { // people change more than we can do
            queue.add(key(2 * i), Urgent);
            queue.add(key(2 * i + 1), Urgent);
            const auto next = queue.take();
            QVERIFY(next);
            if (next == a)
                break;
            ++urgentFirst;
            queue.finish(*next, Converged);
        }
        QCOMPARE(urgentFirst, WorkQueue::routineShare);
    }

    void aKeyAddedWhileTakenComesAgainAfterFinish()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        queue.add(a, Urgent);
        QCOMPARE(queue.take(), none); // never to two workers
        QCOMPARE(queue.depth(), 0);
        QCOMPARE(queue.waiting(), 1);
        QSignalSpy due(&queue, &WorkQueue::due);
        queue.finish(a, Converged);
        QCOMPARE(due.count(), 0); // from the event loop only
        clock.advance(0s);
        QCOMPARE(due.count(), 1);
        QCOMPARE(queue.take(), a);
    }

    void aDueTimeInTheFutureIsKeptWhileTaken()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        queue.add(a, Routine, 5s);
        queue.finish(a, Converged);
        QCOMPARE(queue.take(), none);
        clock.advance(5s);
        QCOMPARE(queue.take(), a);
    }

    void failuresBackOffAndAreForgottenAfterASuccess()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        for (const auto delay : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
            QCOMPARE(queue.take(), a);
            queue.finish(a, Failed);
            clock.advance(delay - 1ms);
            QCOMPARE(queue.take(), none);
            clock.advance(1ms);
        }
        QCOMPARE(queue.failures(a), 8);
        QCOMPARE(queue.take(), a);
        queue.finish(a, Converged);
        QCOMPARE(queue.failures(a), 0);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        queue.finish(a, Failed);
        clock.advance(1s);
        QCOMPARE(queue.take(), a);
    }

    void aFailedKeyKeepsItsClass()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(b, Urgent);
        QCOMPARE(queue.take(), b);
        queue.finish(b, Failed);
        queue.add(a, Routine);
        clock.advance(1s);
        QCOMPARE(queue.take(), b);
        QCOMPARE(queue.take(), a);
    }

    void theServersWishIsKeptTo()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        queue.finish(a, Failed, 90s); // longer than any backoff
        clock.advance(89s);
        QCOMPARE(queue.take(), none);
        clock.advance(1s);
        QCOMPARE(queue.take(), a);
        queue.finish(a, Failed, 1ms); // shorter
        clock.advance(1999ms);
        QCOMPARE(queue.take(), none);
    }

    void jitterOnlyShortensADelay()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, {.first = 10s, .most = 60s, .jitter = 0.5});
        for (int i = 0; i < 200; ++i)
            queue.add(key(i), Routine);
        while (const auto next = queue.take())
            queue.finish(*next, Failed);
        clock.advance(5s - 1ns);
        QCOMPARE(queue.depth(), 0);
        clock.advance(2500ms);
        QVERIFY2(queue.depth() > 50 && queue.depth() < 150, qPrintable(QString::number(queue.depth())));
        clock.advance(2500ms + 1ns);
        QCOMPARE(queue.depth(), 200);
    }

    void anAddIsSoonerThanTheBackoff()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine);
        QCOMPARE(queue.take(), a);
        queue.finish(a, Failed);
        queue.add(a, Urgent); // somebody mended it
        QCOMPARE(queue.take(), a);
        QCOMPARE(queue.failures(a), 1);
    }

    void whatIsForgottenDoesNotCome()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        queue.add(a, Routine, 1s);
        queue.add(b, Urgent);
        queue.add(c, Routine);
        queue.forget(a);
        queue.forget(b);
        queue.forget({u"ns"_s, u"unknown"_s});
        QCOMPARE(queue.take(), c);
        queue.add(c, Routine);
        queue.forget(c); // while a worker has it
        queue.finish(c, Converged);
        clock.advance(1h);
        QCOMPARE(queue.take(), none);
        QCOMPARE(queue.waiting(), 0);
    }

    void timesSaturate()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, {.first = Clock::duration::max(), .most = Clock::duration::max(), .jitter = 0});
        queue.add(a, Routine, Clock::duration::max());
        queue.add(b, Routine, Clock::duration::min());
        QCOMPARE(queue.take(), b);
        queue.finish(b, Failed, Clock::duration::max());
        QCOMPARE(queue.take(), none);
        QCOMPARE(queue.waiting(), 2);
        for (int failures = 0; failures < 70; ++failures) {
            queue.add(a, Routine);
            QCOMPARE(queue.take(), a);
            queue.finish(a, Failed);
        }
        QCOMPARE(queue.take(), none);
    }

    void dueIsToldOnceForWhatBecomesDue()
    {
        ManualClock clock;
        WorkQueue queue(u"q"_s, clock, plain);
        QSignalSpy due(&queue, &WorkQueue::due);
        queue.add(a, Routine);
        queue.add(b, Routine);
        queue.add(c, Routine, 5s);
        QCOMPARE(due.count(), 0);
        clock.advance(1s);
        QCOMPARE(due.count(), 1);
        clock.advance(3s); // nobody takes: it is not told again and again
        QCOMPARE(due.count(), 1);
        clock.advance(1s);
        QCOMPARE(due.count(), 2);
        QCOMPARE(queue.depth(), 3);
        QCOMPARE(clock.untilNextTimer(), std::nullopt);
    }

    void metricsAreClientGos()
    {
        ManualClock clock;
        Metrics metrics;
        WorkQueue queue(u"site"_s, clock, plain, &metrics);
        const MetricLabels labels{{"name", "site"}, {"controller", "site"}};
        const auto counter = [&](const char *name) { return metrics.counter(name, "", labels).value(); };
        const auto gauge = [&](const char *name) { return metrics.gauge(name, "", labels).value(); };

        queue.add(a, Urgent);
        queue.add(a, Urgent);
        queue.add(b, Routine);
        QCOMPARE(gauge("workqueue_depth"), 2);
        QCOMPARE(counter("workqueue_adds_total"), 2);
        clock.advance(2s);
        QCOMPARE(queue.take(), a);
        QCOMPARE(gauge("workqueue_depth"), 1);
        clock.advance(3s);
        QCOMPARE(queue.take(), b);
        clock.advance(2s);
        QCOMPARE(gauge("workqueue_longest_running_processor_seconds"), 5);
        QCOMPARE(gauge("workqueue_unfinished_work_seconds"), 7);
        queue.finish(a, Converged);
        queue.finish(b, Failed);
        QCOMPARE(counter("workqueue_retries_total"), 1);
        clock.advance(500ms);
        QCOMPARE(gauge("workqueue_longest_running_processor_seconds"), 0);
        QCOMPARE(gauge("workqueue_unfinished_work_seconds"), 0);
        QCOMPARE(counter("workqueue_adds_total"), 2);
        clock.advance(1s);
        QCOMPARE(counter("workqueue_adds_total"), 3);
        QCOMPARE(gauge("workqueue_depth"), 1);
        queue.forget(b);
        QCOMPARE(gauge("workqueue_depth"), 0);

        const std::string text = metrics.text();
        for (const char *line : {"workqueue_queue_duration_seconds_sum{controller=\"site\",name=\"site\"} 7",
                 "workqueue_work_duration_seconds_sum{controller=\"site\",name=\"site\"} 7",
                 "workqueue_queue_duration_seconds_bucket{controller=\"site\",name=\"site\",le=\"10\"} 2"})
            QVERIFY2(text.find(line) != std::string::npos, text.c_str());
    }

    /// Any script gives what the contract says, against a model of it that has no index to get wrong.
    void anyScriptGivesWhatTheContractSays()
    {
        for (quint32 seed = 1; seed <= 60; ++seed) {
            QRandomGenerator random(seed);
            ManualClock clock;
            WorkQueue queue(u"q"_s, clock, plain);
            Model model;
            for (int step = 0; step < 500; ++step) {
                const ObjectKey k = key(random.bounded(12));
                const auto delay = std::chrono::seconds(random.bounded(3) == 0 ? random.bounded(30) : 0);
                const int what = random.bounded(10);
                if (what < 4) {
                    const auto urgency = random.bounded(2) == 0 ? Urgent : Routine;
                    queue.add(k, urgency, delay);
                    model.add(k, urgency, clock.now() + delay);
                } else if (what < 6) {
                    QCOMPARE(queue.take(), model.take(clock.now()));
                } else if (what < 8) {
                    if (!model.entries[k].taken)
                        continue;
                    const auto verdict = random.bounded(2) == 0 ? Failed : Converged;
                    queue.finish(k, verdict, delay);
                    model.finish(k, verdict, clock.now(), delay);
                } else if (what == 8) {
                    clock.advance(delay);
                } else if (random.bounded(3) == 0) {
                    queue.forget(k);
                    model.forget(k);
                }
                QCOMPARE(queue.depth(), model.depth(clock.now()));
                QCOMPARE(queue.waiting(), model.waiting());
                QCOMPARE(queue.failures(k), model.entries[k].failures);
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_WorkQueue)
#include "tst_workqueue.moc"
