// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/planmodel.h"
#include "operations/reconcilepreview.h"
#include "runtime/inflight.h"

namespace patronus {

/// Answers what the operator would do, by a ReconcilePreview over the console's stores, one question after the other.
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
    QCoro::Task<> work();
    Task<void> answer(Question question, std::stop_token stop);

    Clock &m_clock;
    ReconcilePreview m_preview;
    ObjectKey m_asked; // what is being worked on
    std::optional<Question> m_next;
    std::stop_source m_stop; // of what is being worked on
    bool m_working = false, m_closing = false;
    InFlight m_inFlight;
};

} // namespace patronus
