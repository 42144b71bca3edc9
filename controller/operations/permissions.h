// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/accessreview.h"
#include "kube/client.h"

namespace patronus {

/// "create sites.sdwan.patronus.dev in namespace north": one permission, for people.
[[nodiscard]] QString permissionText(const AccessQuestion &question);

/// Asks the server for each of @p needed. Forbidden where one is missing, naming all that are, and who could help.
[[nodiscard]] Task<void> checkPermissions(KubeClient &client, QList<AccessQuestion> needed, std::stop_token stop);

} // namespace patronus
