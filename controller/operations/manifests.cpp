// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/manifests.h"

#include "core/json.h"
#include "kube/yaml.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Expected<void> addObjects(const QJsonValue &document, const QString &place, QList<QJsonObject> &objects)
{
    const QJsonObject object = document.toObject();
    const QString kind = object["kind"_L1].toString();
    if (kind.endsWith("List"_L1) && object["items"_L1].isArray()) {
        const QJsonArray items = object["items"_L1].toArray();
        for (qsizetype i = 0; i < items.size(); ++i)
            if (const auto added = addObjects(items[i], u"%1 item %2"_s.arg(place).arg(i + 1), objects); !added)
                return added;
        return {};
    }
    if (kind.isEmpty() || valueAt(object, u"metadata.name").toString().isEmpty())
        return std::unexpected(Error{
            .kind = Error::Kind::Malformed, .message = place + u": no Kubernetes object: it has no kind or no name"_s});
    objects.append(object);
    return {};
}

} // namespace

Expected<QList<QJsonObject>> readManifests(QByteArrayView text)
{
    const auto documents = parseYaml(text); // JSON is YAML
    if (!documents)
        return std::unexpected(documents.error());
    QList<QJsonObject> objects;
    for (qsizetype i = 0; i < documents->size(); ++i)
        if (const auto added = addObjects(documents->at(i), u"document %1"_s.arg(i + 1), objects); !added)
            return std::unexpected(added.error());
    return objects;
}

QByteArray toListYaml(const QList<QJsonObject> &objects)
{
    QJsonArray items;
    for (const QJsonObject &object : objects)
        items.append(object);
    return toYaml(QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"List"_s}, {u"items"_s, items}});
}

} // namespace patronus
