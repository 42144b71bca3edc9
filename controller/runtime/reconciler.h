// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/object.h"

#include <stop_token>

namespace patronus {

/// What a reconcile that did not fail wants next.
struct Result {
    std::chrono::nanoseconds again{}; ///< look again after this; zero: only when something changes
};

/// Brings one object to what its spec says. Level-based: it is told which, never what happened.
class Reconciler
{
public:
    virtual ~Reconciler() = default;
    /// A failure is tried again after a backoff, a non-retryable one (Error::isRetryable) after the error interval.
    [[nodiscard]] virtual Task<Result> reconcile(ObjectKey key, std::stop_token stop) = 0;
    /// Whether it may decide otherwise than it did for @p before (null: there was none). By default everything counts
    /// but status and the parts of the metadata that are the server's bookkeeping.
    [[nodiscard]] virtual bool isNews(const Object &after, const Object &before) const;

protected:
    /// Whether both are one object with one spec, alive or being deleted: what differs is metadata and status.
    [[nodiscard]] static bool isSameWish(const Object &after, const Object &before);
};

} // namespace patronus
