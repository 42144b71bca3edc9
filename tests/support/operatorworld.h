// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/patronussimulator.h"
#include "core/clock.h"
#include "kube/connection.h"
#include "patronusapi/client.h"
#include "support/controlplane.h"
#include "support/operatorprocess.h"

namespace patronus {

/// A change that the API server was asked for by an operator, as its audit log has it.
struct AuditedWrite {
    QDateTime received; ///< when the server got it
    QDateTime answered;
    QString user; ///< the operator's, as startOperator() was given it
    QString verb; ///< create, update, patch, delete
    QString resource; ///< with its subresource: "sites/status", "leases", "events"
    ObjectKey key;
    int status = 0; ///< of the answer
    QJsonObject body; ///< as it was sent; a JSON patch, being an array, is left out

    /// "patch sites/status default/hq": what a failed comparison shows.
    [[nodiscard]] QString text() const;
};

/// All that an operator lives among: a real API server with our CRDs, the guide's RBAC and an audit log, and the
/// simulated Patronus API in this process, its telemetry frozen until a test moves it.
///
/// Operators run as users of their own (impersonated, in the group that the guide's ClusterRole is bound to), so that
/// they may do exactly what the guide allows, and the audit log tells them apart.
class OperatorWorld
{
public:
    struct Options {
        ControlPlane::Options plane = {.audit = true};
        PatronusSimulator::Settings simulator = {.isFrozen = true};
        QHostAddress simulatorAddress = QHostAddress::LocalHost;
    };

    [[nodiscard]] static Expected<std::unique_ptr<OperatorWorld>> start(Options options);
    [[nodiscard]] static Expected<std::unique_ptr<OperatorWorld>> start() { return start(Options()); }
    ~OperatorWorld();
    Q_DISABLE_COPY_MOVE(OperatorWorld)

    [[nodiscard]] ControlPlane &plane() { return *m_plane; }
    [[nodiscard]] PatronusSimulator &simulator() { return m_simulator; }
    [[nodiscard]] Clock &clock() { return m_clock; }
    [[nodiscard]] KubeClient &client() { return *m_client; } ///< the administrator's
    /// The Patronus API as somebody else uses it, who meets the simulator's faults like the operator does.
    [[nodiscard]] HttpPatronusClient &otherClient() { return *m_otherClient; }

    /// What an operator of this world is started with; @p user must be a DNS label.
    [[nodiscard]] OperatorProcess::Options operatorOptions(const QString &user = QStringLiteral("operator")) const;
    /// Starts one more, with @p flags, and does not wait for it.
    [[nodiscard]] std::unique_ptr<OperatorProcess> startOperator(
        const QStringList &flags = {}, const QString &user = QStringLiteral("operator")) const;

    /// The objects in all namespaces, as the server has them now. A server that does not answer is waited for, a minute
    /// at most: it must not pass for one that has nothing.
    [[nodiscard]] QList<Object> objects(const ResourceType &type) const;
    [[nodiscard]] std::optional<Object> find(
        const ResourceType &type, const QString &name, const QString &nameSpace = QStringLiteral("default")) const;
    /// The reason of an object's condition Ready ("Synced") if that speaks of the object's generation; else empty.
    [[nodiscard]] QString reasonOf(
        const ResourceType &type, const QString &name, const QString &nameSpace = QStringLiteral("default")) const;

    /// What all operators of this world have asked to change so far, oldest first.
    [[nodiscard]] QList<AuditedWrite> writes() const;
    /// The same without the Lease's, as texts, from the @p first one on: what is to be empty in steady state.
    [[nodiscard]] QStringList changes(qsizetype first = 0) const;

    /// Does what a node and its controllers would: as many replicas of the Deployment are ready as are wanted.
    void readyReplicas(const ObjectKey &deployment) const;
    /// The same where controllers make the pods: each runs, and is ready.
    void readyPods() const;

    /// What the Patronus API holds: names of Sites and Policies, "sites/hq".
    [[nodiscard]] QStringList inventory() const;
    /// Requests to the Patronus API so far that asked for a change.
    [[nodiscard]] qint64 remoteChanges() const;

    /// Removes all Sites and Policies here and in the simulator, whoever holds them, and mends the simulator. To be
    /// called while no operator runs.
    void clear();

private:
    explicit OperatorWorld(PatronusSimulator::Settings settings) : m_simulator(std::move(settings), m_clock) { }
    [[nodiscard]] Expected<void> prepare(const QHostAddress &simulatorAddress);

    SystemClock m_clock;
    std::unique_ptr<ControlPlane> m_plane;
    PatronusSimulator m_simulator;
    std::unique_ptr<KubeConnection> m_connection;
    std::unique_ptr<KubeClient> m_client;
    std::unique_ptr<HttpPatronusClient> m_otherClient;
};

} // namespace patronus
