// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

#include <QSslConfiguration>

namespace patronus {

/// Transport over QNetworkAccessManager: the road through proxies, by HTTP/1.1.
///
/// At most @p mostInFlight requests are inside the manager, so none waits there out of the gate's sight; the others
/// wait here. The gate is asked when a change is handed over and again as its body is read. When a deadline runs out
/// new requests get a new manager, for the manager's connections may be dead and it would not notice.
class QnamTransport : public Transport
{
public:
    /// @p endpoint was checked by makeTransport(), @p ssl was made of its tls.
    QnamTransport(Endpoint endpoint, const QSslConfiguration &ssl, WriteGate mayWrite, int mostInFlight = 16);
    ~QnamTransport() override;
    Q_DISABLE_COPY_MOVE(QnamTransport)

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
