// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/bundle.h"

#include "core/json.h"
#include "kube/yaml.h"
#include "operations/counted.h"
#include "operations/manifests.h"
#include "operations/sanitized.h"
#include "operations/withoutsecrets.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString sha256(QByteArrayView bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

QList<QJsonObject> sanitizedAll(QList<Object> objects)
{
    std::ranges::sort(objects, {}, &Object::key);
    QList<QJsonObject> all;
    for (const Object &object : objects)
        all.append(sanitized(object.json()));
    return all;
}

/// What the manifest says of one object: where it is, and its hash.
QJsonObject recordOf(const QJsonObject &object)
{
    const ObjectKey key = Object(object).key();
    return {{u"kind"_s, object["kind"_L1]}, {u"namespace"_s, key.nameSpace}, {u"name"_s, key.name},
        {u"sha256"_s, sha256(toJson(object))}};
}

QByteArray valuesFile(const HelmRelease &release, const WithoutSecrets &values)
{
    QString head = u"# Values of the Helm release %1, revision %2, of the chart %3 %4.\n"
                   "# helm install %1 CHART --values operator-values-backup.yaml\n"_s.arg(release.name)
                       .arg(release.revision)
                       .arg(release.chart, release.chartVersion);
    for (const QString &path : values.leftOut)
        head += u"# Left out, since it looks like a secret; give it again: %1\n"_s.arg(path);
    return head.toUtf8() + toYaml(values.json);
}

/// Takes the files as they come and writes down what they are.
class Builder
{
public:
    Bundle bundle;

    void add(const QString &name, const QByteArray &content, const QList<QJsonObject> &objects = {})
    {
        bundle.files.insert(name, content);
        for (const QJsonObject &object : objects)
            m_objects.append(recordOf(object));
    }
    void note(const QString &text) { m_notes.append(text); }

    [[nodiscard]] Bundle finish(const BackupFacts &facts)
    {
        QJsonArray files;
        for (auto it = bundle.files.begin(); it != bundle.files.end(); ++it)
            files.append(
                QJsonObject{{u"name"_s, it.key()}, {u"bytes"_s, it->size()}, {u"sha256"_s, sha256(it.value())}});
        bundle.manifest = {
            {u"kind"_s, u"PatronusBackup"_s},
            {u"format"_s, Bundle::format},
            {u"time"_s, facts.time.toString(Qt::ISODate)},
            {u"program"_s, facts.program},
            {u"context"_s, facts.target.context},
            {u"user"_s, facts.target.user},
            {u"namespace"_s, facts.target.nameSpace},
            {u"serverVersion"_s, facts.target.serverVersion},
            {u"cluster"_s, facts.target.cluster.toJson()},
            {u"sites"_s, facts.sites.size()},
            {u"policies"_s, facts.policies.size()},
            {u"objects"_s, m_objects},
            {u"files"_s, files},
            {u"notes"_s, QJsonArray::fromStringList(facts.notes + m_notes)},
        };
        bundle.manifest.insert("digest"_L1, bundle.digest());
        return std::move(bundle);
    }

private:
    QJsonArray m_objects;
    QStringList m_notes;
};

/// What a person has to know of objects that are saved all the same.
QStringList notesOn(const QList<Object> &objects)
{
    QStringList notes;
    const auto add = [&](const QString &what, auto isSo) {
        QStringList names;
        for (const Object &object : objects)
            if (isSo(object))
                names.append(u"%1 %2"_s.arg(object.json()["kind"_L1].toString(), object.key().text()));
        if (names.size() > 3)
            names = names.first(3) << u"… (%1 in all)"_s.arg(counted(names.size(), u"object"_s));
        if (!names.isEmpty())
            notes.append(what + u": "_s + names.join(u", "_s));
    };
    add(u"was being deleted when it was saved"_s, [](const Object &object) { return object.isDeleting(); });
    add(u"has an owner, which is not saved with it"_s,
        [](const Object &object) { return !valueAt(object.json(), u"metadata.ownerReferences").toArray().isEmpty(); });
    return notes;
}

Error invalid(const QString &message)
{
    return {.kind = Error::Kind::Invalid, .message = message};
}

/// Each object of the files against its record; @p changes takes what differs.
Expected<void> compareObjects(const Bundle &bundle, QStringList &changes)
{
    const auto objects = bundle.objects();
    const auto crds = bundle.crds();
    if (!objects || !crds)
        return std::unexpected(objects ? crds.error() : objects.error());
    QMap<QString, QString> recorded; // text -> hash
    const auto textOf = [](const QJsonObject &record) {
        return u"%1 %2"_s.arg(record["kind"_L1].toString(),
            ObjectKey{record["namespace"_L1].toString(), record["name"_L1].toString()}.text());
    };
    for (const QJsonValue &record : bundle.manifest["objects"_L1].toArray())
        recorded.insert(textOf(record.toObject()), record["sha256"_L1].toString());
    for (const QJsonObject &object : *crds + *objects) {
        const QJsonObject record = recordOf(object);
        const QString text = textOf(record);
        const auto found = recorded.constFind(text);
        if (found == recorded.constEnd())
            changes.append(text + u" was added"_s);
        else if (*found != record["sha256"_L1].toString())
            changes.append(text + u" was changed"_s);
        recorded.remove(text);
    }
    for (auto it = recorded.begin(); it != recorded.end(); ++it)
        changes.append(it.key() + u" was taken out"_s);
    return {};
}

Expected<void> checkManifest(const Bundle &bundle)
{
    const QJsonObject &manifest = bundle.manifest;
    if (manifest["kind"_L1] != "PatronusBackup"_L1 || !manifest["format"_L1].isDouble())
        return std::unexpected(invalid(u"%1: this is no backup of kubectl-patronus"_s.arg(bundleManifestFile)));
    if (const int format = manifest["format"_L1].toInt(); format > Bundle::format)
        return std::unexpected(
            invalid(u"%1: the backup has format %2, and this program reads up to %3: restore it with %4 or newer"_s
                    .arg(bundleManifestFile)
                    .arg(format)
                    .arg(Bundle::format)
                    .arg(manifest["program"_L1].toString())));
    if (manifest["digest"_L1] != bundle.digest())
        return std::unexpected(invalid(
            u"%1 was damaged or changed after the backup: take another copy of the backup. The YAML files in it can "
            "still be given one by one"_s.arg(bundleManifestFile)));
    return {};
}

} // namespace

QByteArray Bundle::manifestText() const
{
    return QJsonDocument(manifest).toJson();
}

QString Bundle::digest() const
{
    QJsonObject rest = manifest;
    rest.remove("digest"_L1);
    return sha256(toJson(rest));
}

Expected<QList<QJsonObject>> Bundle::objects() const
{
    QList<QJsonObject> all;
    for (const QString name : {bundleSitesFile, bundlePoliciesFile}) {
        const auto objects = readManifests(files.value(name));
        if (!objects)
            return std::unexpected(invalid(name + u": "_s + objects.error().message));
        all += *objects;
    }
    return all;
}

Expected<QList<QJsonObject>> Bundle::crds() const
{
    QList<QJsonObject> all;
    for (auto it = files.begin(); it != files.end(); ++it) {
        if (!it.key().startsWith("crds/"_L1))
            continue;
        const auto objects = readManifests(it.value());
        if (!objects)
            return std::unexpected(invalid(it.key() + u": "_s + objects.error().message));
        all += *objects;
    }
    return all;
}

Bundle makeBundle(const BackupFacts &facts)
{
    Builder builder;
    for (const QJsonObject &crd : sanitizedAll(facts.crds))
        builder.add(u"crds/%1.yaml"_s.arg(Object(crd).key().name), toYaml(crd), {crd});
    const auto list = [&](QLatin1StringView name, const QList<Object> &objects) {
        const QList<QJsonObject> all = sanitizedAll(objects);
        builder.add(name, toListYaml(all), all);
    };
    list(bundleSitesFile, facts.sites);
    list(bundlePoliciesFile, facts.policies);
    for (const QString &note : notesOn(facts.sites + facts.policies))
        builder.note(note);
    const auto leftOut = [&](QLatin1StringView name, const WithoutSecrets &kept) {
        if (!kept.leftOut.isEmpty())
            builder.note(u"left out of %1, since they may be secret, and to be given again: %2"_s.arg(
                name, kept.leftOut.join(u", "_s)));
    };
    if (facts.release) {
        const WithoutSecrets values = withoutSecrets(facts.release->config);
        builder.add(bundleValuesFile, valuesFile(*facts.release, values));
        leftOut(bundleValuesFile, values);
    }
    if (!facts.secretValues.isEmpty())
        builder.add(bundleSecretValuesFile, facts.secretValues);
    if (facts.deployment) {
        const WithoutSecrets deployment = withoutSecrets(sanitized(facts.deployment->json()));
        builder.add(bundleDeploymentFile, toYaml(deployment.json));
        leftOut(bundleDeploymentFile, deployment);
    }
    return builder.finish(facts);
}

Expected<QStringList> checkBundle(const Bundle &bundle, bool acceptEdited)
{
    if (const auto sound = checkManifest(bundle); !sound)
        return std::unexpected(sound.error());
    QStringList changes;
    for (const QJsonValue &record : bundle.manifest["files"_L1].toArray()) {
        const QString name = record["name"_L1].toString();
        const auto file = bundle.files.constFind(name);
        if (file == bundle.files.constEnd())
            return std::unexpected(invalid(u"%1 is missing: take another copy of the backup"_s.arg(name)));
        if (sha256(*file) == record["sha256"_L1].toString())
            continue;
        if (!acceptEdited)
            return std::unexpected(
                invalid(u"%1 was damaged or changed after the backup: take another copy, or, if it was edited on "
                        "purpose, give --accept-edited"_s.arg(name)));
        changes.append(name + u" was changed after the backup"_s);
    }
    if (const auto compared = compareObjects(bundle, changes); !compared)
        return std::unexpected(compared.error());
    if (!acceptEdited && !changes.isEmpty())
        return std::unexpected(invalid(changes.first() + u", though its file is as it was written: report this"_s));
    return changes;
}

} // namespace patronus
