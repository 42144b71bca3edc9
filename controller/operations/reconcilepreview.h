// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "patronusapi/inventory.h"
#include "sdwan/kind.h"
#include "sdwan/nameclaims.h"
#include "sdwan/previeweffects.h"
#include "sdwan/servedschema.h"
#include "sdwan/telemetry.h"

namespace patronus {

/// Works out what the operator would do with the objects of two stores: the operator's own reconciler, with
/// PreviewEffects in place of effects. Nothing it holds could change anything.
class ReconcilePreview
{
public:
    /// All of it has to outlive what runs. @c reads may only read; @c dryRun is KubeClient::Mode::DryRun, or a client
    /// that may only read: then nothing is tried out.
    struct World {
        KubeClient &reads, &dryRun;
        const Store &sites, &policies;
        PatronusClient *patronus; ///< null: out of reach; it is taken to hold what the objects' status says is synced
        Clock &clock;
    };
    /// What one reconcile would come to.
    struct Answer {
        QList<PreviewEffects::Entry> steps = {};
        std::optional<Error> outcome = std::nullopt; ///< in which it would end
    };

    explicit ReconcilePreview(World world);
    ~ReconcilePreview();

    /// Reads schemas and the Patronus API; to be done before of(). Gives what is to be said of how well that went.
    /// An error where the API cannot be read, or the CRD of one of @p kinds is another language.
    [[nodiscard]] Task<QStringList> refresh(QList<const Kind *> kinds, std::stop_token stop);
    /// Reconciles one object. What it would send to the Patronus API is taken to be there for the next one. UIDs in
    /// @p assumed are of objects that the API server does not have, or not as they are in the store: no step of theirs
    /// is tried out. The numbers of telemetry in a status stay as they are, as they change by themselves.
    [[nodiscard]] Task<Answer> of(const Kind *kind, ObjectKey key, QSet<QString> assumed, std::stop_token stop);

private:
    const World m_world;
    const std::unique_ptr<PatronusClient> m_assumed; // where the API is out of reach
    Inventory m_inventory;
    Telemetry m_telemetry;
    NameClaims m_siteNames, m_policyNames;
    ServedSchema m_siteSchema, m_policySchema;
};

} // namespace patronus
