// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "operations/backup.h"

namespace patronus {

/// A backup into @p folder as @p options have it, sealed by the keys that they name; the passphrase is read here.
[[nodiscard]] Expected<Backup::Options> backupWish(const CtlOptions &options, const QString &folder);

} // namespace patronus
