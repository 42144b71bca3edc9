// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace patronus {

/// @p text as a paragraph of a help page: broken at spaces before column 80, each line @p indent spaces in.
[[nodiscard]] QString wrapped(QStringView text, qsizetype indent);

} // namespace patronus
