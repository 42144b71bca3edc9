// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/bundle.h"

namespace patronus {

/// Removes the oldest bundles in the folder @p parent that are of the cluster of @p newest, until @p keep of them are
/// left (at least 1: @p newest stays), and what killed backups left there more than a day ago. Gives the folders that
/// went. Bundles of other clusters, and what is no bundle, are left alone. Invalid names the folder that stayed.
[[nodiscard]] Expected<QStringList> pruneBundles(const Bundle &newest, const QString &parent, int keep);

} // namespace patronus
