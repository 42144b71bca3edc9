// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/request.h"

#include <map>

namespace patronus {

/// What the API's answers have shown of its rate limits, and how long a request has to wait to keep to them. Pure.
///
/// Nothing waits before an answer has shown a limit. Each limit that was shown (X-RateLimit-Limit) is a bucket that is
/// filled anew at X-RateLimit-Reset (Unix time, or seconds from now); there may be several, as an API with one for an
/// address and one for a user shows the tighter. A limit that is no longer shown is forgotten after its window.
/// A 429 stops everything for its Retry-After.
class RateLimit
{
public:
    using time_point = Clock::time_point;
    using duration = Clock::duration;

    /// How long until a request may be sent; zero: now. A fifth of each limit is left to changes.
    [[nodiscard]] duration delay(bool isChange, time_point now);
    void sent(time_point now);
    /// To be called once for each sent(), with what came back; @p wallTime is for a reset given as Unix time.
    void answered(const HttpReply &reply, time_point now, const QDateTime &wallTime);
    void failed() { --m_inFlight; } ///< in place of answered(): no answer came

    /// The shortest interval at which @p requests can be sent for ever; zero when no limit is known.
    [[nodiscard]] duration sustainableInterval(int requests) const;

private:
    struct Window {
        qint64 remaining = 0;
        time_point end;
        duration length{}; ///< the longest that was seen
        bool isShown = true, isOtherShown = false; ///< by answers in this window
    };

    void roll(time_point now);
    [[nodiscard]] static qint64 reserve(qint64 limit) { return limit / 5; }

    std::map<qint64, Window> m_windows; // by limit
    time_point m_stoppedUntil;
    qint64 m_inFlight = 0;
};

/// The Retry-After of @p reply, seconds or a date (RFC 9110, 10.2.3); nullopt when there is none that can be read.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfter(const HttpReply &reply, const QDateTime &wallTime);

} // namespace patronus
