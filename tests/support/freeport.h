// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>

namespace patronus {

/// A port of 127.0.0.1 that was free a moment ago: for programs of which others have to know the port before they run.
[[nodiscard]] inline quint16 freePort()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no free port");
    return server.serverPort();
}

} // namespace patronus
