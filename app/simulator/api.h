// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/database.h"
#include "app/simulator/dynamics.h"
#include "app/simulator/exchange.h"
#include "app/simulator/signin.h"

#include <span>

namespace patronus::simulator {

/// The calls of the Patronus API (resources/openapi/patronus-api.yaml), without sockets, faults and limits.
class Api
{
public:
    /// One call: what it is asked with, and what answers it.
    struct Route {
        QByteArray method, pattern; ///< "GET", "/api/v1/sites/{name}"
        Answer (Api::*answer)(const Request &request);
        bool isOpen; ///< asks for no credentials, and counts for no limit but that of log-ins
    };

    /// All have to outlive it. @p version is what GET /version says.
    Api(Database &database, Dynamics &dynamics, SignIn &signIn, const Clock &clock, QString version);

    [[nodiscard]] static std::span<const Route> routes();
    /// The route of @p request, or nullptr.
    [[nodiscard]] static const Route *find(const Request &request);
    /// 404, or 405 where another method would do: for a request without a route.
    [[nodiscard]] static Answer withoutRoute(const Request &request);
    [[nodiscard]] Answer answer(const Route &route, const Request &request) { return (this->*route.answer)(request); }

private:
    using milliseconds = std::chrono::milliseconds;
    struct Page {
        qint64 limit, offset;
    };

    Answer health(const Request &request);
    Answer version(const Request &request);
    Answer login(const Request &request);
    Answer refresh(const Request &request);
    template <RemoteKind kind> Answer put(const Request &request);
    template <RemoteKind kind> Answer get(const Request &request);
    template <RemoteKind kind> Answer remove(const Request &request);
    template <RemoteKind kind> Answer list(const Request &request);
    Answer paths(const Request &request);
    Answer pathHealth(const Request &request);
    Answer trafficStats(const Request &request);
    Answer failoverEvents(const Request &request);

    [[nodiscard]] QJsonObject stored(RemoteKind kind, const Database::Record &record);

    Database &m_database;
    Dynamics &m_dynamics;
    SignIn &m_signIn;
    const Clock &m_clock;
    const QString m_version;
    const Clock::time_point m_start;
};

} // namespace patronus::simulator
