// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/kind.h"
#include "sdwan/validate.h"

#include "core/json.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

static QStringList peersOf(const Object &site)
{
    QStringList peers;
    for (const QJsonValue &peer : site.value(u"spec.mesh.peerWith").toArray())
        peers.append(peer.toString());
    return peers;
}

static QList<Problem> validateSite(const Object &site)
{
    QList<Problem> problems;
    const QJsonObject wireguard = site.spec()["wireguard"_L1].toObject();
    if (const auto why = problemWithKey(wireguard["publicKey"_L1].toString()))
        problems.append({u"spec.wireguard.publicKey"_s, *why});

    const QJsonArray endpoints = wireguard["endpoints"_L1].toArray();
    if (endpoints.isEmpty())
        problems.append({u"spec.wireguard.endpoints"_s, u"at least one host:port is needed"_s});
    for (qsizetype i = 0; i < endpoints.size(); ++i)
        if (const auto why = problemWithEndpoint(endpoints[i].toString()))
            problems.append({u"spec.wireguard.endpoints[%1]"_s.arg(i), *why});

    const QStringList peers = peersOf(site);
    for (qsizetype i = 0; i < peers.size(); ++i) {
        const QString path = u"spec.mesh.peerWith[%1]"_s.arg(i);
        if (peers[i].isEmpty())
            problems.append({path, u"the name of a Site is needed"_s});
        else if (peers[i] == site.key().name)
            problems.append({path, u"a Site cannot peer with itself; remove \"%1\""_s.arg(peers[i])});
        else if (peers.indexOf(peers[i]) < i)
            problems.append({path, u"\"%1\" is there twice; keep one"_s.arg(peers[i])});
    }
    return problems;
}

static QJsonObject siteBody(const Object &site)
{
    const QJsonObject spec = site.spec();
    const QJsonObject wireguard = spec["wireguard"_L1].toObject();
    QJsonObject body{
        {u"name"_s, site.key().name},
        {u"wireguard"_s,
            QJsonObject{{u"public_key"_s, wireguard["publicKey"_L1]}, {u"listen_port"_s, wireguard["listenPort"_L1]},
                {u"endpoints"_s, wireguard["endpoints"_L1]}}},
    };
    if (spec.contains("location"_L1))
        body.insert("location"_L1, spec["location"_L1]);
    if (spec.contains("resources"_L1))
        body.insert("resources"_L1, spec["resources"_L1]);
    if (const QJsonObject mesh = spec["mesh"_L1].toObject(); !mesh.isEmpty()) {
        QJsonObject remote;
        if (mesh.contains("enabled"_L1))
            remote.insert("enabled"_L1, mesh["enabled"_L1]);
        if (mesh.contains("peerWith"_L1))
            remote.insert("peer_with"_L1, mesh["peerWith"_L1]);
        body.insert("mesh"_L1, remote);
    }
    return body;
}

const Kind &siteKind()
{
    static const Kind kind{
        .remote = RemoteKind::Site,
        .resource = resources::sites,
        .label = "site",
        .missingReference = MissingReference::SendAnyway,
        .validate = validateSite,
        .remoteBody = siteBody,
        .references = peersOf,
    };
    return kind;
}

} // namespace patronus
