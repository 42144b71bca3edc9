// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/remotereader.h"
#include "kube/connection.h"
#include "models/clustermodel.h"
#include "runtime/inflight.h"

namespace patronus {

/// Carries out what is asked for in a window: each action by itself, with a client of its own to the one cluster of
/// its session, made when somebody asks for it; nothing of it ever turns to another cluster. A read-only context has
/// no such client.
class ActionRunner : public QObject
{
    Q_OBJECT

public:
    struct World {
        KubeConnection &connection;
        ClusterModel &model;
        Clock &clock;
        QString operatorNamespace;
        RemoteReader &remote; ///< by which previews look at the Patronus API
    };
    /// All of @p world has to outlive close().
    explicit ActionRunner(World world);
    ~ActionRunner() override;

    /// Plans @p request, in a model of its own (ClusterModel::addAction()), and waits for the person.
    void start(const ActionRequest &request);
    /// Ends what only plans or waits; what is being carried out begins no further step.
    [[nodiscard]] QCoro::Task<> close();

private:
    struct Run;
    QCoro::Task<> plan(std::shared_ptr<Run> run);
    QCoro::Task<> perform(std::shared_ptr<Run> run);
    [[nodiscard]] Task<ActionPlan> makePlan(std::shared_ptr<Run> run);

    const World m_world;
    std::vector<std::shared_ptr<Run>> m_runs;
    InFlight m_inFlight;
};

} // namespace patronus
