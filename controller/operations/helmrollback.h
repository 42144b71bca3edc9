// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/helmaction.h"

namespace patronus {

/// Rolls the operator's Helm release back to an earlier revision.
class HelmRollback final : public HelmAction
{
public:
    /// @p revision 0: the last one that was deployed before.
    HelmRollback(ActionWorld world, KubeConnection &connection, HelmChoice choice, int revision);

    struct Decision {
        ActionPlan plan; ///< with the step of helm itself
        QList<ManifestDifference> differences = {};
        HelmRelease from = {}, to = {};
    };
    /// What it would do: of facts alone.
    [[nodiscard]] static Decision decisionFor(const HelmFacts &facts, int revision);

    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const int m_revision;
    Decision m_decision; // of the last plan
};

} // namespace patronus
