// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/requestlimit.h"

#include <QDateTime>

namespace patronus::simulator {

RequestLimit::RequestLimit(int limit, std::chrono::seconds window, const Clock &clock)
    : m_limit(limit), m_window(window), m_clock(clock)
{
}

std::optional<RequestLimit::Left> RequestLimit::take(const QString &who)
{
    if (m_limit == 0)
        return {};
    const auto now = m_clock.now();
    m_counts.removeIf([&](const auto &count) { return count.value().end <= now; });
    Count &count = m_counts[who];
    if (count.used == 0)
        count.end = now + m_window;
    if (count.used <= m_limit)
        ++count.used;
    return Left{m_limit, m_limit - count.used, std::chrono::ceil<std::chrono::seconds>(count.end - now)};
}

Headers rateLimitHeaders(const RequestLimit::Left &left, const QDateTime &now)
{
    const qint64 reset = now.addMSecs(left.untilReset.count() * 1000 + 999).toSecsSinceEpoch();
    return {{"x-ratelimit-limit", QByteArray::number(left.limit)},
        {"x-ratelimit-remaining", QByteArray::number(std::max(0, left.remaining))},
        {"x-ratelimit-reset", QByteArray::number(reset)}};
}

} // namespace patronus::simulator
