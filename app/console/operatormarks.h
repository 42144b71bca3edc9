// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/chartmodel.h"
#include "runtime/store.h"

#include <QMap>

namespace patronus {

/// What happened to the operator, as marks for the charts: restarts of its containers, pods that were replaced,
/// rollouts, maintenance. What the cluster still tells of the time before is marked too; what it forgets stays.
class OperatorMarks
{
public:
    /// The stores of the operator's objects, and @p clock, have to outlive it.
    OperatorMarks(const Store &pods, const Store &replicaSets, const Store &deployments, Clock &clock);

    /// Reads the stores again, after a change.
    void refresh();
    /// Oldest first. What has not ended yet ends at WallTime::max().
    [[nodiscard]] QList<ChartMark> marks() const;

private:
    void readReplicaSet(const Object &replicaSet);
    void readDeployment(const Object &deployment);
    void readPod(const Object &pod);
    void add(const QString &key, const ChartMark &mark);
    [[nodiscard]] WallTime now() const;

    const Store &m_pods;
    const Store &m_replicaSets;
    const Store &m_deployments;
    Clock &m_clock;
    QMap<QString, ChartMark> m_marks; // by what they are about: none is made twice
    QString m_revision; // of the Deployment when it was last read
    QString m_maintenance; // key of the one that is going on
};

} // namespace patronus
