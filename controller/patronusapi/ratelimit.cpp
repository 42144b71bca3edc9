// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/ratelimit.h"

#include <QLocale>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

using std::chrono::seconds;

static constexpr seconds longestWindow = std::chrono::days(1); // a reset beyond it is a mistake of the API's
static constexpr qint64 firstUnixTime = 1'000'000'000; // a reset below it is seconds from now

static std::optional<qint64> numberHeader(const HttpReply &reply, QByteArrayView name)
{
    bool isNumber = false;
    const qint64 number = reply.header(name).trimmed().toLongLong(&isNumber);
    return isNumber && number >= 0 ? std::optional(number) : std::nullopt;
}

std::optional<seconds> retryAfter(const HttpReply &reply, const QDateTime &wallTime)
{
    if (const auto number = numberHeader(reply, "retry-after"))
        return std::min(seconds(*number), longestWindow);
    const QString text = QString::fromLatin1(reply.header("retry-after").trimmed());
    QDateTime date = QLocale::c().toDateTime(text, u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
    if (!date.isValid())
        return {};
    date.setTimeZone(QTimeZone::UTC);
    return std::clamp(seconds(wallTime.secsTo(date)), seconds(0), longestWindow);
}

void RateLimit::roll(time_point now)
{
    std::erase_if(m_windows, [&](const auto &entry) {
        const Window &window = entry.second;
        return now >= window.end && !window.isShown && window.isOtherShown;
    });
    for (auto &[limit, window] : m_windows) {
        if (now < window.end)
            continue;
        const auto passed = (now - window.end) / window.length + 1;
        window.end += passed * window.length;
        window.remaining = limit - m_inFlight;
        window.isShown = window.isOtherShown = false;
    }
}

RateLimit::duration RateLimit::delay(bool isChange, time_point now)
{
    roll(now);
    duration longest = std::max(m_stoppedUntil - now, duration::zero());
    for (const auto &[limit, window] : m_windows)
        if (window.remaining <= (isChange ? 0 : reserve(limit)))
            longest = std::max(longest, window.end - now);
    return longest;
}

void RateLimit::sent(time_point now)
{
    roll(now);
    ++m_inFlight;
    for (auto &[limit, window] : m_windows)
        --window.remaining;
}

void RateLimit::answered(const HttpReply &reply, time_point now, const QDateTime &wallTime)
{
    --m_inFlight;
    roll(now);
    if (reply.status == 429)
        m_stoppedUntil = std::max(m_stoppedUntil, now + retryAfter(reply, wallTime).value_or(seconds(1)));

    const auto limit = numberHeader(reply, "x-ratelimit-limit");
    const auto remaining = numberHeader(reply, "x-ratelimit-remaining");
    const auto reset = numberHeader(reply, "x-ratelimit-reset");
    if (!limit || *limit == 0 || !remaining || !reset)
        return;
    for (auto &[other, window] : m_windows)
        window.isOtherShown |= other != *limit;

    const qint64 left = *reset < firstUnixTime ? *reset : *reset - wallTime.toSecsSinceEpoch();
    const time_point end = now + std::clamp(seconds(left), seconds(1), longestWindow);
    const auto [found, isNew] = m_windows.try_emplace(*limit);
    Window &window = found->second;
    // Within a window only the lower number counts: ours knows of requests under way, theirs of other clients. A reset
    // is whole seconds, so one that is later by less than two is the same.
    const bool isNext = isNew || end > window.end + seconds(2);
    window.remaining = isNext ? *remaining - m_inFlight : std::min(window.remaining, *remaining);
    window.end = isNext ? end : std::min(window.end, end);
    window.length = std::max(window.length, end - now);
    window.isShown = true;
}

RateLimit::duration RateLimit::sustainableInterval(int requests) const
{
    duration longest{};
    for (const auto &[limit, window] : m_windows)
        longest = std::max<duration>(longest, window.length * requests / std::max(limit - reserve(limit), qint64(1)));
    return longest;
}

} // namespace patronus
