// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/reflector.h"

#include "core/log.h"
#include "runtime/inflight.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr Clock::duration firstDelay = 800ms;
constexpr Clock::duration longestDelay = 30s;
constexpr Clock::duration calm = 2min; // without an error, delays start over
constexpr Clock::duration shortWatch = 1s; // ended sooner, with nothing said, it counts as an error

Clock::duration uniform(Clock::duration most)
{
    return std::chrono::duration_cast<Clock::duration>(most * QRandomGenerator::global()->generateDouble());
}

double inSeconds(Clock::duration time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

/// The state machine. Each list or watch has a stop source of its own, renewed by every change of state: whatever still
/// comes from an earlier one finds its token stopped and says nothing. So does what comes after the Reflector's end.
struct Reflector::Private {
    Reflector *const q;
    KubeClient &client;
    const ResourceType type;
    const ListOptions options;
    Store &store;
    Clock &clock;
    Metrics::Gauge *const heardAt; // null: nobody looks
    std::unique_ptr<Timer> timer;

    State state = State::Idle;
    State afterBackoff = State::Listing;
    std::stop_source flight = {};
    InFlight inFlight = {};
    QString version = {}; // up to where the store knows the server's history
    std::optional<Error> error = std::nullopt;
    Clock::duration delay = {};
    Clock::time_point lastError = {};
    Clock::time_point lastHeard = {};

    /// False when a slot of stateChanged() has changed the state again.
    [[nodiscard]] bool enter(State next)
    {
        flight.request_stop();
        flight = std::stop_source();
        timer->stop();
        const std::stop_token current = flight.get_token();
        if (std::exchange(state, next) != next)
            Q_EMIT q->stateChanged();
        return !current.stop_requested();
    }

    void hear()
    {
        lastHeard = clock.now();
        if (heardAt)
            heardAt->set(static_cast<double>(clock.wallTime().toSecsSinceEpoch()));
    }

    void becomeIdle() { std::ignore = enter(State::Idle); }

    void beginListing(const std::shared_ptr<Private> &self)
    {
        if (enter(State::Listing))
            list(self);
    }

    void beginWatching(const std::shared_ptr<Private> &self)
    {
        if (enter(State::Watching))
            watch(self);
    }

    void backOff(State next, const Error &why)
    {
        const Clock::time_point now = clock.now();
        const bool startsOver = delay == Clock::duration() || now - lastError > calm;
        delay = startsOver ? firstDelay : std::min(delay * 2, longestDelay);
        lastError = now;
        error = why;
        afterBackoff = next;
        // Full jitter, on top of what the server asks for: the others were asked for the same.
        const Clock::duration wait = why.retryAfter.value_or(0s) + uniform(delay);
        if (why.kind == Error::Kind::Gone)
            qCInfo(logWatch).noquote() << type.plural << "listing again in" << inSeconds(wait) << "s:" << why.message;
        else if (why.kind == Error::Kind::Forbidden || why.kind == Error::Kind::Unauthorized) // waits for a person
            qCCritical(logWatch).noquote()
                << type.plural << "trying again in" << inSeconds(wait) << "s:" << why.message;
        else
            qCWarning(logWatch).noquote() << type.plural << "trying again in" << inSeconds(wait) << "s:" << why.message;
        if (enter(State::Backoff))
            timer->start(wait);
    }

    static QCoro::Task<> list(std::shared_ptr<Private> d);
    static QCoro::Task<> watch(std::shared_ptr<Private> d);
    void onEvent(const WatchEvent &event);
};

QCoro::Task<> Reflector::Private::list(std::shared_ptr<Private> d)
{
    const InFlight::Guard guard = d->inFlight.enter();
    const std::stop_token stop = d->flight.get_token();
    const auto onObject = [raw = d.get(), stop](const Object &object) {
        if (stop.stop_requested())
            return;
        raw->hear();
        raw->store.upsert(object);
    };
    d->store.beginReplace(d->options.nameSpace);
    const auto version = co_await d->client.list(d->type, d->options, onObject, stop);
    if (stop.stop_requested())
        co_return;
    if (!version) {
        d->backOff(State::Listing, version.error());
        co_return;
    }
    d->version = *version;
    d->hear();
    d->store.endReplace(d->options.nameSpace);
    qCDebug(logWatch).noquote() << d->type.plural << "listed" << logField("objects", d->store.size())
                                << logField("resourceVersion", d->version);
    if (!stop.stop_requested())
        d->beginWatching(d);
}

QCoro::Task<> Reflector::Private::watch(std::shared_ptr<Private> d)
{
    const InFlight::Guard guard = d->inFlight.enter();
    const std::stop_token stop = d->flight.get_token();
    const Clock::time_point began = d->clock.now();
    bool heard = false;
    const auto onEvent = [raw = d.get(), stop, &heard](const WatchEvent &event) {
        if (stop.stop_requested())
            return;
        heard = true;
        raw->onEvent(event);
    };
    ListOptions options = d->options;
    options.isKnown = [raw = d.get(), stop, &heard](const ObjectVersion &version) {
        if (stop.stop_requested() || raw->store.needs(version))
            return false;
        heard = true;
        raw->hear();
        raw->version = version.resourceVersion;
        return true;
    };
    auto ended = co_await d->client.watch(d->type, options, d->version, onEvent, stop);
    if (stop.stop_requested())
        co_return;
    if (ended && !heard && d->clock.now() - began < shortWatch)
        ended = std::unexpected(Error{Error::Kind::Unreachable, u"the server ended the watch at once"_s});
    if (ended) {
        d->beginWatching(d);
        co_return;
    }
    // A line that is no event would come again from the same version, for ever: only a list leads past it.
    const auto kind = ended.error().kind;
    const bool lost = kind == Error::Kind::Gone || kind == Error::Kind::Malformed;
    d->backOff(lost ? State::Listing : State::Watching, ended.error());
}

void Reflector::Private::onEvent(const WatchEvent &event)
{
    hear();
    version = event.object.resourceVersion();
    switch (event.type) {
    case WatchEvent::Type::Added:
    case WatchEvent::Type::Modified:
        store.upsert(event.object);
        break;
    case WatchEvent::Type::Deleted:
        store.remove(event.object.key());
        break;
    case WatchEvent::Type::Bookmark:
        break; // moves the version, nothing else
    }
}

static Metrics::Gauge &heardGauge(Metrics &metrics, const ResourceType &type, const QString &nameSpace)
{
    return metrics.gauge("patronus_operator_watch_heard_timestamp_seconds",
        "When the API server last sent an object or a bookmark of this resource",
        {{"resource", type.plural.toStdString()}, {"scope", nameSpace.toStdString()}});
}

Reflector::Reflector(
    KubeClient &client, ResourceType type, ListOptions options, Store &store, Clock &clock, Metrics *metrics)
    : d(new Private{.q = this,
          .client = client,
          .type = type,
          .options = options,
          .store = store,
          .clock = clock,
          .heardAt = metrics ? &heardGauge(*metrics, type, options.nameSpace) : nullptr,
          .timer
          = clock.makeTimer([this] { d->afterBackoff == State::Listing ? d->beginListing(d) : d->beginWatching(d); })})
{
    store.addFeed(d->options.nameSpace);
}

Reflector::~Reflector()
{
    d->flight.request_stop();
    d->timer.reset(); // what is in flight may hold d for a moment longer than the clock lives
}

void Reflector::start()
{
    if (d->state == State::Idle)
        d->beginListing(d);
}

Task<void> Reflector::stop()
{
    const auto shared = d;
    shared->becomeIdle();
    co_await shared->inFlight.ended();
    co_return {};
}

Reflector::State Reflector::state() const
{
    return d->state;
}

std::optional<Error> Reflector::lastError() const
{
    return d->state == State::Backoff ? d->error : std::nullopt;
}

Clock::time_point Reflector::lastHeard() const
{
    return d->lastHeard;
}

void Reflector::listAgain()
{
    if (d->state == State::Watching || d->state == State::Backoff)
        d->beginListing(d);
}

} // namespace patronus
