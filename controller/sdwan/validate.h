// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace patronus {

// Rules for one value: what is wrong with it and what is allowed, or nullopt when it is right.

/// A WireGuard public key: 32 bytes in 44 characters of base64.
[[nodiscard]] std::optional<QString> problemWithKey(const QString &key);

/// "host:port": an IPv4 address, a host name (RFC 1123) or an [IPv6] address, and a port of 1 to 65535.
[[nodiscard]] std::optional<QString> problemWithEndpoint(const QString &endpoint);

/// "80", "80-443" or "80,443,1000-2000": ports of 1 to 65535, each range in order.
[[nodiscard]] std::optional<QString> problemWithPorts(const QString &ports);

} // namespace patronus
