// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/backup.h"

namespace patronus {

/// Writes down that @p made was made, with its digest: what lastBackup() finds.
[[nodiscard]] Expected<void> noteBackup(Changes &changes, const Backup::Result &made);

/// When the newest backup of that cluster was made: by this user from this machine, or by the chart's CronJob. Nullopt:
/// none is known. What @p world refers to has to outlive it.
[[nodiscard]] QCoro::Task<std::optional<QDateTime>> lastBackup(ActionWorld world, std::stop_token stop);

/// What is to be said of a backup made at @p last before something is risked at @p now; empty where it is less than a
/// day old.
[[nodiscard]] QStringList backupWarnings(const std::optional<QDateTime> &last, const QDateTime &now);

} // namespace patronus
