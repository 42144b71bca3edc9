// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace patronus {

/// The JSON merge patch (RFC 7396) that makes @p from what @p to is; empty: they are equal.
[[nodiscard]] QJsonObject mergePatch(const QJsonObject &from, const QJsonObject &to);

/// @p object after the merge patch @p patch.
[[nodiscard]] QJsonObject merged(QJsonObject object, const QJsonObject &patch);

} // namespace patronus
