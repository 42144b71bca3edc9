// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

namespace patronus {

/// A network between somebody and a server on this machine, which can be cut. It works while the event loop turns.
class Relay
{
public:
    explicit Relay(quint16 to) : m_to(to)
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { accept(); });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("no port: %s", qPrintable(m_server.errorString()));
        m_port = m_server.serverPort();
    }

    [[nodiscard]] quint16 port() const { return m_port; }
    /// Every connection breaks, and none is made, until mend().
    void cut()
    {
        m_server.close();
        for (const auto &socket : std::as_const(m_sockets))
            if (socket)
                socket->abort();
        m_sockets.clear();
    }
    void mend()
    {
        if (!m_server.listen(QHostAddress::LocalHost, m_port))
            qFatal("the port is gone: %s", qPrintable(m_server.errorString()));
    }

private:
    void accept()
    {
        while (QTcpSocket *const near = m_server.nextPendingConnection()) {
            auto *const far = new QTcpSocket(near);
            m_sockets << near << far;
            pass(near, far);
            pass(far, near);
            QObject::connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
            far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_to);
        }
    }
    static void pass(QTcpSocket *from, QTcpSocket *to)
    {
        QObject::connect(from, &QTcpSocket::readyRead, to, [from, to] { to->write(from->readAll()); });
        QObject::connect(from, &QTcpSocket::disconnected, to, [to] { to->disconnectFromHost(); });
    }

    const quint16 m_to;
    quint16 m_port = 0;
    QTcpServer m_server;
    QList<QPointer<QTcpSocket>> m_sockets;
};

} // namespace patronus
