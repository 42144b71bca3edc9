// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/remotereader.h"
#include "kube/kubecontext.h"
#include "models/clustermodel.h"
#include "operations/rolloutundo.h"
#include "runtime/inflight.h"

#include <set>

namespace patronus {

/// Looks into what a window asks for, and fills the reports of its model. It reads, and nothing else.
class Reports : public QObject
{
    Q_OBJECT

public:
    struct World {
        KubeClient &reads, &dryRun;
        RemoteReader &remote;
        const Store &sites, &policies;
        ClusterModel &model;
        Clock &clock;
        QString operatorNamespace;
        KubeContext context; ///< what reads was made of
    };
    /// All of @p world has to outlive close().
    explicit Reports(World world);
    ~Reports() override;

    [[nodiscard]] QCoro::Task<> close();

private:
    QCoro::Task<> answer(ClusterModel::Report report);
    void readAgain();
    void readBackups();
    void readJournal();
    [[nodiscard]] Task<void> findLastBackup();
    [[nodiscard]] Task<void> readReleases();
    [[nodiscard]] Task<QList<RolloutRevision>> readRollouts();
    [[nodiscard]] Task<void> diagnose();
    [[nodiscard]] Task<void> findDrift();

    const World m_world;
    std::stop_source m_stop;
    InFlight m_inFlight;
    std::set<ClusterModel::Report> m_askedAgain; // while they were being looked into
};

} // namespace patronus
