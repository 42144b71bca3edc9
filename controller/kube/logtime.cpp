// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/logtime.h"

using namespace std::chrono_literals;

namespace patronus {

namespace {

/// The number of the digits at @p at; nullopt where one of them is none.
std::optional<int> numberAt(QByteArrayView text, qsizetype at, int digits)
{
    int number = 0;
    for (const char c : text.sliced(at, digits)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

/// "Z" or "+02:00".
std::optional<std::chrono::minutes> zoneFrom(QByteArrayView text)
{
    if (text == "Z")
        return 0min;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const auto hours = numberAt(text, 1, 2), minutes = numberAt(text, 4, 2);
    if (!hours || !minutes)
        return std::nullopt;
    const std::chrono::minutes east = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[0] == '-' ? -east : east;
}

} // namespace

std::optional<LogTime> logTimeFrom(QByteArrayView text)
{
    constexpr qsizetype wholeSize = 19; // 2026-11-23T10:00:00
    if (text.size() <= wholeSize || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':'
        || text[16] != ':')
        return std::nullopt;
    const auto year = numberAt(text, 0, 4), month = numberAt(text, 5, 2), day = numberAt(text, 8, 2);
    const auto hour = numberAt(text, 11, 2), minute = numberAt(text, 14, 2), second = numberAt(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second)
        return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year(*year), std::chrono::month(unsigned(*month)), std::chrono::day(unsigned(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;

    std::chrono::nanoseconds fraction(0);
    qsizetype at = wholeSize;
    if (text[at] == '.') {
        std::chrono::nanoseconds unit = 100ms;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            fraction += (text[at] - '0') * unit;
    }
    const auto zone = zoneFrom(text.sliced(at));
    if (!zone)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute)
        + std::chrono::seconds(*second) + fraction - *zone;
}

} // namespace patronus
