// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "operations/progress.h"

namespace patronus {

/// How far a Deployment is with what its spec wants.
struct Rollout {
    int wanted = 0; ///< replicas
    int ready = 0; ///< of the new spec
    int old = 0; ///< replicas of an older one that are still there
    bool isObserved = false; ///< its controller has looked at this spec
    QString failure = {}; ///< why it will not end by itself; empty: it may

    [[nodiscard]] bool isDone() const { return isObserved && ready == wanted && old == 0; }
    /// "1 of 3 replicas are ready", for a person.
    [[nodiscard]] QString text() const;
};

/// Reads it, as `kubectl rollout status` does.
[[nodiscard]] Rollout rolloutOf(const Object &deployment);

/// Waits until @p deployment is as it wants to be, and gives it. Invalid when its controller has given up; Unreachable
/// when @p limit has passed. All have to outlive it.
[[nodiscard]] Task<Object> awaitRollout(KubeClient &client, Clock &clock, ObjectKey deployment,
    std::chrono::seconds limit, Progress progress, std::stop_token stop);

} // namespace patronus
