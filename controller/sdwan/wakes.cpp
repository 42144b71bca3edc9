// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/wakes.h"

using namespace std::chrono_literals;

namespace patronus {

Wakes::Wakes(Side sites, Side policies, const Inventory &inventory, const Telemetry &telemetry, const Sweeper &sweeper,
    const SchemaWatch &schemas)
    : m_sites(sites), m_policies(policies), m_telemetry(telemetry)
{
    follow(m_sites, m_siteReferences);
    follow(m_policies, m_policyReferences);
    connect(&sites.store, &Store::upserted, this, [this](const Object &after, const Object &before) {
        if (before.isNull() || before.isDeleting() != after.isDeleting())
            wakeReferrers(after.key().name);
    });
    connect(&sites.store, &Store::removed, this, [this](const Object &last) { wakeReferrers(last.key().name); });

    connect(&inventory, &Inventory::changed, this, [this](RemoteKind kind, const QString &name) {
        wakeNamed(kind == RemoteKind::Site ? m_sites : m_policies, name, WorkQueue::Class::Routine);
    });
    const auto onEverything = [this] {
        wakeAll(m_sites);
        wakeAll(m_policies);
    };
    connect(&sweeper, &Sweeper::inventorySettled, this, onEverything);
    connect(&schemas, &SchemaWatch::changed, this, onEverything);
    connect(&sweeper, &Sweeper::telemetryRead, this, [this] {
        wakeNews(m_sites);
        wakeNews(m_policies);
    });
}

void Wakes::follow(const Side &side, ReferenceIndex &references)
{
    const Kind &kind = side.kind;
    side.store.forEach([&](const Object &object) { references.set(object.key(), kind.references(object)); });
    connect(&side.store, &Store::upserted, this, [&kind, &references](const Object &after, const Object &before) {
        if (before.isNull() || before.generation() != after.generation())
            references.set(after.key(), kind.references(after));
    });
    connect(&side.store, &Store::upserted, this, [this, &side](const Object &after, const Object &before) {
        if (!NameClaims::isClaimChanged(after, before))
            return;
        for (const Object &other : side.names.claimants(after.key().name)) // what they were told names the owner
            if (other.key() != after.key())
                side.controller.wake(other.key(), WorkQueue::Class::Urgent);
    });
    connect(&side.store, &Store::removed, this, [this, &side, &references](const Object &last) {
        references.remove(last.key());
        wakeNamed(side, last.key().name, WorkQueue::Class::Urgent); // a name has become free
    });
}

void Wakes::wakeReferrers(const QString &site)
{
    for (const ObjectKey &key : m_siteReferences.referrers(site))
        m_sites.controller.wake(key, WorkQueue::Class::Urgent);
    for (const ObjectKey &key : m_policyReferences.referrers(site))
        m_policies.controller.wake(key, WorkQueue::Class::Urgent);
}

void Wakes::wakeNamed(const Side &side, const QString &name, WorkQueue::Class urgency)
{
    for (const Object &object : side.names.claimants(name))
        side.controller.wake(object.key(), urgency);
}

void Wakes::wakeAll(const Side &side)
{
    for (const ObjectKey &key : side.store.keys())
        side.controller.wake(key, WorkQueue::Class::Routine);
}

void Wakes::wakeNews(const Side &side)
{
    // 50 ms apart: no faster than the 20 status writes a second that crds.md allows.
    Clock::duration delay{};
    side.store.forEach([&](const Object &object) {
        if (!m_telemetry.hasNews(side.kind.remote, object))
            return;
        side.controller.wake(object.key(), WorkQueue::Class::Routine, delay);
        delay += 50ms;
    });
}

} // namespace patronus
