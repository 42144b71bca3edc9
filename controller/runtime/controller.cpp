// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/controller.h"

#include "core/log.h"
#include "core/metrics.h"
#include "runtime/inflight.h"
#include "runtime/requeststop.h"

#include <QHash>
#include <QRandomGenerator>
#include <QUuid>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr double spread = 0.1; // so that 10,000 objects that were first looked at together do not stay together
constexpr const char *defaultErrorType = "kubernetes_error";
constexpr std::array errorTypes{"validation_failed", "name_conflict", "reference_missing", "api_error",
    "api_unreachable", "rate_limited", "unauthorized", defaultErrorType, "deletion_failed"};

const char *errorTypeOf(const Error &error)
{
    return *error.metricType ? error.metricType : defaultErrorType;
}

/// Up to a tenth sooner than @p delay.
Clock::duration jittered(Clock::duration delay)
{
    const auto most = static_cast<double>(delay.count()) * spread;
    return delay - Clock::duration(static_cast<qint64>(most * QRandomGenerator::global()->generateDouble()));
}

/// The series of one controller. All label values that are known stand at 0 from the start, so that rate() sees the
/// first.
class ControllerMetrics
{
public:
    ControllerMetrics(Metrics &metrics, std::string controller, int concurrency)
        : m_metrics(metrics), m_controller(std::move(controller))
    {
        metrics
            .gauge("controller_runtime_max_concurrent_reconciles",
                "Maximum number of concurrent reconciles per controller", own())
            .set(concurrency);
        runtimeOutcome("requeue"); // never counted: ours is always after a while
        for (const char *type : errorTypes)
            errors(type);
    }

    Metrics::Counter &errors(const char *type)
    {
        return m_metrics.counter("patronus_operator_reconcile_errors_total",
            "Reconciles that failed, by what was wrong", own({"error_type", type}));
    }

private:
    MetricLabels own() const { return {{"controller", m_controller}}; }
    MetricLabels own(const MetricLabels::value_type &label) const { return {{"controller", m_controller}, label}; }
    Metrics::Counter &outcome(const char *result)
    {
        return m_metrics.counter(
            "patronus_operator_reconcile_total", "Reconciles by how they ended", own({"result", result}));
    }
    Metrics::Counter &runtimeOutcome(const char *result)
    {
        return m_metrics.counter("controller_runtime_reconcile_total", "Total number of reconciliations per controller",
            own({"result", result}));
    }

    Metrics &m_metrics;
    const std::string m_controller;

public:
    Metrics::Counter &success = outcome("success");
    Metrics::Counter &error = outcome("error");
    Metrics::Counter &requeue = outcome("requeue");
    Metrics::Counter &runtimeSuccess = runtimeOutcome("success");
    Metrics::Counter &runtimeError = runtimeOutcome("error");
    Metrics::Counter &runtimeRequeueAfter = runtimeOutcome("requeue_after");
    Metrics::Counter &allErrors = m_metrics.counter(
        "controller_runtime_reconcile_errors_total", "Total number of reconciliation errors per controller", own());
    Metrics::Counter &terminalErrors = m_metrics.counter("controller_runtime_terminal_reconcile_errors_total",
        "Total number of terminal reconciliation errors per controller", own());
    Metrics::Counter &panics = m_metrics.counter(
        "controller_runtime_reconcile_panics_total", "Total number of reconciliation panics per controller", own());
    Metrics::Gauge &active = m_metrics.gauge(
        "controller_runtime_active_workers", "Number of currently used workers per controller", own());
    Metrics::Histogram &duration = m_metrics.histogram("patronus_operator_reconcile_duration_seconds",
        "Time that a reconcile took", {.01, .05, .1, .5, 1, 5, 10}, own());
    Metrics::Histogram &change = m_metrics.histogram("patronus_operator_change_duration_seconds",
        "Time from hearing of a change to the first reconcile that succeeds", {.01, .05, .1, .5, 1, 5, 10, 30, 60, 300},
        own());
    Metrics::Histogram &time = m_metrics.histogram("controller_runtime_reconcile_time_seconds",
        "Length of time per reconciliation per controller",
        {.005, .01, .025, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .6, .7, .8, .9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3,
            3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60},
        own());
};

/// The fields by which the log's lines of one reconcile are known. Made for the first line: most reconciles have none.
class About
{
public:
    About(const QString &controller, const ObjectKey &key) : m_controller(controller), m_key(key) { }

    void end(Clock::duration took) { m_took = took; }
    QString text()
    {
        if (m_text.isEmpty())
            m_text = u"controller=%1 object=%2 reconcileID=%3"_s.arg(
                m_controller, m_key.text(), QUuid::createUuid().toString(QUuid::WithoutBraces));
        return m_took ? u"%1 seconds=%2"_s.arg(m_text).arg(Seconds(*m_took).count(), 0, 'f', 3) : m_text;
    }

private:
    const QString m_controller;
    const ObjectKey m_key;
    std::optional<Clock::duration> m_took;
    QString m_text;
};

/// What the log has said of a key that keeps failing; the message is left out, as it may name a time or a port.
struct Trouble {
    Error::Kind kind;
    std::string_view type;

    friend bool operator==(const Trouble &, const Trouble &) = default;
};

} // namespace

struct Controller::Private {
    Private(
        Settings given, const Store &storeGiven, Reconciler &reconcilerGiven, Clock &clockGiven, Metrics &metricsGiven)
        : settings(std::move(given)),
          store(storeGiven),
          reconciler(reconcilerGiven),
          clock(clockGiven),
          metrics(metricsGiven, settings.name.toStdString(), settings.concurrency),
          queue(settings.name, clock, settings.backoff, &metricsGiven)
    {
    }

    const Settings settings;
    const Store &store;
    Reconciler &reconciler;
    Clock &clock;
    ControllerMetrics metrics;
    WorkQueue queue;

    bool running = false; // between start() and stop()
    bool pumping = false;
    bool gone = false; // the controller has been destroyed: nothing of the above may be touched
    std::stop_source cancel; // of the reconciles in flight
    std::unique_ptr<Timer> graceTimer = clock.makeTimer([this] { requestStop(cancel); });
    std::optional<Clock::time_point> graceEnd; // set: stop() was called
    InFlight inFlight;
    QHash<ObjectKey, Trouble> troubles; // of the keys whose last reconcile failed
    QHash<ObjectKey, Clock::time_point> changes; // since when a key waits to be as it was last asked for

    static void pump(std::shared_ptr<Private> d);
    static void pumpLater(const std::shared_ptr<Private> &d);
    static QCoro::Task<> run(std::shared_ptr<Private> d, ObjectKey key);
    static Task<Result> guarded(std::shared_ptr<Private> d, ObjectKey key);
    void onUpserted(const Object &after, const Object &before);
    void onRemoved(const Object &last);
    void settle(const ObjectKey &key, const Expected<Result> &outcome);
    void log(const ObjectKey &key, const Expected<Result> &outcome, About &about);
};

/// Begins what is due and may run. No more than there are workers at a time, so that reconciles that never wait cannot
/// keep the event loop from its other work: the lease.
void Controller::Private::pump(std::shared_ptr<Private> d)
{
    if (std::exchange(d->pumping, true))
        return; // a reconcile that ended at once; the loop below goes on
    int begun = 0;
    while (d->running && d->inFlight.count() < d->settings.concurrency && begun < d->settings.concurrency) {
        const std::optional<ObjectKey> key = d->queue.take();
        if (!key)
            break;
        ++begun;
        run(d, *key);
        if (d->gone)
            return;
    }
    d->pumping = false;
    if (begun == d->settings.concurrency && d->inFlight.count() < d->settings.concurrency)
        pumpLater(d);
}

void Controller::Private::pumpLater(const std::shared_ptr<Private> &d)
{
    QMetaObject::invokeMethod(
        &d->queue,
        [weak = std::weak_ptr(d)] {
            if (const auto self = weak.lock())
                pump(self);
        },
        Qt::QueuedConnection);
}

QCoro::Task<> Controller::Private::run(std::shared_ptr<Private> d, ObjectKey key)
{
    {
        const InFlight::Guard flight = d->inFlight.enter();
        d->metrics.active.set(d->inFlight.count());
        About about(d->settings.name, key);
        qCDebug(logReconcile).noquote() << "begun" << about.text();
        const Clock::time_point begin = d->clock.now();
        const Expected<Result> outcome = co_await guarded(d, key);
        if (d->gone)
            co_return;

        d->metrics.active.set(d->inFlight.count() - 1);
        if (!outcome && outcome.error().kind == Error::Kind::Cancelled && d->cancel.stop_requested()) {
            d->queue.finish(key, WorkQueue::Verdict::Converged); // we are stopping: neither a success nor a failure
        } else {
            const Clock::duration took = d->clock.now() - begin;
            d->metrics.duration.observe(Seconds(took).count());
            d->metrics.time.observe(Seconds(took).count());
            about.end(took);
            d->log(key, outcome, about);
            d->settle(key, outcome);
        }
    }
    if (!d->gone)
        pump(d);
}

/// The reconcile, with what it throws as an Error: a mistake in one object's way must not end the others' process.
Task<Result> Controller::Private::guarded(std::shared_ptr<Private> d, ObjectKey key)
{
    QString thrown;
    try {
        co_return co_await d->reconciler.reconcile(key, d->cancel.get_token());
    } catch (const std::exception &exception) {
        thrown = QString::fromUtf8(exception.what());
    } catch (...) {
        thrown = u"of an unknown type"_s;
    }
    if (!d->gone)
        d->metrics.panics.add();
    co_return std::unexpected(Error{Error::Kind::Server, u"the reconciler threw an exception: "_s + redact(thrown)});
}

/// Counts the outcome and says when the key comes again.
void Controller::Private::settle(const ObjectKey &key, const Expected<Result> &outcome)
{
    using enum WorkQueue::Verdict;
    if (outcome) {
        const bool again = outcome->again > 0ns;
        metrics.success.add();
        if (const auto since = changes.take(key); since != Clock::time_point())
            metrics.change.observe(Seconds(clock.now() - since).count());
        (again ? metrics.runtimeRequeueAfter : metrics.runtimeSuccess).add();
        queue.finish(key, Converged);
        if (again)
            queue.add(key, WorkQueue::Class::Routine, jittered(outcome->again));
        return;
    }

    const Error &error = outcome.error();
    metrics.runtimeError.add();
    metrics.allErrors.add();
    if (error.kind == Error::Kind::Conflict) {
        metrics.requeue.add(); // the object changed under our hands: nothing is wrong with it
    } else {
        metrics.error.add();
        metrics.errors(errorTypeOf(error)).add();
    }

    const Clock::duration asked = error.retryAfter.value_or(0s);
    if (error.isRetryable()) {
        queue.finish(key, Failed, asked);
    } else {
        metrics.terminalErrors.add();
        queue.finish(key, Converged);
        queue.add(key, WorkQueue::Class::Routine, std::max(jittered(settings.backoff.most), asked));
    }
}

/// What nobody knows yet is told: the first failure, another kind of failure, the end of it. The rest is for debugging.
void Controller::Private::log(const ObjectKey &key, const Expected<Result> &outcome, About &about)
{
    if (outcome) {
        if (troubles.remove(key))
            qCInfo(logReconcile).noquote() << "succeeds again" << about.text();
        else
            qCDebug(logReconcile).noquote() << "succeeded" << about.text();
        return;
    }
    const Error &error = outcome.error();
    const Trouble trouble{error.kind, errorTypeOf(error)};
    const auto known = troubles.constFind(key);
    if (error.kind == Error::Kind::Conflict || (known != troubles.cend() && *known == trouble)) {
        qCDebug(logReconcile).noquote() << "failed:" << error.message << about.text();
    } else {
        troubles.insert(key, trouble);
        qCCritical(logReconcile).noquote()
            << (error.isRetryable() ? "failed, will be tried again:" : "failed, waits until that is mended:")
            << error.message << about.text();
    }
}

void Controller::Private::onUpserted(const Object &after, const Object &before)
{
    if (!reconciler.isNews(after, before))
        return;
    const bool firstList = before.isNull() && !store.isSynced();
    if (!firstList && !changes.contains(after.key()))
        changes.insert(after.key(), clock.now());
    queue.add(after.key(), firstList ? WorkQueue::Class::Routine : WorkQueue::Class::Urgent);
}

void Controller::Private::onRemoved(const Object &last)
{
    queue.forget(last.key());
    troubles.remove(last.key());
    changes.remove(last.key());
    queue.add(last.key(), WorkQueue::Class::Urgent); // once more: the reconciler cleans up what it remembers
}

Controller::Controller(Settings settings, const Store &store, Reconciler &reconciler, Clock &clock, Metrics &metrics)
    : d(std::make_shared<Private>(std::move(settings), store, reconciler, clock, metrics))
{
}

Controller::~Controller()
{
    d->running = false;
    d->gone = true;
    requestStop(d->cancel);
}

void Controller::start()
{
    if (d->running || d->graceEnd)
        return;
    d->running = true;
    connect(&d->store, &Store::upserted, this,
        [this](const Object &after, const Object &before) { d->onUpserted(after, before); });
    connect(&d->store, &Store::removed, this, [this](const Object &last) { d->onRemoved(last); });
    connect(&d->queue, &WorkQueue::due, this, [this] { Private::pump(d); });
    for (const QList<ObjectKey> keys = d->store.keys(); const ObjectKey &key : keys)
        d->queue.add(key, WorkQueue::Class::Routine);
    Private::pumpLater(d); // for what was woken before: its due() is past, and nobody heard it
}

Task<void> Controller::stop(Clock::duration grace)
{
    const auto self = d; // whoever waits as well may destroy the controller first
    self->running = false;
    disconnect(&self->store, nullptr, this, nullptr);
    const Clock::time_point end = self->clock.now() + grace;
    if (!self->graceEnd || end < *self->graceEnd) {
        self->graceEnd = end;
        if (grace > 0ns)
            self->graceTimer->start(grace);
        else
            requestStop(self->cancel);
    }
    co_await self->inFlight.ended();
    if (!self->gone)
        self->graceTimer->stop();
    co_return {};
}

void Controller::wake(const ObjectKey &key, WorkQueue::Class urgency, Clock::duration delay)
{
    if (!d->graceEnd)
        d->queue.add(key, urgency, delay);
}

const WorkQueue &Controller::queue() const
{
    return d->queue;
}

} // namespace patronus
