// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "operations/helmrelease.h"
#include "operations/target.h"

#include <QMap>

namespace patronus {

/// What a backup has read, and what it could not read.
struct BackupFacts {
    QDateTime time; ///< UTC
    QString program; ///< "kubectl-patronus 0.1.0"
    Target target;
    QList<Object> sites = {}, policies = {}, crds = {};
    std::optional<Object> deployment = std::nullopt; ///< the operator's
    std::optional<HelmRelease> release = std::nullopt; ///< by which it was installed
    QStringList notes = {}; ///< what is not in the backup, and why
    QByteArray secretValues = {}; ///< all values of the release, encrypted; empty: nobody chose that
};

/// A backup as files, whose names are those of the operations guide: kubectl applies and helm reads them without us.
///
///     bundle.json                   the manifest: format, time, versions, cluster, a SHA-256 of each object (of its
///                                   canonical JSON) and of each file, and a digest of the manifest itself
///     sites-backup.yaml             v1 List, sanitized(), by namespace and name
///     policies-backup.yaml
///     operator-values-backup.yaml   the values of the Helm release, without secrets
///     operator-deployment.yaml      for who has no Helm release; likewise
///     operator-values-secret.cms    all values, for who holds the key that was chosen (seal::encrypt())
///     crds/…                        a file each
///     bundle.json.sig               a signature of bundle.json, where a key was given
struct Bundle {
    static constexpr int format = 1; ///< what this program writes, and the newest that it reads

    QJsonObject manifest;
    QMap<QString, QByteArray> files; ///< by name; bundle.json is not among them
    QByteArray signature = {}; ///< of manifestText(), as seal::sign() makes it; empty: there is none

    [[nodiscard]] QByteArray manifestText() const; ///< what is in bundle.json

    /// A digest of the whole: whoever keeps it elsewhere knows later that nobody has changed the bundle.
    [[nodiscard]] QString digest() const;
    /// Sites and Policies, and CRDs, as they are made anew. Asks for a bundle that was checked.
    [[nodiscard]] Expected<QList<QJsonObject>> objects() const;
    [[nodiscard]] Expected<QList<QJsonObject>> crds() const;
};

inline constexpr QLatin1StringView bundleManifestFile("bundle.json");
inline constexpr QLatin1StringView bundleSitesFile("sites-backup.yaml");
inline constexpr QLatin1StringView bundlePoliciesFile("policies-backup.yaml");
inline constexpr QLatin1StringView bundleValuesFile("operator-values-backup.yaml");
inline constexpr QLatin1StringView bundleSecretValuesFile("operator-values-secret.cms");
inline constexpr QLatin1StringView bundleSignatureFile("bundle.json.sig");
inline constexpr QLatin1StringView bundleDeploymentFile("operator-deployment.yaml");

[[nodiscard]] Bundle makeBundle(const BackupFacts &facts);

/// Whether @p bundle is of a known format, and every file and object is what the manifest says. Invalid names the file
/// and the remedy. With @p acceptEdited files may have been changed by hand; the manifest itself never. Gives what was
/// changed, a line each.
[[nodiscard]] Expected<QStringList> checkBundle(const Bundle &bundle, bool acceptEdited);

} // namespace patronus
