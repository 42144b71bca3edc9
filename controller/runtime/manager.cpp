// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/manager.h"

#include "core/log.h"
#include "runtime/controller.h"
#include "runtime/events.h"
#include "runtime/inflight.h"
#include "runtime/leaderelection.h"
#include "runtime/reflector.h"
#include "runtime/store.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace patronus {

struct Manager::Private {
    enum class Stage { New, Started, Running, Stopping };

    const Parts parts;
    Stage stage = Stage::New;
    bool lost = false;
    InFlight stopping;

    [[nodiscard]] bool isLeading() const
    {
        return !parts.election || parts.election->state() == LeaderElection::State::Leading;
    }
    [[nodiscard]] bool areSynced() const
    {
        return std::ranges::all_of(parts.caches, [](const Cache &cache) { return cache.store->isSynced(); });
    }

    static Task<void> stop(std::shared_ptr<Private> d, Clock::duration grace);
};

/// All of one kind end side by side; the kinds end one after the other.
Task<void> Manager::Private::stop(std::shared_ptr<Private> d, Clock::duration grace)
{
    const InFlight::Guard guard = d->stopping.enter();
    const Parts &parts = d->parts;

    std::vector<Task<void>> controllers;
    controllers.reserve(size_t(parts.controllers.size()));
    for (Controller *const controller : parts.controllers)
        controllers.push_back(controller->stop(grace));
    for (Task<void> &ended : controllers)
        co_await ended;

    if (parts.events)
        co_await parts.events->stop();

    Expected<void> released;
    if (parts.election)
        released = co_await parts.election->release();

    std::vector<Task<void>> reflectors;
    for (const Cache &cache : parts.caches)
        for (Reflector *const reflector : cache.reflectors)
            reflectors.push_back(reflector->stop());
    for (Task<void> &ended : reflectors)
        co_await ended;
    co_return released;
}

Manager::Manager(Parts parts) : d(std::make_shared<Private>(Private{.parts = std::move(parts), .stopping = {}}))
{
}

Manager::~Manager() = default;

void Manager::start()
{
    if (d->stage != Private::Stage::New)
        return;
    d->stage = Private::Stage::Started;
    for (const Cache &cache : d->parts.caches) {
        connect(cache.store, &Store::synced, this, &Manager::onChange);
        for (Reflector *const reflector : cache.reflectors)
            reflector->start();
    }
    if (LeaderElection *const election = d->parts.election) {
        connect(election, &LeaderElection::leading, this, &Manager::onChange);
        connect(election, &LeaderElection::lost, this, &Manager::onLost);
        election->start();
    }
    onChange();
}

void Manager::onChange()
{
    if (d->stage == Private::Stage::Stopping)
        return;
    if (d->stage == Private::Stage::Started && d->isLeading() && d->areSynced()) {
        d->stage = Private::Stage::Running;
        for (Controller *const controller : d->parts.controllers)
            controller->start();
        qCInfo(logApp) << "running";
        Q_EMIT started();
    }
    Q_EMIT readinessChanged();
}

void Manager::onLost()
{
    d->lost = true;
    for (Controller *const controller : d->parts.controllers)
        std::ignore = controller->stop(); // from now on there is another writer: nothing may wait for a grace
    Q_EMIT lost();
}

Task<void> Manager::stop(Clock::duration grace)
{
    const auto self = d;
    const Clock::duration left = self->lost ? Clock::duration(0) : grace;
    if (self->stage != Private::Stage::Stopping) {
        self->stage = Private::Stage::Stopping;
        Q_EMIT readinessChanged();
        co_return co_await Private::stop(self, left);
    }
    for (Controller *const controller : self->parts.controllers)
        std::ignore = controller->stop(left);
    co_await self->stopping.ended();
    co_return {};
}

bool Manager::isLeading() const
{
    return d->isLeading();
}

bool Manager::isRunning() const
{
    return d->stage == Private::Stage::Running && !d->lost;
}

QString Manager::notReadyReason() const
{
    if (d->stage == Private::Stage::Stopping)
        return u"stopping"_s;
    if (d->lost)
        return u"the lease is lost"_s;
    QStringList missing;
    for (const Cache &cache : d->parts.caches)
        if (!cache.store->isSynced())
            missing += cache.name;
    return missing.isEmpty() ? QString() : u"not synced: "_s + missing.join(u", "_s);
}

} // namespace patronus
