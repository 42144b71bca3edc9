// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/validation.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

namespace {

/// Walks a body and gathers what is wrong with it.
class Check
{
public:
    /// The object at @p path, with an error for each member that is not one of @p known.
    QJsonObject object(const QString &path, const QJsonValue &value, std::initializer_list<QLatin1StringView> known)
    {
        if (!value.isObject()) {
            malformed(path, u"an object is needed"_s);
            return {};
        }
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member)
            if (std::ranges::find(known, member.key()) == known.end())
                malformed(join(path, member.key()), u"there is no such member"_s);
        return object;
    }

    void number(const QString &path, const QJsonValue &value, int least, int most)
    {
        const double read = value.toDouble(std::nan(""));
        if (std::isnan(read) || read != std::floor(read))
            malformed(path, u"a whole number is needed"_s);
        else if (read < least || read > most)
            outOfLimits(path, u"%1 is not from %2 to %3"_s.arg(read).arg(least).arg(most));
    }

    void text(const QString &path, const QJsonValue &value, const QRegularExpression &allowed)
    {
        if (!value.isString())
            malformed(path, u"a text is needed"_s);
        else if (!allowed.match(value.toString()).hasMatch())
            outOfLimits(path, u"\"%1\" does not match %2"_s.arg(value.toString().left(80), allowed.pattern()));
    }

    void boolean(const QString &path, const QJsonValue &value)
    {
        if (!value.isBool())
            malformed(path, u"true or false is needed"_s);
    }

    QJsonArray array(const QString &path, const QJsonValue &value)
    {
        if (!value.isArray())
            malformed(path, u"a list is needed"_s);
        return value.toArray();
    }

    void malformed(const QString &path, const QString &message)
    {
        add(path, message);
        m_status = 400;
    }
    void outOfLimits(const QString &path, const QString &message) { add(path, message); }

    [[nodiscard]] std::optional<Answer> refusal() const
    {
        if (m_fields.isEmpty())
            return {};
        const QString code = m_status == 400 ? u"bad_request"_s : u"validation_failed"_s;
        return errorAnswer(m_status, code, m_messages.join("; "_L1), {{u"fields"_s, m_fields}});
    }

    static QString join(const QString &path, const QString &member)
    {
        return path.isEmpty() ? member : path + u'.' + member;
    }

private:
    void add(const QString &path, const QString &message)
    {
        m_messages.append(u"%1: %2"_s.arg(path.isEmpty() ? u"body"_s : path, message));
        m_fields.append(QJsonObject{{u"field"_s, path}, {u"message"_s, message}});
    }

    int m_status = 422; // 400 as soon as one member is of another form
    QStringList m_messages;
    QJsonArray m_fields;
};

const QRegularExpression &anything()
{
    static const QRegularExpression pattern(u"^.+$"_s);
    return pattern;
}

void checkName(Check &check, const QString &name, const QJsonValue &value)
{
    static const QRegularExpression pattern(uR"(^[^/\x00-\x1f]{1,253}$)"_s);
    check.text(u"name"_s, value, pattern);
    if (value.isString() && value.toString() != name)
        check.outOfLimits(u"name"_s, u"\"%1\" is not the name in the path, \"%2\""_s.arg(value.toString(), name));
}

void checkSite(Check &check, const QString &name, const QJsonValue &body)
{
    static const QRegularExpression key(u"^[A-Za-z0-9+/]{43}=$"_s);
    static const QRegularExpression endpoint(uR"(^(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):[0-9]{1,5}$)"_s);
    static const QRegularExpression cpu(u"^[0-9]+m?$"_s);
    static const QRegularExpression size(u"^[0-9]+(Mi|Gi)$"_s);

    const QJsonObject site
        = check.object(u""_s, body, {"name"_L1, "location"_L1, "wireguard"_L1, "resources"_L1, "mesh"_L1});
    checkName(check, name, site["name"_L1]);
    if (site.contains("location"_L1) && !site["location"_L1].isString())
        check.malformed(u"location"_s, u"a text is needed"_s);

    const QJsonObject wireguard
        = check.object(u"wireguard"_s, site["wireguard"_L1], {"public_key"_L1, "listen_port"_L1, "endpoints"_L1});
    check.text(u"wireguard.public_key"_s, wireguard["public_key"_L1], key);
    check.number(u"wireguard.listen_port"_s, wireguard["listen_port"_L1], 1, 65535);
    const QJsonArray endpoints = check.array(u"wireguard.endpoints"_s, wireguard["endpoints"_L1]);
    if (wireguard["endpoints"_L1].isArray() && endpoints.isEmpty())
        check.outOfLimits(u"wireguard.endpoints"_s, u"at least one is needed"_s);
    for (qsizetype i = 0; i < endpoints.size(); ++i)
        check.text(u"wireguard.endpoints[%1]"_s.arg(i), endpoints[i], endpoint);

    if (site.contains("resources"_L1)) {
        const QJsonObject resources
            = check.object(u"resources"_s, site["resources"_L1], {"cpu"_L1, "memory"_L1, "storage"_L1});
        for (const auto &[member, pattern] :
            {std::pair(u"cpu"_s, &cpu), std::pair(u"memory"_s, &size), std::pair(u"storage"_s, &size)})
            if (resources.contains(member))
                check.text(u"resources."_s + member, resources[member], *pattern);
    }
    if (site.contains("mesh"_L1)) {
        const QJsonObject mesh = check.object(u"mesh"_s, site["mesh"_L1], {"enabled"_L1, "peer_with"_L1});
        if (mesh.contains("enabled"_L1))
            check.boolean(u"mesh.enabled"_s, mesh["enabled"_L1]);
        if (mesh.contains("peer_with"_L1)) {
            const QJsonArray peers = check.array(u"mesh.peer_with"_s, mesh["peer_with"_L1]);
            for (qsizetype i = 0; i < peers.size(); ++i)
                check.text(u"mesh.peer_with[%1]"_s.arg(i), peers[i], anything());
        }
    }
}

void checkPolicy(Check &check, const QString &name, const QJsonValue &body)
{
    static const QRegularExpression protocol(u"^(tcp|udp|icmp|any)$"_s);
    static const QRegularExpression ports(u"^[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*$"_s);
    static const QRegularExpression actionType(u"^(route|drop|forward)$"_s);
    static const QRegularExpression qosClass(u"^(realtime|business-critical|best-effort)$"_s);
    static const QRegularExpression bandwidth(u"^[0-9]+(Kbps|Mbps|Gbps)$"_s);
    static const QRegularExpression cooldown(u"^[0-9]+(s|m|h)$"_s);

    const QJsonObject policy
        = check.object(u""_s, body, {"name"_L1, "priority"_L1, "match"_L1, "action"_L1, "failover"_L1});
    checkName(check, name, policy["name"_L1]);
    check.number(u"priority"_s, policy["priority"_L1], 0, 1000);

    const QJsonObject match = check.object(
        u"match"_s, policy["match"_L1], {"protocol"_L1, "src_port_range"_L1, "dst_port_range"_L1, "dscp"_L1});
    if (match.contains("protocol"_L1))
        check.text(u"match.protocol"_s, match["protocol"_L1], protocol);
    for (const QString &member : {u"src_port_range"_s, u"dst_port_range"_s})
        if (match.contains(member))
            check.text(u"match."_s + member, match[member], ports);
    if (match.contains("dscp"_L1))
        check.number(u"match.dscp"_s, match["dscp"_L1], 0, 63);

    const QJsonObject action
        = check.object(u"action"_s, policy["action"_L1], {"type"_L1, "primary_path"_L1, "backup_path"_L1, "qos"_L1});
    check.text(u"action.type"_s, action["type"_L1], actionType);
    for (const QString &member : {u"primary_path"_s, u"backup_path"_s}) {
        if (!action.contains(member))
            continue;
        const QString at = u"action."_s + member;
        const QJsonObject path = check.object(at, action[member], {"site_ref"_L1, "path_id"_L1});
        check.text(at + ".site_ref"_L1, path["site_ref"_L1], anything());
        if (path.contains("path_id"_L1))
            check.text(at + ".path_id"_L1, path["path_id"_L1], anything());
    }
    if (action.contains("qos"_L1)) {
        const QJsonObject qos = check.object(u"action.qos"_s, action["qos"_L1], {"class"_L1, "bandwidth"_L1});
        if (qos.contains("class"_L1))
            check.text(u"action.qos.class"_s, qos["class"_L1], qosClass);
        if (qos.contains("bandwidth"_L1))
            check.text(u"action.qos.bandwidth"_s, qos["bandwidth"_L1], bandwidth);
    }
    if (policy.contains("failover"_L1)) {
        const QJsonObject failover
            = check.object(u"failover"_s, policy["failover"_L1], {"threshold"_L1, "cooldown"_L1});
        if (failover.contains("threshold"_L1))
            check.number(u"failover.threshold"_s, failover["threshold"_L1], 0, 100);
        if (failover.contains("cooldown"_L1))
            check.text(u"failover.cooldown"_s, failover["cooldown"_L1], cooldown);
    }
}

} // namespace

std::optional<Answer> refusal(RemoteKind kind, const QString &name, const QJsonObject &body)
{
    Check check;
    if (kind == RemoteKind::Site)
        checkSite(check, name, body);
    else
        checkPolicy(check, name, body);
    return check.refusal();
}

} // namespace patronus::simulator
