// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHttpServer>
#include <QTcpServer>
#include <QUrl>

#include <memory>

namespace patronus {

/// A real HTTP server (Qt's), plain, with TLS, or with HTTP/2:
/// - /echo: the request's verb, its headers named x-… and its body, as text
/// - /status/NNN: that status, body "status NNN"
/// - /size/N: N bytes
/// - /hang: no answer, ever
/// - /stream: three chunks "one\n" "two\n" "three\n", then the end
/// - /endless: a chunk "tick\n" and then nothing
class RealServer
{
public:
    enum class Kind { Plain, Tls, Http2 };

    explicit RealServer(Kind kind);

    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] int connections() const { return m_connections; } ///< accepted since the start
    [[nodiscard]] int requests() const { return m_requests; }

private:
    void answer(const QHttpServerRequest &request, QHttpServerResponder &responder);

    QHttpServer m_server;
    QUrl m_url;
    int m_connections = 0;
    int m_requests = 0;
    std::vector<std::unique_ptr<QHttpServerResponder>> m_hanging;
};

} // namespace patronus
