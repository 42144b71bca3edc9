// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/rollout.h"

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
    Rollout rollout;
    std::optional<MaintenanceRecord> record = std::nullopt;
};

/// Reads it. Malformed where the record cannot be understood.
[[nodiscard]] Expected<MaintenanceStatus> maintenanceStatusOf(const Object &deployment);

/// Reads it from the server. @p client has to outlive it.
[[nodiscard]] Task<MaintenanceStatus> readMaintenance(KubeClient &client, ObjectKey deployment, std::stop_token stop);

/// The operator's Deployment in that world.
[[nodiscard]] ObjectKey operatorDeployment(const ActionWorld &world);

/// The names of the HorizontalPodAutoscalers among @p scalers that scale @p deployment, which is in their namespace.
[[nodiscard]] QStringList namesOfScalers(const QList<Object> &scalers, const Object &deployment);
/// The same, as the server has them; none where they may not be looked at. @p client
/// has to outlive it.
[[nodiscard]] QCoro::Task<QStringList> readAutoscalers(KubeClient &client, Object deployment, std::stop_token stop);

/// What is to become of the operator.
struct MaintenanceWish {
    enum class Aim {
        Hold, ///< at one replica
        Stop, ///< at none: an emergency
        BringBack, ///< to the number that was recorded
    };
    Aim aim = Aim::Hold;
    QString reason = {};
    std::chrono::seconds holdFor = {}; ///< zero: nobody says how long
    std::chrono::seconds limit = std::chrono::minutes(5); ///< of the wait for ready replicas
};

/// What a plan for it needs to know.
struct MaintenanceFacts {
    MaintenanceStatus status;
    QStringList autoscalers = {}; ///< names of those that scale this Deployment
    QStringList budgets = {}; ///< names of PodDisruptionBudgets that would let no pod go at one replica
    QStringList backup = {}; ///< backupWarnings()
    qsizetype deleting = 0; ///< Sites and Policies that wait to be gone
    QString user = {};
    QDateTime now = {};
};

/// Holds the operator at fewer replicas, or brings it back to the recorded number. The record is there before the first
/// other write, and goes after the last, so that any program can go on, wherever this one ends.
class Maintenance final : public ChangeAction
{
public:
    Maintenance(ActionWorld world, MaintenanceWish wish);

    /// What has to be done: of facts alone.
    [[nodiscard]] static Decision decisionFor(const MaintenanceFacts &facts, const MaintenanceWish &wish);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    [[nodiscard]] Task<QString> awaitLeader(std::stop_token stop);

    const MaintenanceWish m_wish;
};

} // namespace patronus
