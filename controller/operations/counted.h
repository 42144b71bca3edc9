// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace patronus {

/// "1 replica", "3 replicas", "2 Policies": @p count of what one of them is called.
[[nodiscard]] QString counted(qsizetype count, const QString &one);
/// "1 Site or Policy", "3 Sites and Policies".
[[nodiscard]] QString countedObjects(qsizetype count);
/// "is" of one, "are" of any other number.
[[nodiscard]] QString isOrAre(qsizetype count);

} // namespace patronus
