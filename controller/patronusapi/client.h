// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/transport.h"
#include "patronusapi/types.h"

#include <QDateTime>

namespace patronus {

class Metrics;

/// The Patronus API (resources/openapi/patronus-api.yaml), as much of it as is used here.
///
/// Errors: Unreachable, Unauthorized (401, 403), NotFound, Conflict, Invalid (400, 422), Throttled (with retryAfter),
/// Server, Malformed; the message is the API's own `error.message` where there is one. metricType is set.
class PatronusClient
{
public:
    virtual ~PatronusClient() = default;
    /// Creates or replaces; gives the stored object.
    [[nodiscard]] virtual Task<QJsonObject> put(RemoteKind kind, QString name, QJsonObject body, std::stop_token stop)
        = 0;
    /// 404 is success: it is already gone.
    [[nodiscard]] virtual Task<void> remove(RemoteKind kind, QString name, std::stop_token stop) = 0;
    /// One page of all objects, whatever their status. @p limit 1 to 1000.
    [[nodiscard]] virtual Task<RemotePage<QJsonObject>> list(
        RemoteKind kind, int limit, qint64 offset, std::stop_token stop)
        = 0;
    [[nodiscard]] virtual Task<RemotePage<RemotePath>> paths(int limit, qint64 offset, std::stop_token stop) = 0;
    /// Rows of a day each, from the day @p since on; from as far back as the API keeps them when that is invalid.
    [[nodiscard]] virtual Task<RemotePage<TrafficStats>> trafficStats(
        QDate since, int limit, qint64 offset, std::stop_token stop)
        = 0;
    [[nodiscard]] virtual Task<RemoteHealth> health(std::stop_token stop) = 0;
};

/// How to sign in; the first that is given counts, and none is none. A token file is read again at most every minute
/// and after a 401, the other files at each log-in.
struct PatronusCredentials {
    QString token = {}, tokenFile = {}; ///< a JWT, or a file that holds one and rotates
    QString username = {}, password = {}; ///< for POST /api/v1/auth/login
    QString usernameFile = {}, passwordFile = {}; ///< the same, in files
};

/// PatronusClient over HTTP. Signs in when it has to (once for all requests that wait for it), refreshes a token a
/// minute before it ends, and once on a 401. A request has 15 seconds.
///
/// There is no limit on our side until an answer shows one (429 or X-RateLimit-*); from then on requests wait to keep
/// to it, a fifth of it kept for changes (put and remove). Who would have to wait longer than a minute is told so at
/// once: Throttled, with retryAfter. A 429 is not tried again here; it holds back all requests for its Retry-After.
///
/// Metrics: `patronus_operator_api_requests_total{method,code}` (code: the status, or unreachable, malformed,
/// cancelled, write_refused) and the histogram `patronus_operator_api_request_duration_seconds{method}`. Destroying it
/// ends what is in flight as Cancelled. Event-loop thread only.
class HttpPatronusClient : public PatronusClient
{
public:
    /// @p clock and @p metrics have to outlive it.
    HttpPatronusClient(std::shared_ptr<Transport> transport, PatronusCredentials credentials, Clock &clock,
        Metrics *metrics = nullptr);
    ~HttpPatronusClient() override;

    Task<QJsonObject> put(RemoteKind kind, QString name, QJsonObject body, std::stop_token stop) override;
    Task<void> remove(RemoteKind kind, QString name, std::stop_token stop) override;
    Task<RemotePage<QJsonObject>> list(RemoteKind kind, int limit, qint64 offset, std::stop_token stop) override;
    /// One object; nullopt: there is none. For who looks at one: reconciling never does (Inventory).
    [[nodiscard]] Task<std::optional<QJsonObject>> find(RemoteKind kind, QString name, std::stop_token stop);
    Task<RemotePage<RemotePath>> paths(int limit, qint64 offset, std::stop_token stop) override;
    Task<RemotePage<TrafficStats>> trafficStats(QDate since, int limit, qint64 offset, std::stop_token stop) override;
    Task<RemoteHealth> health(std::stop_token stop) override;

    /// The shortest interval at which @p requests can be made periodically without passing the known limit; zero when
    /// no limit is known.
    [[nodiscard]] std::chrono::milliseconds sustainableInterval(int requests) const;

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
