// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace patronus {

/// What is in the cluster of a bench: Site or Policy number @p index as one writes it, and, with the one member
/// "status", what an operator has said of it the @p round th time.
[[nodiscard]] QJsonObject loadSite(int index);
[[nodiscard]] QJsonObject loadPolicy(int index);
[[nodiscard]] QJsonObject loadStatus(int index, int round, bool isSite);

/// What a bench's own process does to the API server, so that the measured process does none of it. Each prints what
/// it did and gives an exit code.

/// Makes Sites and Policies, 32 at once.
int fill(const QString &kubeconfig, int sites, int policies);

/// Writes the status of one Site after another, @p perSecond times a second for @p seconds.
int update(const QString &kubeconfig, int sites, int perSecond, int seconds);

} // namespace patronus
