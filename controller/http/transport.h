// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"

#include <QUrl>

#include <functional>
#include <memory>
#include <stop_token>

namespace patronus {

/// What a person does about a certificate that does not verify, in the words of the place where that is said: here a
/// kubeconfig's.
struct TlsRemedies {
    QString authority = QStringLiteral("give the server's authority as certificate-authority");
    QString name = QStringLiteral("if the server is known by another name, give it as tls-server-name");

    friend bool operator==(const TlsRemedies &, const TlsRemedies &) = default;
};

/// What a TLS connection is made with. Values, not file names: who reads the files knows when they change.
struct TlsSettings {
    QByteArray caPem = {}; ///< PEM bundle; empty: the system's authorities
    QByteArray certificatePem = {}; ///< client certificate chain, or empty
    QByteArray keyPem = {}; ///< its key, RSA or EC; never logged
    QString serverName = {}; ///< verified, and sent as SNI, in place of the URL's host; empty: the host
    bool insecureSkipVerify = false; ///< accept any certificate
    TlsRemedies remedies = {};

    friend bool operator==(const TlsSettings &, const TlsSettings &) = default;
};

/// Where a transport goes.
struct Endpoint {
    QUrl server; ///< http or https, host, port, and a path that is put before every target
    TlsSettings tls = {};
    QUrl proxy = {}; ///< http://[user:password@]host:port or socks5://…; empty: straight
    QByteArray userAgent = {};
};

/// Asked at the moment when the bytes of a change would go to the socket; false drops the request as WriteRefused.
using WriteGate = std::function<bool()>;

/// Carries requests to one server (scheme, host, port) and brings its answers.
///
/// An error is what happened to the connection (Unreachable, Cancelled, WriteRefused, Malformed); every HTTP answer is
/// a result, whatever its status. Nothing is sent twice but a request whose connection was closed before an answer
/// came: once, the gate asked again; a change only if the server cannot have seen it, or if it is an HTTP/1.1 PUT or
/// DELETE. Event-loop thread only. Destroying a transport ends what is in flight as Cancelled.
class Transport
{
public:
    virtual ~Transport() = default;

    /// Sends @p request and gives the whole answer.
    [[nodiscard]] virtual Task<HttpReply> send(HttpRequest request, std::stop_token stop) = 0;

    /// Like send() for an answer without end: a body of status 200 is handed to @p onBody as it comes, in pieces of any
    /// size, and the reply (with an empty body) is given when the server ends it. Another status is given with its
    /// body.
    /// @p onBody is not called after the task has ended; it may request @p stop.
    using BodySink = std::function<void(QByteArrayView)>;
    [[nodiscard]] virtual Task<HttpReply> stream(HttpRequest request, BodySink onBody, std::stop_token stop) = 0;

    /// Uses @p tls from now on. If it is another than before, new requests get a new connection; what is in flight may
    /// end on the old one. For a rotated client certificate or CA.
    virtual void setTls(TlsSettings tls) = 0;

    /// Drops all connections, with what is in flight on them (Unreachable). For one that is no longer trusted.
    virtual void reset() = 0;

    /// Drops the changes that wait for a connection and cuts those in flight (WriteRefused). Reads go on.
    /// For the moment when leadership is lost.
    virtual void dropChanges() = 0;
};

enum class TransportKind {
    Direct, ///< own sockets: HTTP/2 by ALPN, else HTTP/1.1. The fast road; no proxies
    Qnam, ///< QNetworkAccessManager, HTTP/1.1: the road through proxies
};

/// A transport to @p endpoint; Qnam by itself where a proxy is asked for. Invalid, with the reason and the remedy, for
/// a certificate or key that cannot be read and for what Qt cannot do (an https:// proxy, an unknown scheme).
[[nodiscard]] Expected<std::unique_ptr<Transport>> makeTransport(
    Endpoint endpoint, WriteGate mayWrite = {}, TransportKind kind = TransportKind::Direct);

} // namespace patronus
