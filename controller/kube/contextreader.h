// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/kubecontext.h"

#include <QJsonObject>

namespace patronus {

class FieldReader;

/// Fills @p context with the cluster entry @p entry, which stands at @p path of @p file. Unknown and contradictory
/// fields are Invalid.
[[nodiscard]] Expected<void> readCluster(
    KubeContext &context, const QString &file, const QString &path, const QJsonObject &entry);

/// The same for a user entry.
[[nodiscard]] Expected<void> readUser(
    KubeContext &context, const QString &file, const QString &path, const QJsonObject &entry);

/// Fails @p fields where @p nameSpace is neither empty nor a DNS label.
void checkNameSpace(FieldReader &fields, const QString &field, const QString &nameSpace);

} // namespace patronus
