// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/helmaction.h"

namespace patronus {

struct HelmUpgradeWish {
    QString chart; ///< a folder or a .tgz
    QStringList valuesFiles = {};
    bool resetValues = false; ///< else the values that the release has are kept, under those of the files
};

/// Upgrades the operator's Helm release to a chart or to other values.
class HelmUpgrade final : public HelmAction
{
public:
    HelmUpgrade(ActionWorld world, KubeConnection &connection, HelmChoice choice, HelmUpgradeWish wish);

    struct Decision {
        ActionPlan plan; ///< with the step of helm itself
        QList<ManifestDifference> differences = {};
    };
    /// What becomes of the release when it is @p rendered: of facts alone.
    [[nodiscard]] static Decision decisionFor(
        const HelmFacts &facts, const HelmRelease &rendered, const HelmUpgradeWish &wish);

    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    [[nodiscard]] QStringList arguments(const HelmRelease &release) const;

    const HelmUpgradeWish m_wish;
    HelmRelease m_last, m_rendered; // of the last plan
    QString m_command;
};

} // namespace patronus
