// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// All objects at once, without what nobody reads (isBookkeeping()). Begins again, three times at most, where a page's
/// token runs out on the way.
[[nodiscard]] Task<QList<Object>> listAll(
    KubeClient &client, ResourceType type, ListOptions options, std::stop_token stop);

} // namespace patronus
