// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// All objects at once, without what nobody reads (isBookkeeping()). Begins again, three times at most, where a page's
/// token runs out on the way.
[[nodiscard]] Task<QList<Object>> listAll(
    KubeClient &client, ResourceType type, ListOptions options, std::stop_token stop);

/// All Sites, then all Policies; none where their CRD is not there. @p client has to outlive it.
[[nodiscard]] Task<QList<Object>> listSitesAndPolicies(KubeClient &client, std::stop_token stop);

[[nodiscard]] bool isSiteOrPolicy(const ResourceType &type);

/// The type of a Site or a Policy.
[[nodiscard]] const ResourceType &typeOf(const QJsonObject &object);
[[nodiscard]] inline const ResourceType &typeOf(const Object &object)
{
    return typeOf(object.json());
}

} // namespace patronus
