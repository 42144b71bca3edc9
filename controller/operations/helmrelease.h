// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/object.h"

namespace patronus {

/// One revision of a Helm release, as Helm 3 keeps it in a Secret sh.helm.release.v1.NAME.vREVISION
/// (https://helm.sh/docs/topics/advanced/#storage-backends).
struct HelmRelease {
    QString name;
    int revision = 0;
    QString status; ///< deployed, superseded, failed, pending-upgrade …
    QString chart; ///< its name
    QString chartVersion;
    QJsonObject config = {}; ///< the values that a person gave; may hold secrets

    // What only helmRevisionFrom() reads.
    QString nameSpace = {};
    QString appVersion = {};
    QString description = {}; ///< "Upgrade complete"; of a failure its reason
    QDateTime updated = {}; ///< UTC
    QJsonObject defaults = {}; ///< the chart's own values
    QString manifest = {}; ///< YAML documents
    QStringList hooks = {}; ///< when each of its hooks runs: "test", "pre-upgrade,pre-rollback"
    QMap<QString, QByteArray> crds = {}; ///< the files in the chart's crds/, by name

    /// What the templates saw: the chart's values under those that a person gave, of which null takes one away.
    [[nodiscard]] QJsonObject values() const;
    /// "patronus-operator-0.1.0".
    [[nodiscard]] QString chartText() const { return chart + QLatin1Char('-') + chartVersion; }
    /// Whether Helm has begun something with it and not ended it.
    [[nodiscard]] bool isPending() const { return status.startsWith(QLatin1StringView("pending-")); }
};

/// Reads the Secret's data: base64 of base64 of gzip of JSON. Malformed names the Secret.
[[nodiscard]] Expected<HelmRelease> helmReleaseFrom(const Object &secret);
/// The same with all of it.
[[nodiscard]] Expected<HelmRelease> helmRevisionFrom(const Object &secret);

} // namespace patronus
