// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <optional>
#include <vector>

namespace patronus {

/// The ports of one side of a match: sorted, apart from each other; empty: all.
struct PortRange {
    int from, to;
    friend bool operator==(const PortRange &, const PortRange &) = default;
};
using Ports = std::vector<PortRange>;

/// A Policy's place in the order, and the packets that it matches (docs/decisions/0009-policy-order.md).
struct PolicyRule {
    enum Protocol { Tcp = 1, Udp = 2, Icmp = 4, Any = Tcp | Udp | Icmp };

    int priority = 0; ///< the lower number decides first
    int protocols = Any; ///< of Protocol; a match with ports has no Icmp, which has none
    int dscp = -1; ///< -1: any
    Ports source = {}, destination = {};
    friend bool operator==(const PolicyRule &, const PolicyRule &) = default;
};

/// By the spec alone. nullopt where that says no set of packets: no priority, ports that cannot be read, or ports of
/// ICMP.
[[nodiscard]] std::optional<PolicyRule> ruleOf(const Object &policy);

[[nodiscard]] bool overlaps(const PolicyRule &a, const PolicyRule &b); ///< a packet exists that both match
[[nodiscard]] bool covers(const PolicyRule &a, const PolicyRule &b); ///< @p a matches all that @p b does

enum class Precedence {
    Apart, ///< neither stands in the other's way
    Tie, ///< the same priority and packets in common: which of the two decides is not said
    Shadows, ///< the first decides before the second, and all that the second matches
    ShadowedBy, ///< the other way round
};
/// How @p a stands to @p b.
[[nodiscard]] Precedence precedence(const PolicyRule &a, const PolicyRule &b);

} // namespace patronus
