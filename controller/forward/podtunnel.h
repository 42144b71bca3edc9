// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/connection.h"

#include <QTcpSocket>
#include <QWebSocket>

namespace patronus {

/// One connection of a port-forward: the bytes of a local socket in the frames of v4.channel.k8s.io, of which the first
/// byte is the channel: 0 carries data, 1 an error in words. On both the server first names the port. It deletes itself
/// when one side has ended.
class PodTunnel : public QObject
{
    Q_OBJECT

public:
    /// Takes @p local over.
    PodTunnel(QTcpSocket *local, QObject *parent);

    /// Connects to @p path of the server; what was sent meanwhile waits.
    void open(const KubeConnection::Access &access, const QString &path, const QByteArray &query);
    void fail(const QString &problem); ///< tells, and ends

Q_SIGNALS:
    void failed(const QString &problem);

private:
    void onFrame(const QByteArray &frame);
    void onRemoteEnded();
    void sendOn();

    QTcpSocket *m_local;
    QWebSocket m_remote;
    bool m_isOpen = false, m_isFailed = false;
    bool m_isPortNamed[2] = {false, false}; // by channel
};

} // namespace patronus
