// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonObject>
#include <QList>

namespace patronus {

/// The objects of a file as `kubectl get -o yaml` (or json) and `kubectl apply` know it: documents, lists taken apart.
/// Malformed, with the place, where it is no YAML or something in it is no object with kind and name.
[[nodiscard]] Expected<QList<QJsonObject>> readManifests(QByteArrayView text);

/// @p objects as a v1 List in YAML, as kubectl writes and reads it.
[[nodiscard]] QByteArray toListYaml(const QList<QJsonObject> &objects);

} // namespace patronus
