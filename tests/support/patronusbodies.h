// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace patronus {

/// The body of a PUT of a Site that the API takes; in a mesh when it has @p peers.
[[nodiscard]] inline QJsonObject siteBody(const QString &name, const QStringList &peers = {})
{
    using namespace Qt::StringLiterals;
    QJsonObject body{{u"name"_s, name}, {u"location"_s, u"Zürich"_s},
        {u"wireguard"_s,
            QJsonObject{{u"public_key"_s, u"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="_s}, {u"listen_port"_s, 51820},
                {u"endpoints"_s, QJsonArray{u"192.0.2.1:51820"_s, u"[2001:db8::1]:51820"_s}}}},
        {u"resources"_s, QJsonObject{{u"cpu"_s, u"500m"_s}, {u"memory"_s, u"512Mi"_s}, {u"storage"_s, u"10Gi"_s}}}};
    if (!peers.isEmpty())
        body.insert(u"mesh"_s, QJsonObject{{u"enabled"_s, true}, {u"peer_with"_s, QJsonArray::fromStringList(peers)}});
    return body;
}

/// The body of a PUT of a Policy that the API takes, which routes over @p primary and else over @p backup.
[[nodiscard]] inline QJsonObject policyBody(const QString &name, const QString &primary = QStringLiteral("branch--hq"),
    const QString &backup = QStringLiteral("lte"))
{
    using namespace Qt::StringLiterals;
    const auto path
        = [](const QString &site, const QString &id) { return QJsonObject{{u"site_ref"_s, site}, {u"path_id"_s, id}}; };
    return {{u"name"_s, name}, {u"priority"_s, 100},
        {u"match"_s, QJsonObject{{u"protocol"_s, u"tcp"_s}, {u"dst_port_range"_s, u"80,443"_s}, {u"dscp"_s, 46}}},
        {u"action"_s,
            QJsonObject{{u"type"_s, u"route"_s}, {u"primary_path"_s, path(u"hq"_s, primary)},
                {u"backup_path"_s, path(u"hq"_s, backup)},
                {u"qos"_s, QJsonObject{{u"class"_s, u"realtime"_s}, {u"bandwidth"_s, u"10Mbps"_s}}}}},
        {u"failover"_s, QJsonObject{{u"threshold"_s, 50}, {u"cooldown"_s, u"30s"_s}}}};
}

} // namespace patronus
