// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/portforward.h"

#include "forward/podtunnel.h"

#include <QFile>
#include <QPointer>
#include <QUrl>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Whether the other end of @p socket, which is on this machine, is this user's; true where that cannot be told.
/// /proc/net/tcp has a line for each end: number, local and remote address:port, state, queues, timer, retransmits,
/// uid.
bool isOwn(const QTcpSocket &socket)
{
    QFile table(u"/proc/net/tcp"_s);
    if (!table.open(QIODevice::ReadOnly))
        return true;
    const auto port
        = [](const QByteArray &address) { return address.sliced(address.indexOf(':') + 1).toInt(nullptr, 16); };
    for (const QByteArray &line : table.readAll().split('\n').sliced(1))
        if (const QByteArrayList fields = line.simplified().split(' ');
            fields.size() > 7 && port(fields[1]) == socket.peerPort() && port(fields[2]) == socket.localPort())
            return fields[7].toUInt() == getuid();
    return false;
}

} // namespace

PortForward::PortForward(KubeConnection &connection, const ObjectKey &pod, int port)
    : m_connection(connection), m_pod(pod), m_port(port)
{
    connect(&m_server, &QTcpServer::newConnection, this, &PortForward::onConnection);
}

PortForward::~PortForward() = default;

Expected<quint16> PortForward::listen()
{
    if (!m_server.listen(QHostAddress::LocalHost))
        return std::unexpected(Error{.kind = Error::Kind::Unreachable,
            .message = u"no port of this machine for a port-forward: %1"_s.arg(m_server.errorString())});
    return m_server.serverPort();
}

QCoro::Task<> PortForward::close()
{
    m_server.close();
    m_closing.request_stop();
    qDeleteAll(findChildren<PodTunnel *>(Qt::FindDirectChildrenOnly));
    return m_inFlight.ended();
}

void PortForward::noteProblem(const QString &problem)
{
    m_problem = problem;
}

void PortForward::onConnection()
{
    while (QTcpSocket *local = m_server.nextPendingConnection()) {
        if (!isOwn(*local)) {
            delete local;
            continue;
        }
        auto *tunnel = new PodTunnel(local, this);
        connect(tunnel, &PodTunnel::failed, this, &PortForward::noteProblem);
        m_problem.clear();
        open(tunnel);
    }
}

QCoro::Task<> PortForward::open(QPointer<PodTunnel> tunnel)
{
    // Who owns this awaits close().
    const auto guard = m_inFlight.enter();
    const auto access = co_await m_connection.access(m_closing.get_token());
    if (!tunnel || m_closing.stop_requested())
        co_return;
    if (!access) {
        tunnel->fail(access.error().message);
        co_return;
    }
    const QString path = u"/api/v1/namespaces/%1/pods/%2/portforward"_s.arg(m_pod.nameSpace, m_pod.name);
    tunnel->open(*access, path, "ports=" + QByteArray::number(m_port));
}

} // namespace patronus
