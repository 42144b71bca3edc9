// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/duration.h"

#include <array>
#include <limits>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

// Longer names first: "ms" is no "m".
constexpr std::array<std::pair<QStringView, qint64>, 8> units{{{u"ns", 1}, {u"us", 1'000}, {u"\u00b5s", 1'000},
    {u"\u03bcs", 1'000}, {u"ms", 1'000'000}, {u"s", 1'000'000'000}, {u"m", 60'000'000'000}, {u"h", 3'600'000'000'000}}};

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

// Takes the digits at the start of text; as many as count are read, the rest, far beyond a nanosecond, is skipped.
std::pair<qint64, int> takeDigits(QStringView &text, bool &overflow, bool isFraction)
{
    qint64 number = 0;
    int digits = 0;
    while (!text.isEmpty() && isDigit(text[0])) {
        const int digit = text[0].digitValue();
        text = text.sliced(1);
        if (isFraction && digits >= 15)
            continue;
        if (number > (std::numeric_limits<qint64>::max() - digit) / 10)
            overflow = true;
        else
            number = number * 10 + digit;
        ++digits;
    }
    return {number, digits};
}

} // namespace

Expected<std::chrono::nanoseconds> parseDuration(QStringView text)
{
    const auto wrong = [text](const QString &why) {
        return std::unexpected(Error{Error::Kind::Invalid, u"\"%1\" is no duration%2"_s.arg(text, why)});
    };
    QStringView rest = text;
    const bool negative = rest.startsWith(u'-');
    if (negative || rest.startsWith(u'+'))
        rest = rest.sliced(1);
    if (rest == u"0")
        return std::chrono::nanoseconds(0);
    if (rest.isEmpty())
        return wrong({});

    qint64 total = 0;
    bool overflow = false;
    while (!rest.isEmpty()) {
        const auto [whole, wholeDigits] = takeDigits(rest, overflow, false);
        qint64 fraction = 0;
        int fractionDigits = 0;
        if (rest.startsWith(u'.')) {
            rest = rest.sliced(1);
            std::tie(fraction, fractionDigits) = takeDigits(rest, overflow, true);
        }
        if (wholeDigits + fractionDigits == 0)
            return wrong({});
        const auto *const unit
            = std::ranges::find_if(units, [rest](const auto &known) { return rest.startsWith(known.first); });
        if (unit == units.end())
            return wrong(
                rest.isEmpty() ? u": it has no unit (like %1s)"_s.arg(text) : u": its units are ns us ms s m h"_s);
        rest = rest.sliced(unit->first.size());

        double scale = 1;
        for (int i = 0; i < fractionDigits; ++i)
            scale *= 10;
        const auto part
            = static_cast<qint64>(static_cast<double>(fraction) * (static_cast<double>(unit->second) / scale));
        qint64 product = 0;
        overflow = overflow || __builtin_mul_overflow(whole, unit->second, &product)
            || __builtin_add_overflow(total, product, &total) || __builtin_add_overflow(total, part, &total);
    }
    if (overflow)
        return wrong(u": it is too long"_s);
    return std::chrono::nanoseconds(negative ? -total : total);
}

} // namespace patronus
