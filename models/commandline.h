// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace patronus {

/// @p words as one would type them in a shell. What a person could not see, or would see in another place (control
/// characters, changes of the writing's direction, odd spaces), is written as a number: "$'a\u202eb'".
[[nodiscard]] QString commandLineText(const QStringList &words);

} // namespace patronus
