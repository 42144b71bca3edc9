// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/crds.h"

#include "core/readfile.h"
#include "kube/discovery.h"
#include "operations/manifests.h"
#include "operations/structuralschema.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static void initCrds()
{
    Q_INIT_RESOURCE(crds); // of a static library, which nobody else reads
}

namespace patronus {

namespace {

QStringList filesOf(const QString &path)
{
    if (!QFileInfo(path).isDir())
        return {path};
    QStringList files;
    const QDir folder(path);
    for (const QString &name : folder.entryList({u"*.yaml"_s, u"*.yml"_s, u"*.json"_s}, QDir::Files, QDir::Name))
        files.append(folder.filePath(name));
    return files;
}

Expected<QList<QJsonObject>> readFile(const QString &path)
{
    return readWholeFile(path).and_then([&path](const QByteArray &text) {
        return readManifests(text).transform_error([&path](const Error &error) {
            return Error{.kind = Error::Kind::Malformed, .message = u"%1: %2"_s.arg(path, error.message)};
        });
    });
}

bool isEstablished(const Object &definition)
{
    const QJsonArray conditions = definition.status()["conditions"_L1].toArray();
    return std::ranges::any_of(conditions, [](const QJsonValue &condition) {
        return condition["type"_L1] == "Established"_L1 && condition["status"_L1] == "True"_L1;
    });
}

/// Whether what is served has a place for just the fields that @p wanted has.
bool isOf(const QJsonObject &served, const QJsonObject &wanted)
{
    const auto ownFields = [](const QJsonObject &schema) {
        QSet<QString> fields;
        for (const QString &field : schemaFields(schema))
            if (field.startsWith("spec"_L1) || field.startsWith("status"_L1))
                fields.insert(field);
        return fields;
    };
    return ownFields(served) == ownFields(wanted);
}

} // namespace

QList<QJsonObject> builtInCrds()
{
    initCrds();
    return readCrds({u":/patronus/crds"_s}).value_or(QList<QJsonObject>());
}

Expected<QList<QJsonObject>> readCrds(const QStringList &paths)
{
    QList<QJsonObject> found;
    QSet<QString> names;
    for (const QString &path : paths)
        for (const QString &file : filesOf(path)) {
            const auto objects = readFile(file);
            if (!objects)
                return std::unexpected(objects.error());
            for (const QJsonObject &object : *objects) {
                if (!crdType(object))
                    continue;
                const QString name = Object(object).key().name;
                if (names.contains(name))
                    return std::unexpected(Error{.kind = Error::Kind::Invalid,
                        .message = u"%1: the CRD %2 is there twice: name the one that is meant"_s.arg(file, name)});
                names.insert(name);
                found.append(object);
            }
        }
    if (found.isEmpty())
        return std::unexpected(Error{
            .kind = Error::Kind::Invalid, .message = u"%1: no CRD of Sites or Policies"_s.arg(paths.join(u", "_s))});
    return found;
}

std::optional<ResourceType> crdType(const QJsonObject &definition)
{
    if (definition["kind"_L1] != resources::customResourceDefinitions().kind)
        return std::nullopt;
    const QString name = Object(definition).key().name;
    for (const ResourceType &type : {resources::sites(), resources::policies()})
        if (name == type.groupResource())
            return type;
    return std::nullopt;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns them
Task<void> awaitServed(KubeClient &client, Clock &clock, QJsonObject definition, std::stop_token stop)
{
    const ObjectKey key = Object(definition).key();
    const ResourceType type = crdType(definition).value_or(resources::sites());
    const QJsonObject wanted = schemaOf(versionOf(definition, type.version));
    const auto until = clock.now() + 60s;
    Discovery discovery(client);
    while (true) {
        const auto found = co_await client.get(resources::customResourceDefinitions(), key, stop);
        if (!found)
            co_return std::unexpected(found.error());
        // Established is told a moment before the server answers for the new kind, or with the new schema.
        if (isEstablished(*found)) {
            const auto served = co_await discovery.servedSchema(type.group, type.version, type.kind, stop);
            if (!served)
                co_return std::unexpected(served.error());
            const auto listed = co_await client.list(type, {.limit = 1}, [](const Object &) { }, stop);
            if (!listed && listed.error().kind != Error::Kind::NotFound)
                co_return std::unexpected(listed.error());
            if (listed && *served && isOf(**served, wanted))
                co_return Expected<void>();
        }
        if (clock.now() >= until)
            co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
                .message
                = u"the CRD %1 was written and is not served after a minute: kubectl describe crd %1"_s.arg(key.name)});
        const auto slept = co_await clock.sleep(250ms, stop);
        if (!slept)
            co_return slept;
    }
}

} // namespace patronus
