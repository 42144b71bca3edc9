// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "operations/helmrelease.h"

namespace patronus {

/// All revisions of one release, oldest first; never empty.
using HelmHistory = QList<HelmRelease>;

/// Reads those of the operator's release in @p nameSpace: of the chart patronus-operator, or of the release called
/// @p name where that is given. NotFound where there is none, Invalid where there are several; both say what to do.
/// @p client has to outlive it. Needs the permission to list Secrets there, and reads no other than Helm's.
[[nodiscard]] Task<HelmHistory> readHelmHistory(
    KubeClient &client, QString nameSpace, QString name, std::stop_token stop);

/// The same of what was read.
[[nodiscard]] Expected<HelmHistory> helmHistoryOf(
    const QList<Object> &secrets, const QString &nameSpace, const QString &name);

/// The revision to go back to where nobody says which: the newest before the last that was once deployed.
[[nodiscard]] std::optional<HelmRelease> revisionBefore(const HelmHistory &history);

} // namespace patronus
