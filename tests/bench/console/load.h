// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace patronus {

/// What a bench's own process does to the API server, so that the measured process does none of it. Each prints what
/// it did and gives an exit code.

/// Makes Sites and Policies, 32 at once.
int fill(const QString &kubeconfig, int sites, int policies);

/// Writes the status of one Site after another, @p perSecond times a second for @p seconds.
int update(const QString &kubeconfig, int sites, int perSecond, int seconds);

} // namespace patronus
