// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/metrics.h"
#include "kube/client.h"
#include "runtime/store.h"

namespace patronus {

/// Keeps a Store equal to the server: lists, watches, lists again when the server forgot where we were.
///
///   Idle --start()--> Listing --whole list--> Watching --server ends it--> Watching (from the last resourceVersion)
///     Listing  --error--> Backoff(list)
///     Watching --410 in the status or in the stream, or a line that is no event--> Backoff(list)
///     Watching --any other error, or ended at once with nothing said--> Backoff(watch)
///     Backoff  --delay--> Listing or Watching          Watching, Backoff --listAgain()--> Listing
///     any state --stop()--> Idle
///
/// Delays grow from 0.8 s to 30 s with full jitter, so that watches that were cut together do not come back together,
/// and start over after 2 minutes without an error; a Retry-After is kept to. A 403 or 404 (no such CRD) is tried again
/// like any other error and told by state().
class Reflector : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Listing, Watching, Backoff };
    Q_ENUM(State)

    /// Adds a feed to @p store. With @p metrics it shows lastHeard() there. All have to outlive the reflector.
    Reflector(KubeClient &client, ResourceType type, ListOptions options, Store &store, Clock &clock,
        Metrics *metrics = nullptr);
    ~Reflector() override;

    void start();
    [[nodiscard]] Task<void> stop(); ///< ends when nothing is in flight any more
    [[nodiscard]] State state() const;
    [[nodiscard]] std::optional<Error> lastError() const; ///< why it is in Backoff; else nullopt
    [[nodiscard]] Clock::time_point lastHeard() const; ///< when the server last sent an object or a bookmark
    void listAgain(); ///< at once, for a person who asks; while Idle or Listing there is nothing to do

Q_SIGNALS:
    void stateChanged();

private:
    struct Private;
    const std::shared_ptr<Private> d; // shared with what is in flight
};

} // namespace patronus
