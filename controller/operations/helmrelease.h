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
};

/// Reads the Secret's data: base64 of base64 of gzip of JSON. Malformed names the Secret.
[[nodiscard]] Expected<HelmRelease> helmReleaseFrom(const Object &secret);

} // namespace patronus
