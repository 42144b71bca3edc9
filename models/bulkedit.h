// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "operations/actionrequest.h"

namespace patronus {

/// What becomes of @p objects where @p path of each is set to @p value; undefined: taken away. Those of which it is
/// said already are left out.
[[nodiscard]] QList<EditedObject> bulkEdits(
    const ResourceType &type, const QList<Object> &objects, const QString &path, const QJsonValue &value);

/// What is wrong with @p edits by @p schema, a line each, without repetitions.
[[nodiscard]] QStringList problemsOf(const QList<EditedObject> &edits, const QJsonObject &schema);

} // namespace patronus
