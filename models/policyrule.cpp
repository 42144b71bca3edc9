// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/policyrule.h"

#include "core/json.h"
#include "sdwan/validate.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr PortRange allPorts{1, 65535};

/// "80", "80-443" or "80,443"; empty text: all. nullopt: it cannot be read.
std::optional<Ports> portsOf(const QString &text)
{
    if (text.isEmpty())
        return Ports();
    if (problemWithPorts(text))
        return std::nullopt;
    Ports ranges;
    for (const QStringView part : QStringView(text).split(u',')) {
        const auto ends = part.split(u'-');
        ranges.push_back({ends.front().toInt(), ends.back().toInt()});
    }
    std::ranges::sort(ranges, {}, &PortRange::from);
    Ports merged;
    for (const PortRange &range : ranges) {
        if (!merged.empty() && range.from <= merged.back().to + 1)
            merged.back().to = std::max(merged.back().to, range.to);
        else
            merged.push_back(range);
    }
    return merged.front() == allPorts ? Ports() : merged;
}

bool overlaps(const Ports &a, const Ports &b)
{
    if (a.empty() || b.empty())
        return true;
    for (auto one = a.begin(), other = b.begin(); one != a.end() && other != b.end();) {
        if (one->from <= other->to && other->from <= one->to)
            return true;
        if (one->to < other->to)
            ++one;
        else
            ++other;
    }
    return false;
}

bool covers(const Ports &a, const Ports &b)
{
    if (a.empty() || b.empty())
        return a.empty();
    // Ranges are apart, so one of b lies in one of a or is not covered.
    return std::ranges::all_of(b, [&](const PortRange &range) {
        const auto after = std::ranges::upper_bound(a, range.from, {}, &PortRange::from);
        return after != a.begin() && range.to <= std::prev(after)->to;
    });
}

} // namespace

std::optional<PolicyRule> ruleOf(const Object &policy)
{
    const QJsonValue priority = policy.value(u"spec.priority");
    if (!priority.isDouble())
        return std::nullopt;
    const QJsonObject match = policy.value(u"spec.match").toObject();
    auto source = portsOf(match["srcPortRange"_L1].toString());
    auto destination = portsOf(match["dstPortRange"_L1].toString());
    if (!source || !destination)
        return std::nullopt;

    const QString protocol = match["protocol"_L1].toString();
    int protocols = protocol == "tcp"_L1 ? PolicyRule::Tcp
        : protocol == "udp"_L1           ? PolicyRule::Udp
        : protocol == "icmp"_L1          ? PolicyRule::Icmp
                                         : PolicyRule::Any;
    if (!source->empty() || !destination->empty())
        protocols &= ~PolicyRule::Icmp;
    if (protocols == 0)
        return std::nullopt;
    return PolicyRule{.priority = priority.toInt(),
        .protocols = protocols,
        .dscp = match["dscp"_L1].toInt(-1),
        .source = *std::move(source),
        .destination = *std::move(destination)};
}

bool overlaps(const PolicyRule &a, const PolicyRule &b)
{
    return (a.protocols & b.protocols) != 0 && (a.dscp < 0 || b.dscp < 0 || a.dscp == b.dscp)
        && overlaps(a.source, b.source) && overlaps(a.destination, b.destination);
}

bool covers(const PolicyRule &a, const PolicyRule &b)
{
    return (a.protocols & b.protocols) == b.protocols && (a.dscp < 0 || a.dscp == b.dscp) && covers(a.source, b.source)
        && covers(a.destination, b.destination);
}

Precedence precedence(const PolicyRule &a, const PolicyRule &b)
{
    if (a.priority == b.priority)
        return overlaps(a, b) ? Precedence::Tie : Precedence::Apart;
    if (a.priority < b.priority)
        return covers(a, b) ? Precedence::Shadows : Precedence::Apart;
    return covers(b, a) ? Precedence::ShadowedBy : Precedence::Apart;
}

} // namespace patronus
