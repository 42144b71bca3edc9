// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request.h"
#include "patronusapi/types.h"

#include <QDateTime>

namespace patronus {

// The Patronus API's answers as values. Members that are not known are passed over; a member that is needed and is not
// there, or is of another type, is Malformed with its path.

inline constexpr std::chrono::seconds requestDeadline(15); ///< of every request to the API

/// What a status other than the expected one means; @p what was tried: "putting site \"hq\"".
[[nodiscard]] Error errorOf(
    const HttpReply &reply, const QString &what, const QDateTime &wallTime = QDateTime::currentDateTimeUtc());
/// @p error as one of the API's answer, for metrics.
[[nodiscard]] Error malformed(Error error);

/// A page of objects that have a name each.
[[nodiscard]] Expected<RemotePage<QJsonObject>> objectsOf(const HttpReply &reply, RemoteKind kind);
[[nodiscard]] Expected<RemotePage<RemotePath>> pathsOf(const HttpReply &reply);
/// An API that does not say the total is asked for another page as long as one comes full: @p limit and @p offset are
/// those of the request.
[[nodiscard]] Expected<RemotePage<TrafficStats>> trafficOf(const HttpReply &reply, int limit, qint64 offset);
[[nodiscard]] Expected<RemoteHealth> healthOf(const HttpReply &reply);

} // namespace patronus
