// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

namespace patronus {

/// A duration as Go's time.ParseDuration reads it: "15s", "1m30s", "300ms", "1.5h", "0". Invalid for anything else,
/// with a hint for a number without a unit. https://pkg.go.dev/time#ParseDuration
[[nodiscard]] Expected<std::chrono::nanoseconds> parseDuration(QStringView text);

} // namespace patronus
