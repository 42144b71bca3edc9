// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"
#include "core/error.h"

#include <QHostAddress>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>

namespace patronus::simulator {

/// How an answer goes to the socket.
struct Delivery {
    enum class How {
        Whole,
        Garbage, ///< with a body that is no JSON
        Cut, ///< half of it, then the connection is closed
        Close, ///< nothing, and the connection is closed
        Hang, ///< nothing, and the connection stays
    };

    Answer answer = {};
    How how = How::Whole;
    std::chrono::milliseconds delay{}; ///< before it
};

/// The sockets of the simulator, on Qt HTTP Server.
class Listener
{
public:
    using Handler = std::function<Delivery(const Request &)>;

    explicit Listener(Handler handler);
    ~Listener(); ///< closes all connections

    /// Port 0: any that is free. Unreachable says why it cannot.
    [[nodiscard]] Expected<void> listen(const QHostAddress &address, quint16 port);
    [[nodiscard]] QUrl url() const; ///< "http://127.0.0.1:40123"

private:
    class Sockets;
    class Server;
    const std::unique_ptr<Server> m_server;
};

} // namespace patronus::simulator
