// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/discovery.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr auto aggregated
    = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
constexpr auto preserve = "x-kubernetes-preserve-unknown-fields"_L1;
constexpr int deepest = 32; // levels of a schema; CRDs have about ten

QJsonObject anything()
{
    return {{preserve, true}};
}

/// Puts the target of each "$ref" in its place. Within bounds, since what is inlined can grow without end.
class Resolver
{
public:
    explicit Resolver(const QJsonObject &schemas) : m_schemas(schemas) { }

    [[nodiscard]] QJsonObject resolved(QJsonObject schema, int depth = 0)
    {
        if (depth > deepest || --m_budget < 0)
            return anything();
        // A reference with a description or a default beside it is wrapped: allOf with one item.
        if (const QJsonArray all = schema.value("allOf"_L1).toArray();
            all.size() == 1 && all[0].toObject().contains("$ref"_L1))
            return resolved(all[0].toObject(), depth + 1);
        if (const QString reference = schema.value("$ref"_L1).toString(); !reference.isEmpty()) {
            const QJsonValue target = m_schemas.value(reference.section(u'/', -1));
            return target.isObject() ? resolved(target.toObject(), depth + 1) : anything();
        }
        if (QJsonObject properties = schema.value("properties"_L1).toObject(); !properties.isEmpty()) {
            for (auto it = properties.begin(); it != properties.end(); ++it)
                it.value() = resolved(it.value().toObject(), depth + 1);
            schema.insert("properties"_L1, properties);
        }
        for (const auto member : {"items"_L1, "additionalProperties"_L1})
            if (schema.value(member).isObject())
                schema.insert(member, resolved(schema.value(member).toObject(), depth + 1));
        return schema;
    }

private:
    const QJsonObject &m_schemas;
    int m_budget = 50'000;
};

/// The schema of one member; nullopt where it is not declared.
std::optional<QJsonObject> memberOf(const QJsonObject &schema, QStringView name)
{
    if (const QJsonValue declared = schema.value("properties"_L1).toObject().value(name); declared.isObject())
        return declared.toObject();
    if (const QJsonValue additional = schema.value("additionalProperties"_L1); additional.isObject())
        return additional.toObject();
    else if (additional.toBool() || schema.value(preserve).toBool())
        return anything();
    return std::nullopt;
}

QJsonValue projected(const QJsonValue &value, const QJsonObject &schema, int depth)
{
    if (depth > deepest)
        return value;
    if (value.isObject()) {
        QJsonObject kept;
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            if (const auto member = memberOf(schema, it.key()))
                kept.insert(it.key(), projected(it.value(), *member, depth + 1));
        return kept;
    }
    if (value.isArray() && schema.value("items"_L1).isObject()) {
        QJsonArray kept;
        for (const QJsonValue &item : value.toArray())
            kept += projected(item, schema.value("items"_L1).toObject(), depth + 1);
        return kept;
    }
    return value;
}

QString camelCase(const QString &name)
{
    QString result;
    for (const QString &word : name.split(u'_', Qt::SkipEmptyParts))
        result += result.isEmpty() ? word : word.left(1).toUpper() + word.mid(1);
    return result;
}

std::optional<QString> snakeCaseIn(const QJsonObject &schema, const QString &path, int depth)
{
    if (depth > deepest)
        return std::nullopt;
    if (schema.value("items"_L1).isObject())
        return snakeCaseIn(schema.value("items"_L1).toObject(), path, depth + 1);
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QString here = path.isEmpty() ? it.key() : path + u'.' + it.key();
        if (it.key().contains(u'_') && !properties.contains(camelCase(it.key())))
            return here;
        if (auto found = snakeCaseIn(it.value().toObject(), here, depth + 1))
            return found;
    }
    return std::nullopt;
}

} // namespace

Expected<QList<ResourceType>> resourceTypesFrom(const QJsonObject &groups)
{
    if (groups.value("kind"_L1) != "APIGroupDiscoveryList"_L1)
        return std::unexpected(Error{Error::Kind::Malformed,
            u"discovery: the server has no aggregated discovery (Kubernetes 1.27 or newer has)"_s});
    QList<ResourceType> types;
    for (const QJsonValue &group : groups.value("items"_L1).toArray()) {
        const QString name = group["metadata"_L1]["name"_L1].toString();
        for (const QJsonValue &version : group["versions"_L1].toArray()) {
            for (const QJsonValue &resource : version["resources"_L1].toArray()) {
                const ResourceType type{name, version["version"_L1].toString(), resource["resource"_L1].toString(),
                    resource["responseKind"_L1]["kind"_L1].toString(),
                    resource["scope"_L1].toString() == "Namespaced"_L1};
                if (!type.version.isEmpty() && !type.plural.isEmpty() && !type.kind.isEmpty())
                    types += type;
            }
        }
    }
    return types;
}

std::optional<QJsonObject> schemaFrom(
    const QJsonObject &openApi, const QString &group, const QString &version, const QString &kind)
{
    const QJsonObject schemas = valueAt(openApi, u"components.schemas").toObject();
    for (const QJsonValue &schema : schemas) {
        for (const QJsonValue &served : schema["x-kubernetes-group-version-kind"_L1].toArray()) {
            if (served["group"_L1].toString() == group && served["version"_L1].toString() == version
                && served["kind"_L1].toString() == kind)
                return Resolver(schemas).resolved(schema.toObject());
        }
    }
    return std::nullopt;
}

bool declares(const QJsonObject &schema, QStringView path)
{
    QJsonObject at = schema;
    for (const QStringView name : path.tokenize(u'.')) {
        while (at.value("items"_L1).isObject())
            at = at.value("items"_L1).toObject();
        const auto member = memberOf(at, name);
        if (!member)
            return false;
        at = *member;
    }
    return true;
}

QJsonObject project(const QJsonObject &value, const QJsonObject &schema)
{
    return projected(value, schema, 0).toObject();
}

std::optional<QString> snakeCaseField(const QJsonObject &schema)
{
    return snakeCaseIn(schema, {}, 0);
}

Discovery::Discovery(KubeClient &client) : m_client(client)
{
}

Task<QList<ResourceType>> Discovery::types(std::stop_token stop)
{
    const auto core = m_client.getJson("/api"_ba, stop, aggregated);
    const auto groups = m_client.getJson("/apis"_ba, stop, aggregated);
    QList<ResourceType> types;
    for (const auto *answer : {&core, &groups}) {
        const auto read = (co_await *answer).and_then(resourceTypesFrom);
        if (!read)
            co_return std::unexpected(read.error());
        types += *read;
    }
    co_return types;
}

Task<std::optional<QJsonObject>> Discovery::servedSchema(
    QString group, QString version, QString kind, std::stop_token stop)
{
    const QByteArray path = group.isEmpty() ? "api/"_ba : "apis/" + QUrl::toPercentEncoding(group) + '/';
    // Most of the document says what requests there are: that is not looked at.
    const auto isPaths
        = [](std::span<const std::string_view> member) { return member.size() == 1 && member.front() == "paths"; };
    const auto openApi = co_await m_client.getJson(
        "/openapi/v3/" + path + QUrl::toPercentEncoding(version), std::move(stop), "application/json"_ba, isPaths);
    if (openApi)
        co_return schemaFrom(*openApi, group, version, kind);
    if (openApi.error().kind == Error::Kind::NotFound)
        co_return std::nullopt; // no such group and version is served
    co_return std::unexpected(openApi.error());
}

} // namespace patronus
