// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"

namespace patronus {

/// Transport on own sockets: HTTP/2 where the server offers it (ALPN), else HTTP/1.1 with a pool of connections.
/// Requests for which there is no room wait here, first come, first served.
class DirectTransport : public Transport
{
public:
    /// @p endpoint has a valid server URL and no proxy; @p ssl was made of its tls.
    DirectTransport(Endpoint endpoint, const QSslConfiguration &ssl, WriteGate mayWrite, ConnectionLimits limits = {});
    ~DirectTransport() override;
    Q_DISABLE_COPY_MOVE(DirectTransport)

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override;
    Task<HttpReply> stream(HttpRequest request, BodySink onBody, std::stop_token stop) override;
    void setTls(TlsSettings tls) override;
    void reset() override;
    void dropChanges() override;

private:
    class Engine;
    const std::unique_ptr<Engine> d;
};

} // namespace patronus
