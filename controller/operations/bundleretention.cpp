// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/bundleretention.h"

#include "operations/bundlefolder.h"

#include <QDir>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

struct Found {
    QString time; ///< ISO 8601, UTC: it sorts as it is
    QString path;
};

/// Those of the cluster of @p newest, the newest first.
QList<Found> bundlesIn(const QDir &parent, const Bundle &newest)
{
    QList<Found> found;
    for (const QString &name : parent.entryList({u"patronus-backup-*"_s}, QDir::Dirs | QDir::NoSymLinks)) {
        const auto bundle = readBundle(parent.filePath(name));
        if (bundle && !name.contains(".partial-"_L1) && bundle->manifest["cluster"_L1] == newest.manifest["cluster"_L1])
            found.append({bundle->manifest["time"_L1].toString(), parent.filePath(name)});
    }
    std::ranges::sort(found, std::ranges::greater(), &Found::time);
    return found;
}

} // namespace

Expected<QStringList> pruneBundles(const Bundle &newest, const QString &parent, int keep)
{
    const QDir folder(QDir(parent).absolutePath());
    QStringList unwanted;
    for (const Found &found : bundlesIn(folder, newest).mid(std::max(keep, 1)))
        unwanted.append(found.path);
    const QDateTime yesterday = QDateTime::currentDateTimeUtc() - 24h;
    for (const QFileInfo &left :
        folder.entryInfoList({u"patronus-backup-*.partial-??????"_s}, QDir::Dirs | QDir::NoSymLinks))
        if (left.lastModified() < yesterday)
            unwanted.append(left.filePath());
    for (const QString &path : std::as_const(unwanted))
        if (!QDir(path).removeRecursively())
            return std::unexpected(Error{.kind = Error::Kind::Invalid,
                .message = u"%1 cannot be removed: it is older than what is to be kept"_s.arg(path)});
    return unwanted;
}

} // namespace patronus
