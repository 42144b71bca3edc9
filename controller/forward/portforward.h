// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/connection.h"
#include "runtime/inflight.h"

#include <QTcpServer>

namespace patronus {

/// A port of 127.0.0.1 that leads to a port of a pod, as `kubectl port-forward` has it: each connection to it is a
/// WebSocket to the API server (subprotocol v4.channel.k8s.io). Needs the right to get, since Kubernetes 1.35 to
/// create, pods/portforward. Connections of other users of this machine are refused where that can be told (Linux).
/// Destroying it ends what is open. Event-loop thread only.
class PortForward : public QObject
{
    Q_OBJECT

public:
    /// @p connection has to outlive close().
    PortForward(KubeConnection &connection, const ObjectKey &pod, int port);
    ~PortForward() override;

    /// The local port; Unreachable where none can be had.
    [[nodiscard]] Expected<quint16> listen();
    /// What went wrong with the last connection; empty: nothing.
    [[nodiscard]] QString problem() const { return m_problem; }
    void noteProblem(const QString &problem);
    [[nodiscard]] QCoro::Task<> close();

private:
    void onConnection();
    QCoro::Task<> open(QPointer<class PodTunnel> tunnel);

    KubeConnection &m_connection;
    const ObjectKey m_pod;
    const int m_port;
    QTcpServer m_server;
    QString m_problem;
    std::stop_source m_closing;
    InFlight m_inFlight;
};

} // namespace patronus
