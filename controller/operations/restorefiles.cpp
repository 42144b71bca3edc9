// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restorefiles.h"

#include "core/readfile.h"
#include "operations/bundlefolder.h"
#include "operations/manifests.h"
#include "operations/seal.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Error invalid(const QString &path, const QString &message)
{
    return {.kind = Error::Kind::Invalid, .message = u"%1: %2"_s.arg(path, message)};
}

/// What was read so far.
struct Gathered {
    QList<QJsonObject> objects = {};
    QStringList notes = {};
    QJsonObject cluster = {};
};

Expected<void> checkSignature(const Bundle &bundle, const RestoreFiles &files, Gathered &into)
{
    if (files.verifyKey.isEmpty()) {
        if (!bundle.signature.isEmpty())
            into.notes.append(u"it is signed: give the signer's public key (--verify-key) to see that it is theirs"_s);
        return {};
    }
    if (bundle.signature.isEmpty())
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = u"it is not signed, so no key can tell whose it is: take another backup, or leave the key out"_s});
    return readWholeFile(files.verifyKey)
        .and_then([&](const QByteArray &key) { return seal::verify(bundle.manifestText(), bundle.signature, key); })
        .transform([&] { into.notes.append(u"it is signed by the key of %1"_s.arg(files.verifyKey)); });
}

Expected<void> gatherBundle(const QString &folder, const RestoreFiles &files, Gathered &into)
{
    const auto bundle = readBundle(folder);
    if (!bundle)
        return std::unexpected(bundle.error());
    const auto changes = checkBundle(*bundle, files.acceptEdited);
    if (!changes)
        return std::unexpected(invalid(folder, changes.error().message));
    QString digest = files.digest.toLower();
    if (digest.startsWith("sha256:"_L1))
        digest = digest.sliced(7);
    if (!digest.isEmpty() && digest != bundle->digest())
        return std::unexpected(invalid(folder,
            u"its digest is sha256:%1 and not the one that was given: this is another backup, or somebody changed it"_s
                .arg(bundle->digest())));
    if (const auto isSigned = checkSignature(*bundle, files, into); !isSigned)
        return std::unexpected(invalid(folder, isSigned.error().message));
    const auto crds = bundle->crds();
    const auto objects = bundle->objects();
    if (!crds || !objects)
        return std::unexpected(invalid(folder, (crds ? objects.error() : crds.error()).message));
    into.objects += *crds + *objects;
    into.notes += *changes;
    for (const QJsonValue &note : bundle->manifest["notes"_L1].toArray())
        into.notes.append(u"of the backup: "_s + note.toString());
    into.cluster = bundle->manifest["cluster"_L1].toObject();
    return {};
}

Expected<void> gatherFile(const QString &path, const RestoreFiles &files, Gathered &into)
{
    if (!files.verifyKey.isEmpty() || !files.digest.isEmpty())
        return std::unexpected(invalid(path,
            u"a file by itself has neither signature nor digest: give the folder of the backup, or leave the key and "
            "the digest out"_s));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(invalid(path, file.errorString()));
    const auto objects = readManifests(file.readAll());
    if (!objects)
        return std::unexpected(invalid(path, objects.error().message));
    into.objects += *objects;
    return {};
}

} // namespace

Expected<RestoreSource> readRestoreFiles(const RestoreFiles &files)
{
    Gathered gathered;
    for (const QString &path : files.paths) {
        const QFileInfo info(path);
        const auto read = info.isDir()              ? gatherBundle(path, files, gathered)
            : info.fileName() == bundleManifestFile ? gatherBundle(info.path(), files, gathered)
                                                    : gatherFile(path, files, gathered);
        if (!read)
            return std::unexpected(read.error());
    }
    auto source = restoreSourceOf(gathered.objects);
    if (!source)
        return source;
    source->notes = gathered.notes + source->notes;
    source->cluster = gathered.cluster;
    if (!files.nameSpace.isEmpty())
        source->objects.removeIf(
            [&](const QJsonObject &object) { return Object(object).key().nameSpace != files.nameSpace; });
    if (source->objects.isEmpty() && source->crds.isEmpty())
        return std::unexpected(invalid(files.paths.join(u", "_s), u"there is nothing to restore in it"_s));
    return source;
}

} // namespace patronus
