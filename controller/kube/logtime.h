// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <chrono>
#include <optional>

namespace patronus {

using LogTime = std::chrono::sys_time<std::chrono::nanoseconds>; ///< of a line of a log

/// RFC 3339 as the kubelet writes it, "2026-11-23T10:00:00.123456789Z", the zone also as an offset; nullopt: it is
/// none.
[[nodiscard]] std::optional<LogTime> logTimeFrom(QByteArrayView text);

} // namespace patronus
