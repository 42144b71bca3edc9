// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "operations/change.h"
#include "operations/progress.h"

namespace patronus {

/// What stands on the operator's Deployment (annotation sdwan.patronus.dev/maintenance) while somebody holds it at
/// another number of replicas: enough for anybody to bring it back.
struct MaintenanceRecord {
    int replicas = 0; ///< before, and to come back to
    QString actor = {}, reason = {};
    QDateTime since = {}, until = {}; ///< UTC; until is when it should be over, invalid: nobody said

    [[nodiscard]] QString toText() const; ///< JSON
    /// Malformed, with what is wrong.
    [[nodiscard]] static Expected<MaintenanceRecord> fromText(const QString &text);
};

/// How the operator's Deployment is.
struct MaintenanceStatus {
    Object deployment;
    int replicas = 0; ///< wanted
    int ready = 0; ///< -1 while the server has not looked at what is wanted
    std::optional<MaintenanceRecord> record = std::nullopt;

    [[nodiscard]] bool isSettled() const { return ready == replicas; }
};

/// Reads it. Malformed where the record cannot be understood.
[[nodiscard]] Expected<MaintenanceStatus> maintenanceStatusOf(const Object &deployment);

/// Who else writes @p deployment and may undo what is done to it, a line each: Argo CD, Flux.
[[nodiscard]] QStringList gitOpsOwners(const Object &deployment);
/// Whether the HorizontalPodAutoscaler @p autoscaler sets the replicas of @p deployment.
[[nodiscard]] bool scales(const Object &autoscaler, const ObjectKey &deployment);

/// Holds the operator at fewer replicas and brings it back to the recorded number. The record is there before the first
/// other write, so that any program can go on, wherever this one ends.
class Maintenance
{
public:
    /// All have to outlive what runs.
    Maintenance(KubeClient &client, Changes &changes, Clock &clock, ObjectKey deployment, Progress progress);

    [[nodiscard]] Task<MaintenanceStatus> status(std::stop_token stop);
    /// Records and scales to @p replicas. A record that is there stays: its number is the right one. Invalid where a
    /// HorizontalPodAutoscaler would undo it. Gives what is not an obstacle, a line each.
    [[nodiscard]] Task<QStringList> begin(MaintenanceRecord record, int replicas, std::stop_token stop);
    /// Scales to the recorded number, waits until so many are ready, and takes the record away. NotFound where there is
    /// none; Unreachable when @p limit has passed: the record stays then.
    [[nodiscard]] Task<MaintenanceStatus> resume(std::chrono::seconds limit, std::stop_token stop);
    /// Waits until as many are ready as are wanted.
    [[nodiscard]] Task<MaintenanceStatus> awaitSettled(std::chrono::seconds limit, std::stop_token stop);

private:
    [[nodiscard]] Task<void> scale(Object seen, int replicas, std::stop_token stop);
    [[nodiscard]] Task<void> checkAllowed(std::stop_token stop);
    [[nodiscard]] Task<void> checkAutoscaler(std::stop_token stop);

    KubeClient &m_client;
    Changes &m_changes;
    Clock &m_clock;
    const ObjectKey m_deployment;
    const Progress m_progress;
};

} // namespace patronus
