// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"
#include "http/gatedsocket.h"

namespace patronus {

/// How the direct transport behaves. The defaults are for an API server; tests make them small.
struct ConnectionLimits {
    int mostConnections = 16; ///< of HTTP/1.1; HTTP/2 has one and, while that is renewed, a second
    int mostRequests
        = 20'000; ///< on one HTTP/2 connection; then it is renewed, so that servers behind a balancer share
    std::chrono::milliseconds connect = std::chrono::seconds(10); ///< TCP and TLS handshake
    std::chrono::milliseconds keepIdle = std::chrono::seconds(50); ///< an HTTP/1.1 connection without a request
    std::chrono::milliseconds pingAfter = std::chrono::seconds(10); ///< of silence while a stream is open
    std::chrono::milliseconds pingAnswer = std::chrono::seconds(5); ///< then the connection is dead
    qsizetype mostHeader = 64 * 1024;
};

/// A connection that carries exchanges. Its owner makes it on an open socket and deletes it, later, after ended().
class Connection : public QObject, public Carrier
{
    Q_OBJECT

public:
    /// Whether start() may be called now.
    [[nodiscard]] virtual bool hasRoom() const = 0;
    /// Whether it may have room again, so that waiting for it makes sense.
    [[nodiscard]] virtual bool isUsable() const = 0;
    virtual void start(std::shared_ptr<Exchange> exchange) = 0;
    /// Takes no more exchanges, and closes when the last one has ended.
    virtual void retire() = 0;
    /// Ends all exchanges so, and cuts the connection.
    virtual void end(Error::Kind kind, const QString &why) = 0;
    /// Ends the changes it carries as WriteRefused. No byte of them leaves this machine any more.
    virtual void dropChanges() = 0;

Q_SIGNALS:
    void roomMade(); ///< hasRoom() may have turned true
    void ended(); ///< it carries nothing, and never will again
    void unanswered(std::shared_ptr<patronus::Exchange> exchange); ///< closed before an answer: may be sent once more
};

} // namespace patronus
