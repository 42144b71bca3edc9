// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"

#include "core/clock.h"

#include <QHash>

namespace patronus::simulator {

/// So many requests in each window of time for whoever asks (an address or a user); what is left of a window is lost.
class RequestLimit
{
public:
    /// @p limit 0: none. @p clock has to outlive it.
    RequestLimit(int limit, std::chrono::seconds window, const Clock &clock);

    struct Left {
        int limit, remaining; ///< remaining -1: this request was one too many
        std::chrono::seconds untilReset; ///< rounded up
    };
    /// Counts one request of @p who; nullopt when there is no limit.
    [[nodiscard]] std::optional<Left> take(const QString &who);
    void clear() { m_counts.clear(); }

private:
    struct Count {
        Clock::time_point end; ///< of the window
        int used = 0;
    };

    const int m_limit;
    const std::chrono::seconds m_window;
    const Clock &m_clock;
    QHash<QString, Count> m_counts;
};

/// X-RateLimit-Limit, -Remaining and -Reset (Unix time in seconds).
[[nodiscard]] Headers rateLimitHeaders(const RequestLimit::Left &left, const QDateTime &now);

} // namespace patronus::simulator
