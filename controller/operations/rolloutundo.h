// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/maintenance.h"

namespace patronus {

/// What a Deployment's pods once were, as one of its ReplicaSets keeps it.
struct RolloutRevision {
    int revision = 0;
    QStringList images = {};
    QString cause = {}; ///< annotation kubernetes.io/change-cause
    QDateTime created = {};
    bool isCurrent = false;
    QJsonObject podTemplate = {}; ///< without what the Deployment's controller adds
};

/// The history of @p deployment among @p replicaSets, oldest first.
[[nodiscard]] QList<RolloutRevision> rolloutHistoryOf(const Object &deployment, const QList<Object> &replicaSets);
/// Reads it. @p client has to outlive it.
[[nodiscard]] Task<QList<RolloutRevision>> readRolloutHistory(
    KubeClient &client, Object deployment, std::stop_token stop);

/// Sets the operator's pods back to what they were, as `kubectl rollout undo` does; the number of replicas stays. Helm
/// does not know of it.
class RolloutUndo final : public ChangeAction
{
public:
    /// @p revision 0: the one before.
    RolloutUndo(ActionWorld world, int revision, std::chrono::seconds limit);

    /// Of facts alone.
    [[nodiscard]] static Decision decisionFor(
        const Object &deployment, const QList<RolloutRevision> &history, int revision);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const int m_revision;
    const std::chrono::seconds m_limit;
};

} // namespace patronus
