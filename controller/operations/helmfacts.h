// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/helmhistory.h"
#include "operations/maintenance.h"
#include "operations/manifestdiff.h"

namespace patronus {

/// What a plan for the operator's release needs to know, and what a person has to know of it.
struct HelmFacts {
    HelmHistory history;
    std::optional<MaintenanceStatus> deployment = std::nullopt; ///< the operator's, as it runs
    QStringList autoscalers = {}; ///< names of those that scale it
    QList<ResourceType> types = {}; ///< that the server serves
    QList<Object> crds = {}; ///< of Sites and Policies, where they may be read
    QStringList backup = {}; ///< backupWarnings()
    QStringList problems = {}; ///< why helm cannot be run, with the remedy

    [[nodiscard]] const HelmRelease &last() const { return history.last(); }

    /// Who or what is touched by @p manifest, or would undo it.
    [[nodiscard]] QStringList warnings(const QList<QJsonObject> &manifest) const;
    /// How many objects it is about, and how many replicas there will be.
    [[nodiscard]] QStringList consequences(
        const QList<QJsonObject> &manifest, const QList<ManifestDifference> &differences) const;
    /// Whether what @p release writes is kept by the CRDs that the cluster has.
    [[nodiscard]] QStringList crdWarnings(const HelmRelease &release) const;
    /// Whether @p release and those CRDs speak different languages: the replaced operator's, and this one's.
    [[nodiscard]] QStringList crdObstacles(const HelmRelease &release) const;
};

/// Why @p differences may not come true: objects would go with which other things go.
[[nodiscard]] QStringList lossesOf(const QList<ManifestDifference> &differences);

/// "- values.replicaCount: 3", of what the templates see.
[[nodiscard]] QStringList valuesDiff(const HelmRelease &from, const HelmRelease &to);

} // namespace patronus
