// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patronusapi/types.h"

namespace patronus {

/// @p remote with the members alone that the operator sends in a PUT: the one place that names them. What the API adds
/// (id, status, times) changes by itself and is no drift.
[[nodiscard]] QJsonObject sentMembers(RemoteKind kind, const QJsonObject &remote);

} // namespace patronus
