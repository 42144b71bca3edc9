// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/patronusaccess.h"

#include "core/json.h"
#include "operations/listing.h"
#include "operations/operatorpods.h"

#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Error notFound(const QString &message)
{
    return {.kind = Error::Kind::NotFound, .message = message};
}

/// The first of @p list whose @p member is @p value.
QJsonObject find(const QJsonValue &list, QLatin1StringView member, const QString &value)
{
    for (const QJsonValue &item : list.toArray())
        if (item[member].toString() == value)
            return item.toObject();
    return {};
}

/// A variable with a value, or with a key of a Secret or ConfigMap.
SettingSource variableOf(const QJsonObject &container, const QString &name)
{
    const QJsonObject variable = find(container["env"_L1], "name"_L1, name);
    const QJsonObject secret = valueAt(variable, u"valueFrom.secretKeyRef").toObject(),
                      map = valueAt(variable, u"valueFrom.configMapKeyRef").toObject();
    const QJsonObject reference = secret.isEmpty() ? map : secret;
    return {.text = variable["value"_L1].toString(),
        .isSecret = !secret.isEmpty(),
        .name = reference["name"_L1].toString(),
        .key = reference["key"_L1].toString()};
}

/// The key of which a volume makes @p file; of a volume that renames its keys the one that is called so.
QString keyOf(const QJsonObject &volume, const QString &file)
{
    const QJsonObject item = find(volume["items"_L1], "path"_L1, file);
    return item.isEmpty() ? file : item["key"_L1].toString();
}

/// What is mounted as the file that a variable names.
Expected<SettingSource> fileOf(const QJsonObject &pod, const QJsonObject &container, const QString &name)
{
    const QString path = variableOf(container, name).text;
    if (path.isEmpty())
        return SettingSource();
    for (const QJsonValue &mount : container["volumeMounts"_L1].toArray()) {
        const QString folder = mount["mountPath"_L1].toString() + u'/';
        if (!path.startsWith(folder))
            continue;
        const QJsonObject volume = find(pod["volumes"_L1], "name"_L1, mount["name"_L1].toString());
        const QString file = path.sliced(folder.size());
        if (const QJsonObject secret = volume["secret"_L1].toObject(); !secret.isEmpty())
            return SettingSource{
                .isSecret = true, .name = secret["secretName"_L1].toString(), .key = keyOf(secret, file)};
        if (const QJsonObject map = volume["configMap"_L1].toObject(); !map.isEmpty())
            return SettingSource{.name = map["name"_L1].toString(), .key = keyOf(map, file)};
    }
    return std::unexpected(Error{.kind = Error::Kind::Invalid,
        .message = u"the operator's %1 is %2, which is mounted from no Secret or ConfigMap"_s.arg(name, path)});
}

bool isReady(const Object &pod)
{
    const QJsonObject ready = find(pod.status()["conditions"_L1], "type"_L1, u"Ready"_s);
    return ready["status"_L1] == "True"_L1 && !pod.isDeleting();
}

/// The number of a Service's targetPort, which may be a name, in @p pod.
int portOf(const Object &pod, const QJsonValue &target, int servicePort)
{
    if (target.isDouble())
        return target.toInt();
    if (!target.isString())
        return servicePort;
    for (const QJsonValue &container : pod.spec()["containers"_L1].toArray())
        if (const QJsonObject port = find(container["ports"_L1], "name"_L1, target.toString()); !port.isEmpty())
            return port["containerPort"_L1].toInt();
    return 0;
}

/// "NAME", "NAME.NAMESPACE", "NAME.NAMESPACE.svc", … as a pod of @p nameSpace means it; nullopt: no Service's name.
std::optional<ObjectKey> serviceOf(const QString &host, const QString &nameSpace)
{
    const QStringList words = host.split(u'.', Qt::SkipEmptyParts);
    if (words.isEmpty() || (words.size() > 2 && words[2] != "svc"_L1))
        return std::nullopt;
    return ObjectKey{words.value(1, nameSpace), words[0]};
}

} // namespace

QString patronusUrlOf(const Object &deployment)
{
    const QString url = operatorSetting(deployment, "PATRONUS_API_URL"_L1);
    return url.isEmpty() ? u"http://patronus-api:8081"_s : url; // the operator's own default
}

Expected<PatronusAccess> patronusAccessOf(const Object &deployment)
{
    const QJsonObject pod = valueAt(deployment.json(), u"spec.template.spec").toObject();
    const QJsonObject container = operatorContainer(deployment);
    PatronusAccess access{.url = patronusUrlOf(deployment)};
    access.token = variableOf(container, u"PATRONUS_API_TOKEN"_s);
    for (const auto &[name, setting] : {std::pair(u"PATRONUS_API_TOKEN_FILE"_s, &access.token),
             std::pair(u"PATRONUS_API_USERNAME_FILE"_s, &access.username),
             std::pair(u"PATRONUS_API_PASSWORD_FILE"_s, &access.password),
             std::pair(u"PATRONUS_API_CA_FILE"_s, &access.ca)}) {
        if (setting->isGiven())
            continue;
        const auto source = fileOf(pod, container, name);
        if (!source)
            return std::unexpected(source.error());
        *setting = *source;
    }
    return access;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QString> readSetting(KubeClient &client, QString nameSpace, SettingSource setting, std::stop_token stop)
{
    if (setting.name.isEmpty())
        co_return setting.text;
    const ResourceType &type = setting.isSecret ? resources::secrets() : resources::configMaps();
    const auto holder = co_await client.get(type, {nameSpace, setting.name}, stop);
    if (!holder)
        co_return std::unexpected(holder.error());
    const QString value = valueAt(holder->json(), u"data").toObject()[setting.key].toString();
    const QByteArray text = setting.isSecret ? QByteArray::fromBase64(value.toLatin1()) : value.toUtf8();
    if (text.trimmed().isEmpty())
        co_return std::unexpected(
            notFound(u"the %1 %2/%3 has no key %4"_s.arg(type.kind, nameSpace, setting.name, setting.key)));
    co_return QString::fromUtf8(text.trimmed());
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<Object> serviceBehind(KubeClient &client, QString host, QString nameSpace, std::stop_token stop)
{
    for (int alias = 0; alias < 3; ++alias) { // a Service may be another name of a Service
        const auto key = serviceOf(host, nameSpace);
        if (!key)
            break;
        const auto service = co_await client.get(resources::services(), *key, stop);
        if (!service && service.error().kind == Error::Kind::NotFound)
            break;
        if (!service || service->spec()["type"_L1] != "ExternalName"_L1)
            co_return service;
        host = service->spec()["externalName"_L1].toString();
    }
    co_return std::unexpected(notFound(
        u"%1 is no Service of this cluster: where this machine can reach it, --patronus-api-url goes there"_s.arg(
            host)));
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<PodPort> podBehind(KubeClient &client, QUrl url, QString nameSpace, std::stop_token stop)
{
    const auto service = co_await serviceBehind(client, url.host(), nameSpace, stop);
    if (!service)
        co_return std::unexpected(service.error());
    const int wanted = url.port(url.scheme() == "https"_L1 ? 443 : 80);
    QJsonObject port;
    for (const QJsonValue &candidate : service->spec()["ports"_L1].toArray())
        if (candidate["port"_L1].toInt() == wanted)
            port = candidate.toObject();
    if (port.isEmpty())
        co_return std::unexpected(notFound(u"the Service %1 has no port %2"_s.arg(service->key().text()).arg(wanted)));
    QStringList labels;
    const QJsonObject selector = service->spec()["selector"_L1].toObject();
    for (auto it = selector.begin(); it != selector.end(); ++it)
        labels.append(it.key() + u'=' + it.value().toString());
    if (labels.isEmpty())
        co_return std::unexpected(
            notFound(u"the Service %1 selects no pods to forward to"_s.arg(service->key().text())));
    const auto pods = co_await listAll(
        client, resources::pods(), {.nameSpace = service->key().nameSpace, .labelSelector = labels.join(u',')}, stop);
    if (!pods)
        co_return std::unexpected(pods.error());
    const auto ready = std::ranges::find_if(*pods, isReady);
    if (ready == pods->end())
        co_return std::unexpected(notFound(u"no pod of the Service %1 is ready"_s.arg(service->key().text())));
    const int number = portOf(*ready, port["targetPort"_L1], wanted);
    if (number == 0)
        co_return std::unexpected(
            notFound(u"the pod %1 has no port called %2"_s.arg(ready->key().text(), port["targetPort"_L1].toString())));
    co_return PodPort{ready->key(), number};
}

} // namespace patronus
