// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"

#include <QDateTime>
#include <QJsonObject>

namespace patronus {

/// What an answer that is no success (not 2xx) means: its kind by status, with the server's own message, its causes and
/// their field paths, and how long it asks to wait (Retry-After in seconds or as a date, or the Status' own
/// retryAfterSeconds). The body is a metav1.Status
/// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/) or any text. Secrets are redacted
/// and the message is bounded. A date is measured from the answer's own Date, or from @p now.
[[nodiscard]] Error errorFrom(
    const HttpRequest &request, const HttpReply &reply, const QDateTime &now = QDateTime::currentDateTimeUtc());

/// The error in a metav1.Status that came inside a stream; @p what is said before its message.
[[nodiscard]] Error errorFromStatus(const QJsonObject &status, const QString &what);

} // namespace patronus
