// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace patronus {

/// At most 20 of @p lines, and how many more there are.
[[nodiscard]] QStringList firstOf(QStringList lines);

/// At most @p most of @p names in one line, and how many more there are.
[[nodiscard]] QString someOf(const QStringList &names, qsizetype most);

} // namespace patronus
