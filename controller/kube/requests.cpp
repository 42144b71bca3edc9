// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/requests.h"

#include <QJsonDocument>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr auto jsonType = "application/json"_L1;
constexpr auto metadataOnlyType = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"_L1;

/// A request's path with the query that grows behind it.
class Target
{
public:
    explicit Target(QByteArray path) : m_text(std::move(path)) { }

    void add(QByteArrayView name, const QString &value)
    {
        if (value.isEmpty())
            return;
        m_text += m_hasQuery ? '&' : '?';
        m_text.append(name).append('=').append(QUrl::toPercentEncoding(value));
        m_hasQuery = true;
    }

    void add(const ListOptions &options)
    {
        add("labelSelector", options.labelSelector);
        add("fieldSelector", options.fieldSelector);
    }

    void add(const WriteOptions &options)
    {
        add("fieldManager", options.fieldManager);
        add("fieldValidation", options.strict ? u"Strict"_s : QString());
        add("dryRun", options.dryRun ? u"All"_s : QString());
    }

    [[nodiscard]] const QByteArray &text() const { return m_text; }

private:
    QByteArray m_text;
    bool m_hasQuery = false;
};

HttpRequest reading(const Target &target)
{
    return requests::read(target.text(), QByteArray(jsonType.data(), jsonType.size()));
}

HttpRequest changing(
    HttpRequest::Verb verb, const Target &target, QByteArrayView contentType, QByteArray body, bool metadataOnly)
{
    const auto accept = metadataOnly ? metadataOnlyType : jsonType;
    return {.verb = verb,
        .target = target.text(),
        .headers
        = {{"accept"_ba, QByteArray(accept.data(), accept.size())}, {"content-type"_ba, contentType.toByteArray()}},
        .body = std::move(body)};
}

QJsonObject typed(const ResourceType &type, QJsonObject object)
{
    object.insert("apiVersion"_L1, type.apiVersion());
    object.insert("kind"_L1, type.kind);
    return object;
}

QByteArray compact(const QJsonValue &value)
{
    return value.isArray() ? QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact) : toJson(value.toObject());
}

void insertIfSet(QJsonObject &object, QLatin1StringView member, const QString &value)
{
    if (!value.isEmpty())
        object.insert(member, value);
}

QJsonObject toJsonObject(const Preconditions &preconditions)
{
    QJsonObject object;
    insertIfSet(object, "uid"_L1, preconditions.uid);
    insertIfSet(object, "resourceVersion"_L1, preconditions.resourceVersion);
    return object;
}

} // namespace

bool isBookkeeping(std::span<const std::string_view> path)
{
    if (path.size() < 2 || path[0] != "metadata")
        return false;
    return path.size() == 2 ? path[1] == "managedFields"
                            : path[1] == "annotations" && path[2] == "kubectl.kubernetes.io/last-applied-configuration";
}

namespace requests {

HttpRequest read(const QByteArray &target, const QByteArray &accept)
{
    return {.target = target, .headers = {{"accept"_ba, accept}}};
}

HttpRequest get(const ResourceType &type, const ObjectKey &key)
{
    return reading(Target(type.path(key.nameSpace, key.name)));
}

HttpRequest list(const ResourceType &type, const ListOptions &options, const QString &continueToken)
{
    Target target(type.path(options.nameSpace));
    target.add(options);
    if (options.limit > 0)
        target.add("limit", QString::number(options.limit));
    target.add("continue", continueToken);
    return reading(target);
}

HttpRequest watch(
    const ResourceType &type, const ListOptions &options, const QString &resourceVersion, std::chrono::seconds length)
{
    Target target(type.path(options.nameSpace));
    target.add("watch", u"true"_s);
    target.add("allowWatchBookmarks", u"true"_s);
    target.add(options);
    target.add("resourceVersion", resourceVersion);
    target.add("timeoutSeconds", QString::number(length.count()));
    HttpRequest request = reading(target);
    // A quiet watch is legal, so the limit is past the moment when the server ends it by itself.
    request.idleLimit = length + std::chrono::seconds(30);
    return request;
}

HttpRequest create(const ResourceType &type, QJsonObject object, const WriteOptions &options)
{
    const ObjectKey key = Object(object).key();
    Target target(type.path(key.nameSpace));
    target.add(options);
    return changing(HttpRequest::Verb::Post, target, "application/json", compact(typed(type, std::move(object))),
        options.metadataOnly);
}

HttpRequest replace(const ResourceType &type, QJsonObject object, const WriteOptions &options)
{
    const ObjectKey key = Object(object).key();
    Target target(type.path(key.nameSpace, key.name));
    target.add(options);
    return changing(HttpRequest::Verb::Put, target, "application/json", compact(typed(type, std::move(object))),
        options.metadataOnly);
}

HttpRequest apply(const ResourceType &type, const ObjectKey &key, const QString &subresource, QJsonObject fields,
    const WriteOptions &options)
{
    QJsonObject metadata = fields.value("metadata"_L1).toObject();
    metadata.insert("name"_L1, key.name);
    insertIfSet(metadata, "namespace"_L1, key.nameSpace);
    fields.insert("metadata"_L1, metadata);

    Target target(type.path(key.nameSpace, key.name, subresource));
    target.add(options);
    target.add("force", options.force ? u"true"_s : QString());
    // JSON is YAML, and the server takes it as such.
    return changing(HttpRequest::Verb::Patch, target, "application/apply-patch+yaml",
        compact(typed(type, std::move(fields))), options.metadataOnly);
}

HttpRequest patch(const ResourceType &type, const ObjectKey &key, const QString &subresource, PatchType patchType,
    const QJsonValue &body, const WriteOptions &options)
{
    Target target(type.path(key.nameSpace, key.name, subresource));
    target.add(options);
    const QByteArrayView contentType
        = patchType == PatchType::Json ? "application/json-patch+json" : "application/merge-patch+json";
    return changing(HttpRequest::Verb::Patch, target, contentType, compact(body), options.metadataOnly);
}

HttpRequest scale(const ResourceType &type, const ObjectKey &key, int replicas, const Preconditions &preconditions,
    const WriteOptions &options)
{
    QJsonObject body{{"spec"_L1, QJsonObject{{"replicas"_L1, replicas}}}};
    // In a merge patch, metadata that differs from the object's is a conflict: a precondition.
    if (const QJsonObject metadata = toJsonObject(preconditions); !metadata.isEmpty())
        body.insert("metadata"_L1, metadata);
    return patch(type, key, u"scale"_s, PatchType::Merge, body, options);
}

HttpRequest remove(
    const ResourceType &type, const ObjectKey &key, const Preconditions &preconditions, const WriteOptions &options)
{
    QJsonObject body{{"apiVersion"_L1, u"v1"_s}, {"kind"_L1, u"DeleteOptions"_s}};
    if (const QJsonObject conditions = toJsonObject(preconditions); !conditions.isEmpty())
        body.insert("preconditions"_L1, conditions);
    // The server reads a body in place of the query; the query is for who reads its audit log.
    if (options.dryRun)
        body.insert("dryRun"_L1, QJsonArray{u"All"_s});
    Target target(type.path(key.nameSpace, key.name));
    target.add("dryRun", options.dryRun ? u"All"_s : QString());
    return changing(HttpRequest::Verb::Delete, target, "application/json", compact(body), options.metadataOnly);
}

HttpRequest log(const ObjectKey &pod, const LogOptions &options)
{
    Target target(resources::pods().path(pod.nameSpace, pod.name, u"log"_s));
    const auto flag = [&target](QByteArrayView name, bool set) { target.add(name, set ? u"true"_s : QString()); };
    target.add("container", options.container);
    flag("follow", options.follow);
    flag("previous", options.previous);
    flag("timestamps", options.timestamps);
    if (options.since.isValid())
        target.add("sinceTime", options.since.toUTC().toString(Qt::ISODate));
    if (options.last)
        target.add("sinceSeconds", QString::number(options.last->count()));
    return read(target.text(), "*/*"_ba);
}

} // namespace requests

} // namespace patronus
