// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/bundlefolder.h"

#include "core/json.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Error failed(const QString &path, const QString &reason)
{
    return {.kind = Error::Kind::Invalid, .message = u"%1: %2"_s.arg(path, reason)};
}

QString systemReason()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

/// That a folder's entries are on the disk too.
Expected<void> syncFolder(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const QString reason = systemReason();
    if (fd >= 0)
        ::close(fd);
    if (!synced)
        return std::unexpected(failed(path, reason));
    return {};
}

/// Whether a name in a manifest stays in its folder.
bool staysInside(const QString &name)
{
    return !name.isEmpty() && QDir::isRelativePath(name) && QDir::cleanPath(name) == name && !name.startsWith(".."_L1);
}

} // namespace

QString folderName(const QString &prefix, QString context, const QDateTime &time)
{
    static const QRegularExpression unusual(u"[^A-Za-z0-9._-]+"_s);
    return u"%1-%2-%3"_s.arg(
        prefix, context.replace(unusual, u"-"_s), time.toUTC().toString(u"yyyyMMdd'T'HHmmss'Z'"_s));
}

Expected<std::unique_ptr<BundleFolder>> BundleFolder::write(const Bundle &bundle, const QString &parent)
{
    QMap<QString, QByteArray> files = bundle.files;
    files.insert(bundleManifestFile, bundle.manifestText());
    if (!bundle.signature.isEmpty())
        files.insert(bundleSignatureFile, bundle.signature);
    const QDateTime time = QDateTime::fromString(bundle.manifest["time"_L1].toString(), Qt::ISODate);
    return write(files, parent, folderName(u"patronus-backup"_s, bundle.manifest["context"_L1].toString(), time));
}

Expected<std::unique_ptr<BundleFolder>> BundleFolder::write(
    const QMap<QString, QByteArray> &files, const QString &parent, const QString &name)
{
    const QDir folder(QDir(parent).absolutePath());
    if (!folder.mkpath(u"."_s))
        return std::unexpected(failed(folder.path(), u"cannot be made: choose another folder with --output"_s));
    const QString finalPath = folder.filePath(name);
    QByteArray partial = QFile::encodeName(finalPath + u".partial-XXXXXX"_s);
    if (!::mkdtemp(partial.data()))
        return std::unexpected(failed(folder.path(), systemReason()));
    std::unique_ptr<BundleFolder> result(new BundleFolder(QFile::decodeName(partial), finalPath));
    QSet<QString> folders{result->m_path};
    for (auto it = files.begin(); it != files.end(); ++it) {
        if (const auto written = result->writeFile(it.key(), it.value()); !written)
            return std::unexpected(written.error());
        folders.insert(QFileInfo(result->m_path + u'/' + it.key()).path());
    }
    for (const QString &path : std::as_const(folders))
        if (const auto synced = syncFolder(path); !synced)
            return std::unexpected(synced.error());
    return result;
}

BundleFolder::~BundleFolder()
{
    if (!m_isKept)
        QDir(m_path).removeRecursively();
}

Expected<void> BundleFolder::writeFile(const QString &name, const QByteArray &content) const
{
    QFile file(m_path + u'/' + name);
    if (!QDir(m_path).mkpath(QFileInfo(name).path()) || !file.open(QIODevice::WriteOnly | QIODevice::NewOnly)
        || file.write(content) != content.size() || !file.flush())
        return std::unexpected(failed(file.fileName(), file.errorString()));
    if (::fsync(file.handle()) != 0)
        return std::unexpected(failed(file.fileName(), systemReason()));
    return {};
}

Expected<QString> BundleFolder::keep()
{
    // rename() would take the place of an empty folder, and of nothing else.
    if (::rename(QFile::encodeName(m_path).constData(), QFile::encodeName(m_finalPath).constData()) != 0)
        return std::unexpected(failed(m_finalPath, systemReason()));
    m_isKept = true;
    m_path = m_finalPath;
    return syncFolder(QFileInfo(m_finalPath).path()).transform([this] { return m_finalPath; });
}

Expected<Bundle> readBundle(const QString &folder)
{
    const auto contentOf = [&folder](const QString &name) -> Expected<QByteArray> {
        QFile file(folder + u'/' + name);
        if (!file.open(QIODevice::ReadOnly))
            return std::unexpected(failed(file.fileName(), file.errorString()));
        return file.readAll();
    };
    const auto text = contentOf(bundleManifestFile);
    if (!text)
        return std::unexpected(
            failed(folder, u"this is no backup of kubectl-patronus: %1"_s.arg(text.error().message)));
    const auto manifest = parseJsonObject(*text);
    if (!manifest)
        return std::unexpected(failed(folder + u'/' + bundleManifestFile,
            u"damaged: take another copy of the backup (%1)"_s.arg(manifest.error().message)));
    Bundle bundle{
        .manifest = *manifest, .files = {}, .signature = contentOf(bundleSignatureFile).value_or(QByteArray())};
    for (const QJsonValue &record : manifest->value("files"_L1).toArray()) {
        const QString name = record["name"_L1].toString();
        if (!staysInside(name))
            return std::unexpected(
                failed(folder, u"bundle.json names a file outside of the folder: \"%1\""_s.arg(name)));
        if (const auto content = contentOf(name))
            bundle.files.insert(name, *content);
    }
    return bundle;
}

} // namespace patronus
