// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// One write of a person to the cluster, decided and not made yet.
struct Change {
    enum class Verb {
        Create, ///< of @c body
        Patch, ///< JSON merge patch @c body
        Scale, ///< to @c replicas
    };
    Verb verb;
    ResourceType type;
    ObjectKey key;
    QJsonObject body = {};
    int replicas = 0;
    Object before = {}; ///< what is changed, as it was seen: its UID and resourceVersion have to be the same still

    /// "create Site default/hq".
    [[nodiscard]] QString text() const;
};

/// The one door through which operations change a cluster.
class Changes
{
public:
    /// @p client has to outlive it.
    explicit Changes(KubeClient &client);

    /// Has the server check @p change, with permissions, admission and schema, and keep nothing of it.
    [[nodiscard]] Task<Object> tryOut(Change change, std::stop_token stop);
    /// Makes it. Conflict: the object is not the one that was seen, or is there already; plan again.
    [[nodiscard]] Task<Object> make(Change change, std::stop_token stop);

private:
    KubeClient &m_client;
    const std::unique_ptr<KubeClient> m_dryRun;
};

} // namespace patronus
