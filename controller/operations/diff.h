// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

/// How @p before becomes @p after, for a person: "- PATH: VALUE" for what goes and "+ PATH: VALUE" for what comes, in
/// alphabetical order of the paths. A list is one value, unless all its items have names: "containers[operator].image".
/// Values that look like secrets show as changed, never
/// themselves.
[[nodiscard]] QStringList diffLines(const QJsonObject &before, const QJsonObject &after);

} // namespace patronus
