// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QDate>
#include <QJsonObject>
#include <QList>

namespace patronus {

/// The two collections of the Patronus API that this project writes.
enum class RemoteKind { Site, Policy };
[[nodiscard]] constexpr const char *collectionName(RemoteKind kind)
{
    return kind == RemoteKind::Site ? "sites" : "policies";
}

/// A path between two Sites (`GET /api/v1/paths`).
struct RemotePath {
    QString id, sourceSite, destinationSite; ///< Site names
    enum class Status { Up, Degraded, Down } status = Status::Down;
    double latencyMs = 0, packetLossPercent = 0, jitterMs = 0;
};

/// One row of `GET /api/v1/traffic/stats`, over a day.
struct TrafficStats {
    QString policy; ///< the Policy's name or id (Inventory::nameOf)
    QDate day; ///< in UTC
    qint64 bytesSent = 0, bytesReceived = 0, flowsActive = 0;
};

/// A page of a list.
template <typename T> struct RemotePage {
    QList<T> items;
    qint64 total = 0;
};

/// `GET /health`
struct RemoteHealth {
    enum class Status { Healthy, Degraded, Unhealthy } status = Status::Unhealthy;
    QString version;
    qint64 uptimeSeconds = 0;
};

} // namespace patronus
