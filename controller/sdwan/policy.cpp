// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/kind.h"
#include "sdwan/validate.h"

#include "core/json.h"

using namespace Qt::StringLiterals;

namespace patronus {

static QList<Problem> validatePolicy(const Object &policy)
{
    QList<Problem> problems;
    const QJsonObject spec = policy.spec();
    for (const QLatin1StringView range : {"srcPortRange"_L1, "dstPortRange"_L1}) {
        const QJsonValue ports = spec["match"_L1][range];
        if (ports.isUndefined() || ports.isNull())
            continue;
        if (const auto why = problemWithPorts(ports.toString()))
            problems.append({"spec.match."_L1 + range, *why});
    }

    const QJsonObject action = spec["action"_L1].toObject();
    const auto checkPath = [&](QLatin1StringView name) {
        const QJsonObject path = action[name].toObject();
        if (!path.isEmpty() && path["siteRef"_L1].toString().isEmpty())
            problems.append({"spec.action."_L1 + name + ".siteRef"_L1, u"the name of a Site is needed"_s});
        return path;
    };
    const QJsonObject primary = checkPath("primaryPath"_L1);
    const QJsonObject backup = checkPath("backupPath"_L1);
    if (!backup.isEmpty() && backup == primary)
        problems.append({u"spec.action.backupPath"_s, u"it is the primary path; a backup has to be another one"_s});
    return problems;
}

/// A copy of @p from with the names that the API uses; members that are not there stay away.
static QJsonObject renamed(
    const QJsonObject &from, std::initializer_list<std::pair<QLatin1StringView, QLatin1StringView>> fields)
{
    QJsonObject to;
    for (const auto &[ours, theirs] : fields)
        if (const QJsonValue value = from[ours]; !value.isUndefined() && !value.isNull())
            to.insert(theirs, value);
    return to;
}

static QJsonObject policyBody(const Object &policy)
{
    const QJsonObject spec = policy.spec();
    const QJsonObject from = spec["action"_L1].toObject();
    QJsonObject action{{u"type"_s, from["type"_L1]}};
    for (const auto &[ours, theirs] :
        {std::pair("primaryPath"_L1, "primary_path"_L1), std::pair("backupPath"_L1, "backup_path"_L1)})
        if (from.contains(ours))
            action.insert(
                theirs, renamed(from[ours].toObject(), {{"siteRef"_L1, "site_ref"_L1}, {"pathId"_L1, "path_id"_L1}}));
    if (from.contains("qos"_L1))
        action.insert(
            "qos"_L1, renamed(from["qos"_L1].toObject(), {{"class"_L1, "class"_L1}, {"bandwidth"_L1, "bandwidth"_L1}}));

    QJsonObject body{
        {u"name"_s, policy.key().name},
        {u"priority"_s, spec["priority"_L1]},
        {u"match"_s,
            renamed(spec["match"_L1].toObject(),
                {{"protocol"_L1, "protocol"_L1}, {"srcPortRange"_L1, "src_port_range"_L1},
                    {"dstPortRange"_L1, "dst_port_range"_L1}, {"dscp"_L1, "dscp"_L1}})},
        {u"action"_s, action},
    };
    if (spec.contains("failover"_L1))
        body.insert("failover"_L1,
            renamed(
                spec["failover"_L1].toObject(), {{"threshold"_L1, "threshold"_L1}, {"cooldown"_L1, "cooldown"_L1}}));
    return body;
}

static QStringList sitesOf(const Object &policy)
{
    QStringList sites;
    for (const QStringView path : {u"spec.action.primaryPath.siteRef", u"spec.action.backupPath.siteRef"})
        if (const QString site = policy.value(path).toString(); !site.isEmpty() && !sites.contains(site))
            sites.append(site);
    return sites;
}

const Kind &policyKind()
{
    static const Kind kind{
        .remote = RemoteKind::Policy,
        .resource = resources::policies,
        .label = "policy",
        .missingReference = MissingReference::Wait,
        .validate = validatePolicy,
        .remoteBody = policyBody,
        .references = sitesOf,
    };
    return kind;
}

} // namespace patronus
