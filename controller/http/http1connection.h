// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/http1parser.h"

namespace patronus {

/// HTTP/1.1 (RFC 9112) on one socket: one exchange at a time, kept alive in between.
class Http1Connection : public Connection
{
    Q_OBJECT

public:
    /// @p fields: the header lines that every request has ("host: …\r\n"), by whoever knows the server.
    Http1Connection(std::unique_ptr<GatedSocket> socket, QByteArray prefix, QByteArray fields, ConnectionLimits limits,
        Clock &clock);
    ~Http1Connection() override;

    bool hasRoom() const override { return isUsable() && !m_exchange; }
    bool isUsable() const override { return !m_retired; }
    void start(std::shared_ptr<Exchange> exchange) override;
    void retire() override;
    void end(Error::Kind kind, const QString &why) override;
    void dropChanges() override;
    void abandon(Exchange &exchange, Why why) override;

private:
    void onReadable();
    bool readStep();
    void onSocketEnded(const Error &why);
    void finishExchange();
    void leave(bool cut);
    [[nodiscard]] QByteArray requestHeader(const HttpRequest &request) const;

    const std::unique_ptr<GatedSocket> m_socket;
    const QByteArray m_prefix;
    const QByteArray m_fields;
    const ConnectionLimits m_limits;
    const std::unique_ptr<Timer> m_idle;
    std::shared_ptr<Exchange> m_exchange;
    Http1Parser m_parser;
    QByteArrayView m_input; // of the read that is under way
    int m_served = 0;
    bool m_retired = false;
    bool m_left = false; // the socket is closed
};

} // namespace patronus
