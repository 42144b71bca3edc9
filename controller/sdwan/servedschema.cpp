// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/servedschema.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

static QJsonValue projected(const QJsonValue &value, const QJsonObject &schema)
{
    if (schema["x-kubernetes-preserve-unknown-fields"_L1].toBool())
        return value;
    if (value.isArray()) {
        QJsonArray items;
        for (const QJsonValue &item : value.toArray())
            items.append(projected(item, schema["items"_L1].toObject()));
        return items;
    }
    const QJsonObject properties = schema["properties"_L1].toObject();
    if (!value.isObject() || properties.isEmpty())
        return value;
    QJsonObject kept;
    const QJsonObject members = value.toObject();
    for (auto it = members.begin(); it != members.end(); ++it)
        if (properties.contains(it.key()))
            kept.insert(it.key(), projected(*it, properties[it.key()].toObject()));
    return kept;
}

QJsonObject ServedSchema::project(const QJsonObject &whole) const
{
    return status.isEmpty() ? whole : projected(whole, status).toObject();
}

Task<ServedSchema> readServedSchema(KubeClient &client, ResourceType type, std::stop_token stop)
{
    const QByteArray target = "/openapi/v3/apis/" + type.group.toUtf8() + '/' + type.version.toUtf8();
    const Expected<QJsonObject> document = co_await client.getJson(target, stop);
    if (!document)
        co_return std::unexpected(document.error());
    const QJsonObject schemas = (*document)["components"_L1]["schemas"_L1].toObject();
    for (const QJsonValue &schema : schemas)
        for (const QJsonValue &name : schema["x-kubernetes-group-version-kind"_L1].toArray())
            if (name["kind"_L1].toString() == type.kind) {
                const QJsonValue properties = schema["properties"_L1];
                co_return ServedSchema{
                    .spec = properties["spec"_L1].toObject(), .status = properties["status"_L1].toObject()};
            }
    co_return std::unexpected(Error{
        .kind = Error::Kind::NotFound, .message = u"the server has no resource %1.%2"_s.arg(type.plural, type.group)});
}

bool ServedSchema::isSnakeCase() const
{
    const QJsonObject properties = spec["properties"_L1].toObject();
    const QJsonObject wireguard = properties["wireguard"_L1]["properties"_L1].toObject();
    const QJsonObject match = properties["match"_L1]["properties"_L1].toObject();
    return (wireguard.contains("public_key"_L1) && !wireguard.contains("publicKey"_L1))
        || (match.contains("dst_port_range"_L1) && !match.contains("dstPortRange"_L1));
}

} // namespace patronus
