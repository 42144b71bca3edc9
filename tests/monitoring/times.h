// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

namespace patronus::testing {

/// @p second seconds after a moment that all tests of series share.
inline WallTime at(int second)
{
    return WallTime(std::chrono::seconds(1'700'000'000 + second));
}

} // namespace patronus::testing
