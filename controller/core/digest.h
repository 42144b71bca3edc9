// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>

namespace patronus {

/// SHA-256 of a list, in hexadecimal: each part goes in with its length, so that no two lists give the same.
[[nodiscard]] QByteArray digestOf(const QByteArrayList &parts);

} // namespace patronus
