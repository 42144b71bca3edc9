// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/target.h"

#include "kube/contextclass.h"

#include <QCryptographicHash>
#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString caSha256(const KubeContext &context)
{
    QByteArray pem = context.caData;
    if (QFile file(context.caFile); pem.isEmpty() && !context.caFile.isEmpty() && file.open(QIODevice::ReadOnly))
        pem = file.readAll();
    if (pem.isEmpty())
        return {};
    return QString::fromLatin1(
        QCryptographicHash::hash(pem.simplified().replace(' ', QByteArray()), QCryptographicHash::Sha256).toHex());
}

} // namespace

QJsonObject ClusterIdentity::toJson() const
{
    return {{u"server"_s, server}, {u"caSha256"_s, caSha256}, {u"kubeSystemUid"_s, kubeSystemUid}};
}

ClusterIdentity ClusterIdentity::fromJson(const QJsonObject &json)
{
    return {.server = json["server"_L1].toString(),
        .caSha256 = json["caSha256"_L1].toString(),
        .kubeSystemUid = json["kubeSystemUid"_L1].toString()};
}

QList<std::pair<QString, QString>> Target::rows() const
{
    const QString identity = cluster.kubeSystemUid.isEmpty()
        ? u"unknown: the namespace kube-system may not be read"_s
        : u"kube-system %1, CA %2"_s.arg(cluster.kubeSystemUid,
              cluster.caSha256.isEmpty() ? u"of the system"_s : cluster.caSha256.first(16) + u'…');
    return {{u"server"_s, u"%1, %2"_s.arg(cluster.server, serverVersion)}, {u"cluster"_s, identity},
        {u"namespace"_s, nameSpace.isEmpty() ? u"all"_s : nameSpace}, {u"user"_s, user}};
}

QString Target::text() const
{
    QString text = u"  context    %1 (%2)\n"_s.arg(context, contextClassName(classify(context)));
    for (const auto &[label, value] : rows())
        text += u"  %1%2\n"_s.arg(label.leftJustified(11), value);
    return text;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<Target> readTarget(KubeClient &client, KubeContext context, QString nameSpace, std::stop_token stop)
{
    Target target{.context = context.name,
        .cluster = {.server = context.server.toString(QUrl::RemoveUserInfo), .caSha256 = caSha256(context)},
        .nameSpace = std::move(nameSpace),
        .user = context.userName,
        .serverVersion = {}};
    const auto version = co_await client.getJson("/version"_ba, stop); // also whether there is a server at all
    if (!version)
        co_return std::unexpected(version.error());
    target.serverVersion = version->value("gitVersion"_L1).toString();
    if (const auto user = co_await client.whoAmI(stop))
        target.user = *user;
    if (const auto system = co_await client.get(resources::namespaces(), {{}, u"kube-system"_s}, stop))
        target.cluster.kubeSystemUid = system->uid();
    else if (system.error().kind != Error::Kind::Forbidden && system.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(system.error());
    co_return target;
}

} // namespace patronus
