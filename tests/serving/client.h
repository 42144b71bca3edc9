// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

namespace patronus {

/// Sends @p request as it is and gives all that comes back until the server closes; empty when that takes longer than
/// @p limit. It blocks: the servers here have threads of their own.
inline QByteArray exchange(
    quint16 port, const QByteArray &request, std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(static_cast<int>(limit.count())))
        return {};
    socket.write(request);
    const QDeadlineTimer deadline(limit);
    while (socket.state() == QAbstractSocket::ConnectedState)
        if (!socket.waitForReadyRead(static_cast<int>(deadline.remainingTime())) && deadline.hasExpired())
            return {};
    return socket.readAll();
}

/// The answer to a GET, as a whole.
inline QByteArray get(
    quint16 port, const QByteArray &target, std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    return exchange(port, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n", limit);
}

inline int statusOf(const QByteArray &answer)
{
    return answer.mid(9, 3).toInt();
}

inline QByteArray bodyOf(const QByteArray &answer)
{
    const qsizetype head = answer.indexOf("\r\n\r\n");
    return head < 0 ? QByteArray() : answer.sliced(head + 4);
}

} // namespace patronus
