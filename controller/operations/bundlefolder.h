// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/bundle.h"

namespace patronus {

/// What a folder that is made at @p time of the cluster of @p context is called: "PREFIX-CONTEXT-20261126T120000Z".
[[nodiscard]] QString folderName(const QString &prefix, QString context, const QDateTime &time);

/// A bundle on its way to the disk: under its final name only when it is there as a whole. Until keep() it is in a
/// folder NAME.partial-XXXXXX, which goes with this object; a killed program leaves that behind, and nobody takes it
/// for a backup.
class BundleFolder
{
public:
    /// Writes @p bundle below the folder @p parent, which is made if it is not there, and waits until the disk has it.
    /// Nobody but this user may read it. Invalid names the file and the system's reason.
    [[nodiscard]] static Expected<std::unique_ptr<BundleFolder>> write(const Bundle &bundle, const QString &parent);
    /// The same of any files, by their names (a folder of it may be in them), as @p name.
    [[nodiscard]] static Expected<std::unique_ptr<BundleFolder>> write(
        const QMap<QString, QByteArray> &files, const QString &parent, const QString &name);
    ~BundleFolder();
    Q_DISABLE_COPY_MOVE(BundleFolder)

    /// Where it is now.
    [[nodiscard]] const QString &path() const { return m_path; }
    /// Gives it its final name (of a backup "patronus-backup-CONTEXT-TIME") and says the path. Invalid where that is
    /// there already.
    [[nodiscard]] Expected<QString> keep();

private:
    BundleFolder(QString path, QString finalPath) : m_path(std::move(path)), m_finalPath(std::move(finalPath)) { }
    [[nodiscard]] Expected<void> writeFile(const QString &name, const QByteArray &content) const;

    QString m_path;
    const QString m_finalPath;
    bool m_isKept = false;
};

/// Reads the bundle in @p folder: bundle.json, and the files that it names. What is missing is missing in the result
/// too: checkBundle() says so. Invalid where there is no readable bundle.json.
[[nodiscard]] Expected<Bundle> readBundle(const QString &folder);

} // namespace patronus
