// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/logtime.h"

namespace patronus::testing {

/// @p ms after the moment at which all logs of these tests begin.
inline LogTime at(int ms)
{
    return LogTime(std::chrono::seconds(1'700'000'000) + std::chrono::milliseconds(ms));
}

} // namespace patronus::testing
