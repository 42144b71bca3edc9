// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "core/error.h"

namespace patronus {

/// The passphrase of the private key that @p options name; empty where they name none.
[[nodiscard]] Expected<QByteArray> readPassphrase(const CtlOptions &options);

} // namespace patronus
