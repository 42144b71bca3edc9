// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "patronusapi/inventory.h"
#include "runtime/events.h"
#include "runtime/store.h"
#include "sdwan/effects.h"

namespace patronus {

/// Sends the steps, and lays each answer over the cache that the reconciler reads, so that it never reads older than it
/// wrote. All given objects have to outlive it.
class LiveEffects : public Effects
{
public:
    /// @p stores: by RemoteKind's resource, sites first.
    LiveEffects(KubeClient &kube, PatronusClient &patronus, Inventory &inventory, EventRecorder &events, Store &sites,
        Store &policies);

    Task<void> perform(QList<Step> steps, std::stop_token stop) override;

private:
    Task<void> send(PutRemote step, std::stop_token stop);
    Task<void> send(DeleteRemote step, std::stop_token stop);
    Task<void> send(SetFinalizer step, std::stop_token stop);
    Task<void> send(RemoveFinalizer step, std::stop_token stop);
    Task<void> send(PatchStatus step, std::stop_token stop);
    Task<void> send(RecordEvent step, std::stop_token stop);
    [[nodiscard]] Store &storeOf(const ResourceType &type) const;

    KubeClient &m_kube;
    PatronusClient &m_patronus;
    Inventory &m_inventory;
    EventRecorder &m_events;
    Store &m_sites, &m_policies;
};

/// The requests of the Kubernetes steps: the live and the preview effects send the very same ones.
[[nodiscard]] Task<Object> sendFinalizer(KubeClient &client, SetFinalizer step, std::stop_token stop);
/// JSON patch that tests UID and finalizer first. Gives the object's metadata without it; null when it had gone
/// already.
[[nodiscard]] Task<Object> sendFinalizerRemoval(KubeClient &client, RemoveFinalizer step, std::stop_token stop);

} // namespace patronus
