// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QString>

#include <chrono>
#include <expected>
#include <optional>

namespace patronus {

/// Why an operation did not give its result. Made where the failure is seen, read where it is handled.
struct Error {
    enum class Kind {
        Unreachable, ///< no answer: refused, cut, or a deadline passed
        Unauthorized, ///< 401: the credentials are wrong or have run out
        Forbidden, ///< 403: known, and not allowed
        NotFound, ///< 404
        Conflict, ///< 409: the object changed since it was read
        Gone, ///< 410: the resourceVersion or the continue token is too old
        Invalid, ///< 400 or 422, or our own check: only an edit mends it
        Throttled, ///< 429
        Server, ///< 5xx
        Malformed, ///< an answer that is not what the specification says
        Cancelled, ///< the caller asked to stop
        WriteRefused, ///< a change was not sent: leadership is lost, or the client may not write
    };

    Kind kind;
    QString message; ///< for a person: what was tried and what came back; never a secret
    std::optional<std::chrono::seconds> retryAfter = std::nullopt; ///< the server's own Retry-After, when it sent one

    /// What a reconcile counts it as (the `error_type` label of docs/metrics.md); empty: "kubernetes_error".
    const char *metricType = "";

    /// Whether the same call may succeed later with nothing edited. The only place that decides it.
    [[nodiscard]] bool isRetryable() const noexcept
    {
        using enum Kind;
        return kind == Unreachable || kind == Conflict || kind == Throttled || kind == Server || kind == Gone;
    }
};

template <typename T> using Expected = std::expected<T, Error>;

/// A started coroutine. It runs from the call on; dropping it does not cancel it (pass a stop_token).
template <typename T> using Task = QCoro::Task<Expected<T>>;

} // namespace patronus
