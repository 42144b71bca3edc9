// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

/// What the console keeps for good and is secret: in the system's keychain, never in a file.
namespace patronus::keychain {

/// NotFound: nothing is kept under @p key. Unreachable, in words: there is no keychain, or it is locked.
[[nodiscard]] Task<QString> read(QString key);
[[nodiscard]] Task<void> write(QString key, QString secret);
[[nodiscard]] Task<void> remove(QString key); ///< or nothing was kept there

} // namespace patronus::keychain
