// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/workqueue.h"

#include "core/metrics.h"

#include <QHash>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace std::chrono_literals;

namespace patronus {

namespace {

using Seconds = std::chrono::duration<double>;
using Turn = std::pair<Clock::time_point, quint64>; // due time, then order of add()

constexpr auto unfinishedWorkPeriod = 500ms; // client-go's
constexpr Clock::duration longestBackoff = std::chrono::years(100); // a double of it fits into a duration

/// @p delay from @p now, or the end of time.
Clock::time_point later(Clock::time_point now, Clock::duration delay)
{
    return now + std::clamp(delay, Clock::duration(0), Clock::time_point::max() - now);
}

/// The series of one queue; names, help and buckets are those of client-go and controller-runtime.
class QueueMetrics
{
public:
    QueueMetrics(Metrics &metrics, const std::string &name)
        : QueueMetrics(metrics, MetricLabels{{"name", name}, {"controller", name}})
    {
    }

    Metrics::Gauge &depth;
    Metrics::Counter &adds;
    Metrics::Histogram &queueDuration;
    Metrics::Histogram &workDuration;
    Metrics::Gauge &unfinished;
    Metrics::Gauge &longest;
    Metrics::Counter &retries;

private:
    QueueMetrics(Metrics &m, const MetricLabels &labels)
        : depth(m.gauge("workqueue_depth", "Current depth of workqueue", labels)),
          adds(m.counter("workqueue_adds_total", "Total number of adds handled by workqueue", labels)),
          queueDuration(m.histogram("workqueue_queue_duration_seconds",
              "How long in seconds an item stays in workqueue before being requested", buckets(), labels)),
          workDuration(m.histogram("workqueue_work_duration_seconds",
              "How long in seconds processing an item from workqueue takes.", buckets(), labels)),
          unfinished(m.gauge("workqueue_unfinished_work_seconds",
              "How many seconds of work has been done that is in progress and hasn't been observed by "
              "work_duration. Large values indicate stuck threads.",
              labels)),
          longest(m.gauge("workqueue_longest_running_processor_seconds",
              "How many seconds has the longest running processor for workqueue been running.", labels)),
          retries(m.counter("workqueue_retries_total", "Total number of retries handled by workqueue", labels))
    {
    }

    static std::vector<double> buckets()
    {
        std::vector<double> bounds(12);
        std::ranges::generate(bounds, [bound = 1e-9]() mutable { return bound *= 10; });
        return bounds;
    }
};

} // namespace

struct WorkQueue::Private {
    using Line = std::map<Turn, ObjectKey>;

    struct Entry {
        std::optional<Turn> turn; // set: somebody asked for the key
        Class urgency = Class::Routine; // of turn
        Line *line = nullptr; // where it stands with its turn; null while a worker has it
        std::optional<Clock::time_point> takenAt; // set: a worker has it
        Class takenAs = Class::Routine;
        int failures = 0;

        [[nodiscard]] bool isIdle() const { return !turn && !takenAt && failures == 0; }
    };

    Private(WorkQueue *owner, const QString &name, Clock &clockGiven, Backoff backoffGiven, Metrics *metricsGiven)
        : q(owner), clock(clockGiven), backoff(backoffGiven), timer(clock.makeTimer([this] { onTimeout(); }))
    {
        if (metricsGiven) {
            metrics.emplace(*metricsGiven, name.toStdString());
            watchTimer = clock.makeTimer([this] { showUnfinished(); });
        }
    }

    WorkQueue *const q;
    Clock &clock;
    const Backoff backoff;
    std::optional<QueueMetrics> metrics;

    QHash<ObjectKey, Entry> entries; // every key that is asked for, taken, or has failed
    Line later; // not due when it was put there
    Line urgent; // due
    Line routine; // due
    std::multiset<Clock::time_point> takenAt; // of all that is taken: the longest first
    int waiting = 0; // entries with a turn
    quint64 turns = 0;
    int urgentInARow = 0; // taken while routine work was due

    std::optional<Clock::time_point> armed;
    bool announce = false; // due keys came that due() did not tell of
    std::unique_ptr<Timer> timer;
    std::unique_ptr<Timer> watchTimer; // with metrics only
    bool watching = false;

    void arm()
    {
        std::optional<Clock::time_point> next;
        if (announce)
            next = clock.now();
        else if (!later.empty())
            next = later.begin()->first.first;
        if (!next || (armed && *armed <= *next))
            return;
        armed = next;
        timer->start(*next - clock.now());
    }

    void onTimeout()
    {
        armed.reset();
        promote();
        const bool tell = std::exchange(announce, false);
        arm();
        if (tell)
            Q_EMIT q->due(); // the last thing: who hears it may end the queue
    }

    /// Moves what became due to the lines that take() serves.
    void promote()
    {
        const Clock::time_point now = clock.now();
        while (!later.empty() && later.begin()->first.first <= now) {
            const ObjectKey key = later.begin()->second;
            later.erase(later.begin());
            makeDue(key, entries[key]);
        }
    }

    void makeDue(const ObjectKey &key, Entry &entry)
    {
        entry.line = entry.urgency == Class::Urgent ? &urgent : &routine;
        entry.line->emplace(*entry.turn, key);
        announce = true;
        if (metrics)
            metrics->adds.add();
        showDepth();
    }

    void standInLine(const ObjectKey &key, Entry &entry)
    {
        if (entry.turn->first <= clock.now()) {
            makeDue(key, entry);
        } else {
            entry.line = &later;
            later.emplace(*entry.turn, key);
        }
    }

    void leaveLine(Entry &entry)
    {
        if (entry.line)
            entry.line->erase(*entry.turn);
        entry.line = nullptr;
    }

    void add(const ObjectKey &key, Class urgency, Clock::duration delay)
    {
        const Turn turn(patronus::later(clock.now(), delay), ++turns);
        Entry &entry = entries[key];
        if (metrics && delay > 0ns)
            metrics->retries.add();
        const bool sooner = !entry.turn || turn.first < entry.turn->first;
        const bool moreUrgent = entry.turn && urgency == Class::Urgent && entry.urgency == Class::Routine;
        if (!sooner && !moreUrgent)
            return;
        if (!entry.turn) {
            entry.urgency = urgency;
            ++waiting;
        } else if (moreUrgent) {
            entry.urgency = Class::Urgent;
        }
        if (entry.line == &routine) { // due already: it only changes lines
            leaveLine(entry);
            entry.line = &urgent;
            urgent.emplace(*entry.turn, key);
            return;
        }
        leaveLine(entry);
        if (sooner)
            entry.turn = turn;
        if (!entry.takenAt)
            standInLine(key, entry);
        arm();
    }

    /// The line whose turn it is; null when nothing is due.
    Line *next()
    {
        if (urgent.empty() || routine.empty())
            urgentInARow = 0;
        if (urgent.empty())
            return routine.empty() ? nullptr : &routine;
        if (routine.empty())
            return &urgent;
        if (urgentInARow == routineShare) {
            urgentInARow = 0;
            return &routine;
        }
        ++urgentInARow;
        return &urgent;
    }

    Clock::duration delayAfter(int failures) const
    {
        const double grown = std::ldexp(static_cast<double>(backoff.first.count()), std::min(failures - 1, 1000));
        const double capped = std::min(grown, static_cast<double>(std::min(backoff.most, longestBackoff).count()));
        return Clock::duration(
            static_cast<qint64>(capped * (1 - backoff.jitter * QRandomGenerator::global()->generateDouble())));
    }

    void dropIdle(QHash<ObjectKey, Entry>::iterator entry)
    {
        if (entry->isIdle())
            entries.erase(entry);
    }

    void showDepth()
    {
        if (metrics)
            metrics->depth.set(static_cast<double>(urgent.size() + routine.size()));
    }

    void showUnfinished()
    {
        const Clock::time_point now = clock.now();
        Seconds sum(0);
        for (const Clock::time_point since : takenAt)
            sum += now - since;
        metrics->unfinished.set(sum.count());
        metrics->longest.set(takenAt.empty() ? 0 : Seconds(now - *takenAt.begin()).count());
        watching = !takenAt.empty();
        if (watching)
            watchTimer->start(unfinishedWorkPeriod);
    }
};

WorkQueue::WorkQueue(QString name, Clock &clock, Backoff backoff, Metrics *metrics)
    : d(std::make_unique<Private>(this, name, clock, backoff, metrics))
{
}

WorkQueue::~WorkQueue() = default;

void WorkQueue::add(const ObjectKey &key, Class urgency, Clock::duration delay)
{
    d->add(key, urgency, delay);
}

void WorkQueue::forget(const ObjectKey &key)
{
    const auto entry = d->entries.find(key);
    if (entry == d->entries.end())
        return;
    if (entry->turn) {
        d->leaveLine(*entry);
        entry->turn.reset();
        --d->waiting;
    }
    entry->failures = 0;
    d->dropIdle(entry);
    d->showDepth();
}

std::optional<ObjectKey> WorkQueue::take()
{
    d->promote();
    d->arm(); // for what was promoted beyond the one that is given here
    Private::Line *const line = d->next();
    if (!line)
        return std::nullopt;

    const Clock::time_point now = d->clock.now();
    const auto first = line->begin();
    const ObjectKey key = first->second;
    if (d->metrics) {
        d->metrics->queueDuration.observe(Seconds(now - first->first.first).count());
        if (!std::exchange(d->watching, true))
            d->watchTimer->start(unfinishedWorkPeriod);
    }
    line->erase(first);

    Private::Entry &entry = d->entries[key];
    entry.turn.reset();
    entry.line = nullptr;
    entry.takenAt = now;
    entry.takenAs = entry.urgency;
    --d->waiting;
    d->takenAt.insert(now);
    d->showDepth();
    return key;
}

void WorkQueue::finish(const ObjectKey &key, Verdict verdict, Clock::duration retryAfter)
{
    const auto entry = d->entries.find(key);
    Q_ASSERT(entry != d->entries.end() && entry->takenAt);
    d->takenAt.erase(d->takenAt.find(*entry->takenAt));
    if (d->metrics)
        d->metrics->workDuration.observe(Seconds(d->clock.now() - *entry->takenAt).count());
    entry->takenAt.reset();
    if (entry->turn)
        d->standInLine(key, *entry);

    if (verdict == Verdict::Failed) {
        ++entry->failures;
        d->add(key, entry->takenAs, std::max(d->delayAfter(entry->failures), retryAfter));
    } else {
        entry->failures = 0;
        d->dropIdle(entry);
    }
    d->arm();
}

int WorkQueue::depth() const
{
    d->promote();
    d->arm();
    return static_cast<int>(d->urgent.size() + d->routine.size());
}

int WorkQueue::waiting() const
{
    return d->waiting;
}

int WorkQueue::failures(const ObjectKey &key) const
{
    const auto entry = d->entries.constFind(key);
    return entry == d->entries.cend() ? 0 : entry->failures;
}

} // namespace patronus
