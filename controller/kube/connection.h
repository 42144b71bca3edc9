// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "kube/kubecontext.h"

#include <QProcessEnvironment>

namespace patronus {

/// What a connection is made with besides its context.
struct ConnectionOptions {
    QByteArray userAgent = {};
    WriteGate mayWrite = {}; ///< asked before each change; empty: always
    ExecOptions exec = {};
    Metrics *metrics = nullptr; ///< outlives the connection and its clients
    QProcessEnvironment environment
        = QProcessEnvironment::systemEnvironment(); ///< of the proxies, where the context has none
};

/// The way to one API server: one user's credentials, and clients that share them, each with a transport of its own.
///
/// A client certificate or a CA that changed, on disk or from a plugin, is used from a client's next request on.
/// Event-loop thread only. Clients outlive the connection.
class KubeConnection
{
public:
    /// Reads the credentials' files and checks all that can be checked without the network: Invalid or Unauthorized,
    /// with the remedy. @p clock has to outlive the connection and its clients.
    [[nodiscard]] static Expected<std::unique_ptr<KubeConnection>> open(
        KubeContext context, Clock &clock, ConnectionOptions options);
    ~KubeConnection();
    Q_DISABLE_COPY_MOVE(KubeConnection)

    /// A client with connections of its own, so that nothing that another client does can hold it up.
    [[nodiscard]] Expected<std::unique_ptr<KubeClient>> makeClient();

    /// What a connection of another kind (a WebSocket) goes to the same server with, as the same user, now.
    struct Access {
        QUrl server;
        TlsSettings tls;
        QUrl proxy; ///< empty: straight
        HttpHeaders headers;
    };
    [[nodiscard]] Task<Access> access(std::stop_token stop) const;

    [[nodiscard]] const KubeContext &context() const;
    /// Takes over the credentials of @p context, which is ours as its file has it now: each next request uses them.
    /// Invalid where it leads to another server, or they cannot be used; then all stays as it was.
    [[nodiscard]] Expected<void> renew(KubeContext context);
    /// Where requests go through; empty: straight.
    [[nodiscard]] QUrl proxy() const;

    /// Drops all connections of all clients, with what is in flight (Unreachable). After a sleep, or a change of
    /// network.
    void reset();
    /// Drops the changes of all clients that wait or are in flight (WriteRefused). When leadership is lost.
    void dropChanges();
    /// A person asks to try again: a plugin that rests after a failure runs at the next request.
    void retryNow();

private:
    struct Private;
    explicit KubeConnection(std::unique_ptr<Private> p);
    const std::unique_ptr<Private> d;
};

} // namespace patronus
