// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatorinfo.h"

#include "core/json.h"
#include "operations/maintenance.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

void readLease(const Object &lease, const QDateTime &now, OperatorInfo &info)
{
    if (lease.isNull())
        return;
    info.leader = lease.spec().value("holderIdentity"_L1).toString();
    const QDateTime renewed = QDateTime::fromString(lease.spec().value("renewTime"_L1).toString(), Qt::ISODateWithMs);
    const qint64 seconds = lease.spec().value("leaseDurationSeconds"_L1).toInteger(15);
    // Other clocks than ours: only what is far over counts. What cannot be read is not known to have run out.
    info.leaderIsStale = info.leaseProblem.isEmpty() && !info.leader.isEmpty() && renewed.isValid()
        && renewed.secsTo(now) > 2 * seconds;
}

void readDeployment(const Object &deployment, OperatorInfo &info)
{
    if (deployment.isNull())
        return;
    info.replicas = int(deployment.spec().value("replicas"_L1).toInteger(1));
    info.ready = int(deployment.status().value("readyReplicas"_L1).toInteger(0));
    info.image = valueAt(deployment.json(), u"spec.template.spec.containers").toArray().first()["image"_L1].toString();
    if (const auto status = maintenanceStatusOf(deployment); !status)
        info.deploymentProblem = status.error().message;
    else if (const auto &record = status->record)
        info.held = {.replicas = record->replicas,
            .actor = record->actor,
            .reason = record->reason,
            .since = record->since,
            .until = record->until};
}

} // namespace patronus
