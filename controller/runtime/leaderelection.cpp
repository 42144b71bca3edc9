// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/leaderelection.h"

#include "core/log.h"
#include "core/metrics.h"
#include "runtime/inflight.h"
#include "runtime/leaserequests.h"
#include "runtime/requeststop.h"
#include "runtime/store.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

static constexpr double jitter = 0.2; // of the retry period, so that standbys do not come all at once

struct LeaderElection::Private {
    using Ptr = std::shared_ptr<Private>;

    Private(LeaderElection *owner, Settings given, KubeClient &client, Clock &clockGiven, Metrics &metrics)
        : q(owner),
          settings(std::move(given)),
          clock(clockGiven),
          requests(client, clock, settings.lease, std::max<Clock::duration>(1s, settings.renewDeadline / 2)),
          master(metrics.gauge("leader_election_master_status",
              "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 "
              "indicates master. 'name' is the string used to identify the lease.",
              {{"name", settings.lease.name.toStdString()}})),
          slowPath(metrics.counter("leader_election_slowpath_total",
              "Total number of slow path exercised in renewing leader leases. 'name' is the string "
              "used to identify the lease.",
              {{"name", settings.lease.name.toStdString()}}))
    {
        master.set(0);
    }

    LeaderElection *const q;
    const Settings settings;
    Clock &clock;
    const LeaseRequests requests;
    Metrics::Gauge &master;
    Metrics::Counter &slowPath;

    State state = State::Standby;
    bool started = false;
    bool gone = false; // the election has been destroyed
    bool mayHold = false; // we have asked for the lease, and nothing has told that we did not get it
    bool busy = false; // an attempt is under way
    bool poked = false; // the lease became free meanwhile
    Clock::time_point attemptBegan;
    Lease observed; // as last seen
    Clock::time_point observedAt; // when it was first seen so
    Clock::time_point renewalSent; // when the last renewal that succeeded was sent; while Leading
    std::optional<Error::Kind> trouble; // that the log has told of

    std::stop_source attemptStop; // of reads and writes before release()
    std::stop_source watchStop;
    std::stop_source closing; // of what release() does
    std::unique_ptr<Timer> next; // the next attempt
    std::unique_ptr<Timer> deadline; // of the last renewal
    InFlight inFlight;

    static QCoro::Task<> attempt(Ptr d);
    static QCoro::Task<> acquire(Ptr d);
    static QCoro::Task<> renew(Ptr d);
    static QCoro::Task<> watch(Ptr d);
    static Task<void> giveBack(Ptr d, std::optional<Lease> known);

    [[nodiscard]] Task<Lease> read() const { return requests.read(attemptStop.get_token()); }
    [[nodiscard]] Task<Lease> write(const QJsonObject &lease) const
    {
        return requests.write(lease, attemptStop.get_token());
    }

    [[nodiscard]] bool isFinal() const { return gone || state == State::Lost || state == State::Released; }
    [[nodiscard]] bool isCandidate() const { return !gone && (state == State::Standby || state == State::Acquiring); }
    [[nodiscard]] bool isOurs() const { return observed.holder() == settings.identity; }
    [[nodiscard]] bool mayWrite() const
    {
        return state == State::Leading && clock.now() < renewalSent + settings.renewDeadline;
    }
    [[nodiscard]] std::chrono::seconds duration() const
    {
        return std::chrono::ceil<std::chrono::seconds>(settings.leaseDuration);
    }
    /// When somebody else's lease runs out, if it does not change again.
    [[nodiscard]] Clock::time_point runsOut() const { return observedAt + observed.duration(duration()); }
    [[nodiscard]] bool mayTake() const { return observed.holder().isEmpty() || isOurs() || clock.now() >= runsOut(); }
    [[nodiscard]] Clock::duration retryDelay() const
    {
        const double factor = 1 + jitter * QRandomGenerator::global()->generateDouble();
        return std::chrono::duration_cast<Clock::duration>(settings.retryPeriod * factor);
    }

    [[nodiscard]] QString about() const
    {
        return u"lease=%1 holder=%2 identity=%3"_s.arg(settings.lease.text(), observed.holder(), settings.identity);
    }

    void schedule();
    void poke();
    void onWatchEvent(const WatchEvent &event);
    void observe(const Lease &lease);
    bool isOver();
    void lead(Clock::time_point sentAt);
    void renewed(Clock::time_point sentAt);
    void lose(const QString &why);
    void stopAll();
    void failed(const char *what, const Error &error);
};

/// One attempt to get or to keep the lease, and the date of the next.
QCoro::Task<> LeaderElection::Private::attempt(Ptr d)
{
    const InFlight::Guard flight = d->inFlight.enter();
    d->next->stop();
    d->busy = true;
    d->poked = false;
    d->attemptBegan = d->clock.now();
    if (d->state == State::Leading)
        co_await renew(d);
    else
        co_await acquire(d);
    d->busy = false;
    if (!d->isFinal())
        d->schedule();
}

void LeaderElection::Private::schedule()
{
    if (state == State::Leading) {
        next->start(
            attemptBegan + settings.retryPeriod - clock.now()); // at a fixed rate: one that hung has taken its time
        return;
    }
    const Clock::duration left = runsOut() - clock.now();
    const Clock::duration delay = retryDelay();
    if (poked)
        next->start(0s);
    else
        next->start(observed.exists() && left > 0ns ? std::min(left, delay) : delay);
}

QCoro::Task<> LeaderElection::Private::acquire(Ptr d)
{
    const Expected<Lease> got = co_await d->read();
    if (d->isFinal())
        co_return;
    if (!got && got.error().kind != Error::Kind::NotFound) {
        d->failed("cannot read the lease", got.error());
        co_return;
    }
    if (got)
        d->observe(*got);
    // Not there: deleted under a leader that may not know it yet, so what was last seen of it still holds.
    if (d->isFinal() || !d->mayTake())
        co_return;

    d->state = State::Acquiring;
    d->mayHold = true;
    const Clock::time_point sentAt = d->clock.now();
    const QDateTime now = d->clock.wallTime();
    // Ours already: the answer to an earlier write did not reach us.
    const QJsonObject lease = d->isOurs() ? d->observed.renewed(d->duration(), now)
                                          : d->observed.taken(d->settings.identity, d->duration(), now);
    const Expected<Lease> written = co_await d->write(got ? lease : asNewLease(d->settings.lease, lease));
    if (d->isFinal())
        co_return;
    d->state = State::Standby;
    if (written) {
        d->observe(*written);
        if (d->isFinal() || d->clock.now() >= sentAt + d->settings.renewDeadline)
            co_return; // frozen meanwhile: it is ours no more, or not for long; the next attempt tells
        d->lead(sentAt);
    } else if (written.error().kind == Error::Kind::Conflict) {
        d->mayHold = false;
        qCDebug(logLease) << "another was faster";
    } else {
        d->failed("cannot take the lease", written.error());
    }
}

QCoro::Task<> LeaderElection::Private::renew(Ptr d)
{
    Clock::time_point sentAt = d->clock.now();
    Expected<Lease> written = co_await d->write(d->observed.renewed(d->duration(), d->clock.wallTime()));
    if (d->isOver())
        co_return;

    using enum Error::Kind;
    if (!written && (written.error().kind == Conflict || written.error().kind == NotFound)) {
        d->slowPath.add(); // not the version that we know: see what it is
        const Expected<Lease> got = co_await d->read();
        if (d->isOver())
            co_return;
        if (!got && got.error().kind != NotFound) {
            d->failed("cannot read the lease", got.error());
            co_return;
        }
        if (got) {
            d->observe(*got);
            if (d->isFinal())
                co_return;
            if (!d->isOurs()) {
                d->lose(u"it has another holder"_s);
                co_return;
            }
        }
        sentAt = d->clock.now();
        const QJsonObject lease = d->observed.renewed(d->duration(), d->clock.wallTime());
        written = co_await d->write(got ? lease : asNewLease(d->settings.lease, lease));
        if (d->isOver())
            co_return;
    }
    if (!written) {
        d->failed("cannot renew the lease", written.error());
        co_return;
    }
    d->observe(*written);
    if (!d->isFinal())
        d->renewed(sentAt);
}

/// Follows the lease while we wait for it: what is given back is taken at once and not at the next poll. Where it
/// cannot be watched, polling does.
QCoro::Task<> LeaderElection::Private::watch(Ptr d)
{
    const InFlight::Guard flight = d->inFlight.enter();
    const std::stop_token stop = d->watchStop.get_token();
    while (d->isCandidate()) {
        const auto onEvent = [d](const WatchEvent &event) { d->onWatchEvent(event); };
        const Expected<void> ended = co_await d->requests.watch(onEvent, stop);
        if (!d->isCandidate())
            co_return;
        if (!ended)
            qCDebug(logLease).noquote() << "cannot watch the lease:" << ended.error().message;
        if (!ended && !ended.error().isRetryable())
            co_return;
        if (!co_await d->clock.sleep(d->retryDelay(), stop))
            co_return;
    }
}

void LeaderElection::Private::onWatchEvent(const WatchEvent &event)
{
    if (!isCandidate() || event.type == WatchEvent::Type::Bookmark)
        return;
    if (event.type == WatchEvent::Type::Deleted) {
        poke();
        return;
    }
    // A watch may be behind a read: an older lease would count as a change.
    if (observed.exists() && !isNewer(event.object.resourceVersion(), observed.object().resourceVersion()))
        return;
    observe(Lease(event.object));
    if (isCandidate() && observed.holder().isEmpty())
        poke();
}

void LeaderElection::Private::poke()
{
    if (busy)
        poked = true;
    else
        next->start(0s);
}

void LeaderElection::Private::observe(const Lease &lease)
{
    const QString before = observed.holder();
    if (lease.object().uid() != observed.object().uid() || lease.object().spec() != observed.object().spec())
        observedAt = clock.now();
    observed = lease;
    if (observed.holder() == before)
        return;
    qCInfo(logLease).noquote() << "holder changed" << about();
    if (!gone)
        Q_EMIT q->holderChanged(observed.holder());
}

/// Whether there is nothing left to renew. After each wait: the process may have been frozen, and an answer that came
/// in the meantime must not make a lease that has run out look good again.
bool LeaderElection::Private::isOver()
{
    if (!isFinal() && !mayWrite())
        lose(u"it was not renewed in time"_s);
    return isFinal();
}

void LeaderElection::Private::lead(Clock::time_point sentAt)
{
    state = State::Leading;
    requestStop(watchStop);
    renewed(sentAt);
    master.set(1);
    qCInfo(logLease).noquote() << "leading" << about();
    Q_EMIT q->leading();
}

void LeaderElection::Private::renewed(Clock::time_point sentAt)
{
    trouble.reset();
    renewalSent = sentAt;
    deadline->start(sentAt + settings.renewDeadline - clock.now());
}

void LeaderElection::Private::lose(const QString &why)
{
    state = State::Lost;
    master.set(0);
    qCCritical(logLease).noquote() << "lost:" << why << about();
    stopAll();
    if (!gone)
        Q_EMIT q->lost();
}

void LeaderElection::Private::stopAll()
{
    next->stop();
    deadline->stop();
    requestStop(watchStop);
    requestStop(attemptStop);
}

void LeaderElection::Private::failed(const char *what, const Error &error)
{
    const bool isNew = std::exchange(trouble, error.kind) != error.kind;
    if (isNew)
        qCWarning(logLease).noquote() << what << "and tries again:" << error.message;
    else
        qCDebug(logLease).noquote() << what << "and tries again:" << error.message;
}

/// Empties the holder, if it is us. @p known: the lease as it is by all that we know.
Task<void> LeaderElection::Private::giveBack(Ptr d, std::optional<Lease> known)
{
    const InFlight::Guard flight = d->inFlight.enter();
    const Expected<Lease> given
        = co_await d->requests.giveBack(d->settings.identity, std::move(known), d->closing.get_token());
    if (!given)
        co_return std::unexpected(given.error());
    if (given->exists())
        d->observe(*given);
    if (given->holder().isEmpty())
        qCInfo(logLease).noquote() << "released" << d->about();
    co_return {};
}

LeaderElection::LeaderElection(Settings settings, KubeClient &client, Clock &clock, Metrics &metrics)
    : d(std::make_shared<Private>(this, std::move(settings), client, clock, metrics))
{
    Q_ASSERT(d->settings.leaseDuration > d->settings.renewDeadline);
    Q_ASSERT(d->settings.renewDeadline > d->settings.retryPeriod * 6 / 5);
    d->next = clock.makeTimer([p = d.get()] { Private::attempt(p->q->d); });
    d->deadline = clock.makeTimer([p = d.get()] { p->isOver(); });
}

LeaderElection::~LeaderElection()
{
    d->gone = true;
    d->stopAll();
    requestStop(d->closing);
}

void LeaderElection::start()
{
    if (std::exchange(d->started, true) || d->isFinal())
        return;
    Private::watch(d);
    Private::attempt(d);
}

Task<void> LeaderElection::release()
{
    const auto self = d;
    const bool isRelease = !self->isFinal();
    const std::optional known = self->state == State::Leading ? std::optional(self->observed) : std::nullopt;
    if (isRelease) {
        self->state = State::Released;
        self->master.set(0);
        self->stopAll();
    }
    co_await self->inFlight.ended();
    if (!isRelease || !self->mayHold)
        co_return {};
    co_return co_await Private::giveBack(self, known);
}

LeaderElection::State LeaderElection::state() const
{
    return d->state;
}

bool LeaderElection::mayWrite() const
{
    return d->mayWrite();
}

QString LeaderElection::holder() const
{
    return d->observed.holder();
}

} // namespace patronus
