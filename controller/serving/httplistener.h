// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <functional>
#include <memory>
#include <string>

namespace patronus {

/// A small HTTP/1.1 server for answers that are at hand: one port, one thread, GET and HEAD, one request a connection.
///
/// What a client can take from it is bounded, however slow or endless it sends or reads: a connection lives for
/// @c deadline in all; a request's head has @c maxHeadBytes; there are @c maxConnections at most, and one more takes
/// the place of the oldest, so that a crowd of slow clients cannot lock a quick one out. See
/// docs/decisions/0003-probe-server.md.
class HttpListener
{
public:
    struct Request {
        std::string path; ///< without the query; not percent-decoded
        std::string query; ///< without the ?
    };
    struct Response {
        int status = 200;
        std::string contentType = "text/plain; charset=utf-8";
        std::string body;
    };
    /// Called on the server's thread, one call at a time. Has to be quick and thread-safe.
    using Handler = std::function<Response(const Request &)>;

    struct Limits {
        std::chrono::milliseconds deadline = std::chrono::seconds(5);
        size_t maxConnections = 64;
        size_t maxHeadBytes = 8 * 1024;
    };

    HttpListener(Handler handler, Limits limits);
    ~HttpListener(); ///< closes all connections and waits for the thread
    HttpListener(const HttpListener &) = delete;
    HttpListener &operator=(const HttpListener &) = delete;

    /// Listens and starts the thread. @p address is an IP address, or empty for all of them, IPv6 and IPv4; port 0
    /// takes any. Invalid when the address is none or the port cannot be had; the message says why.
    [[nodiscard]] Expected<void> start(const QString &address, quint16 port);
    [[nodiscard]] quint16 port() const; ///< the real one; 0 before start()

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
