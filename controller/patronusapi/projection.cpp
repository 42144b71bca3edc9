// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/projection.h"

#include <span>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// A member that is kept: as a whole, or those of its members that are named.
struct Member {
    QLatin1StringView name;
    std::span<const Member> members = {};
};

constexpr Member wireguard[]{{"public_key"_L1}, {"listen_port"_L1}, {"endpoints"_L1}};
constexpr Member resources[]{{"cpu"_L1}, {"memory"_L1}, {"storage"_L1}};
constexpr Member mesh[]{{"enabled"_L1}, {"peer_with"_L1}};
constexpr Member site[]{
    {"name"_L1}, {"location"_L1}, {"wireguard"_L1, wireguard}, {"resources"_L1, resources}, {"mesh"_L1, mesh}};

constexpr Member match[]{{"protocol"_L1}, {"src_port_range"_L1}, {"dst_port_range"_L1}, {"dscp"_L1}};
constexpr Member path[]{{"site_ref"_L1}, {"path_id"_L1}};
constexpr Member qos[]{{"class"_L1}, {"bandwidth"_L1}};
constexpr Member action[]{{"type"_L1}, {"primary_path"_L1, path}, {"backup_path"_L1, path}, {"qos"_L1, qos}};
constexpr Member failover[]{{"threshold"_L1}, {"cooldown"_L1}};
constexpr Member policy[]{
    {"name"_L1}, {"priority"_L1}, {"match"_L1, match}, {"action"_L1, action}, {"failover"_L1, failover}};

} // namespace

static QJsonObject project(const QJsonObject &from, std::span<const Member> members)
{
    QJsonObject to;
    for (const Member &member : members) {
        const QJsonValue value = from[member.name];
        if (value.isUndefined())
            continue;
        to.insert(member.name,
            value.isObject() && !member.members.empty() ? project(value.toObject(), member.members) : value);
    }
    return to;
}

QJsonObject sentMembers(RemoteKind kind, const QJsonObject &remote)
{
    return kind == RemoteKind::Site ? project(remote, site) : project(remote, policy);
}

} // namespace patronus
