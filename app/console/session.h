// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/actionrunner.h"
#include "app/console/chosenprometheus.h"
#include "app/console/operatorlog.h"
#include "app/console/operatormarks.h"
#include "app/console/options.h"
#include "app/console/previewer.h"
#include "app/console/remotereader.h"
#include "app/console/reports.h"
#include "kube/connection.h"
#include "models/clustermodel.h"
#include "patronusapi/client.h"
#include "runtime/reflector.h"

#include <vector>

namespace patronus {

/// One connected cluster: the only class that knows both the library and the models. Its clients can read and try out,
/// and nothing else; what changes something is ActionRunner's. It never turns to another context: that is another
/// session.
class Session : public QObject
{
    Q_OBJECT

public:
    /// Begins to read at once. A session that is read-only, by @p entry or @p options, does not even try changes out,
    /// and its model's context says so. Credential plugins run as @p exec says. An error is what can be told without
    /// the network. @p clock has to outlive it.
    [[nodiscard]] static Expected<std::unique_ptr<Session>> open(const KubeContext &context, const ContextEntry &entry,
        const ConsoleOptions &options, ExecOptions exec, Clock &clock);
    ~Session() override;

    [[nodiscard]] ClusterModel &model() { return m_model; }
    /// The context as its file has it now: other credentials are used from the next request on, and a view that waits
    /// for good ones tries them at once. Invalid, and all stays as it was, where they cannot be used or belong to
    /// another server.
    [[nodiscard]] Expected<void> renew(const KubeContext &context);
    /// Ends when nothing is in flight any more; then it may be destroyed.
    [[nodiscard]] QCoro::Task<> close();

private:
    struct Clients {
        std::unique_ptr<KubeConnection> connection;
        std::unique_ptr<KubeClient> watches, logs, reads;
        std::unique_ptr<KubeClient> dryRun; ///< or read-only, where the context is
        std::unique_ptr<HttpPatronusClient> patronus; ///< null: not reached
        OperatorMetrics::Page metrics;
    };
    Session(Clients clients, const ContextEntry &entry, const ConsoleOptions &options, Clock &clock);
    struct Watch {
        ResourceType type;
        ListOptions options;
        Store *store;
        std::unique_ptr<Reflector> reflector;
        QString refusal = {}; ///< why it is not of all namespaces; empty: nobody wanted it, or it is
    };
    void watch(const ResourceType &type, ListOptions options, Store &store);
    void begin(Watch &watch);
    void read(Watch &watch, const QString &nameSpace);
    void readNamespace(const QString &nameSpace);
    void refreshLiveness();
    [[nodiscard]] Liveness livenessOf(Watch &watch);
    void refreshOperator();
    void refreshSources();
    void refreshMarks();
    QCoro::Task<> readSchemas(); ///< what edits are held against

    const ConsoleOptions m_options;
    Clock &m_clock;
    const Clients m_clients;
    Store m_sites, m_policies, m_events, m_leases, m_deployments, m_pods, m_replicaSets;
    ClusterModel m_model;
    std::vector<Watch> m_watches; // Sites, Policies, Events first, as in ClusterModel::allResources
    InFlight m_ending; // reflectors that are no longer wanted
    bool m_isClosing = false;
    std::stop_source m_closing; // what is read once
    QString m_ownNamespace; // read where not all may be; empty: the person has to say it
    ChosenPrometheus m_prometheus;
    OperatorMetrics m_metrics;
    OperatorMarks m_marks;
    OperatorLog m_log;
    Previewer m_previewer;
    RemoteReader m_remote;
    ActionRunner m_actions;
    Reports m_reports;
    std::unique_ptr<Timer> m_tick;
};

} // namespace patronus
