// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

namespace patronus {

/// What becomes of one object when one manifest takes another's place.
struct ManifestDifference {
    enum class What {
        Created,
        Changed,
        Removed,
        Left, ///< no longer in it, and stays in the cluster (helm.sh/resource-policy: keep)
    };
    What what;
    QString apiVersion, kind;
    ObjectKey key;
    QStringList diff = {}; ///< as diffLines(), long lines cut
    QJsonObject before = {}, after = {};

    /// "change Deployment patronus-system/patronus-operator".
    [[nodiscard]] QString text() const;
};

/// How the objects of @p before become those of @p after, by kind and name. Who says no namespace is in @p nameSpace.
/// What is the same in both is left out; what a Secret holds shows as changed, never itself.
[[nodiscard]] QList<ManifestDifference> manifestDifferences(
    const QList<QJsonObject> &before, const QList<QJsonObject> &after, const QString &nameSpace);

} // namespace patronus
