// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "models/planmodel.h"
#include "patronusapi/inventory.h"
#include "runtime/inflight.h"
#include "sdwan/kind.h"
#include "sdwan/nameclaims.h"

namespace patronus {

/// Works out what the operator would do: the operator's own reconciler, over the console's stores, with PreviewEffects
/// in place of effects. Nothing it holds could change anything.
class Previewer
{
public:
    /// All have to outlive close(). @p reads may only read; @p dryRun is KubeClient::Mode::DryRun. @p patronus is null
    /// where the API cannot be reached from here: then it is taken to hold what the objects' status says is synced.
    Previewer(KubeClient &reads, KubeClient &dryRun, const Store &sites, const Store &policies,
        PatronusClient *patronus, Clock &clock);
    ~Previewer();

    /// Fills @p plan, which has to outlive close(). One question at a time: the newest overtakes those before it, whose
    /// answers are dropped.
    void preview(const Kind &kind, const ObjectKey &key, PlanModel &plan);
    [[nodiscard]] QCoro::Task<> close();

private:
    struct Question {
        const Kind *kind;
        ObjectKey key;
        PlanModel *plan;
    };
    struct Answer {
        QList<PlannedStep> steps;
        std::optional<Error> outcome; ///< in which the reconcile would end
        QStringList notes;
    };
    QCoro::Task<> work();
    Task<Answer> answer(const Kind &kind, ObjectKey key, std::stop_token stop);

    KubeClient &m_reads;
    KubeClient &m_dryRun;
    const Store &m_sites;
    const Store &m_policies;
    Clock &m_clock;
    const bool m_reachesApi;
    const std::unique_ptr<PatronusClient> m_assumed; // where it does not
    Inventory m_inventory;
    NameClaims m_siteNames, m_policyNames;
    ObjectKey m_asked; // what is being worked on
    std::optional<Question> m_next;
    std::stop_source m_stop; // of what is being worked on
    bool m_working = false, m_closing = false;
    InFlight m_inFlight;
};

} // namespace patronus
