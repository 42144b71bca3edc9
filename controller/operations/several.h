// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <functional>

namespace patronus {

/// Does @p one for 0 … @p count - 1, up to 8 at a time: for many requests of which none depends on another, so that a
/// server that is far away is not waited for so many times. After the first error no more are begun; it is the result
/// when those under way have ended.
[[nodiscard]] Task<void> severalAtOnce(qsizetype count, std::function<Task<void>(qsizetype)> one);

} // namespace patronus
