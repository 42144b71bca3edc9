// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>

namespace patronus {

/// What a gzip file (RFC 1952) of one member holds. Malformed where it is none, is cut short, or holds more than
/// @p most bytes. zlib (https://zlib.net), which Qt loads anyway, ends here.
[[nodiscard]] Expected<QByteArray> gunzip(QByteArrayView packed, qsizetype most = 64 * 1024 * 1024);

} // namespace patronus
