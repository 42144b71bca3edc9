// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "runtime/lease.h"

namespace patronus {

/// The requests of leader election. Each has a limit on its time, so that one that hangs leaves time for the next: it
/// ends as Unreachable. Cancelled is only what its caller stopped.
class LeaseRequests
{
public:
    /// @p limit is that of read() and write(). @p client and @p clock outlive
    /// what is under way, and so does this.
    LeaseRequests(KubeClient &client, Clock &clock, ObjectKey lease, Clock::duration limit);

    [[nodiscard]] Task<Lease> read(std::stop_token stop) const;
    /// Replaces the lease that has a resourceVersion, creates one that has none.
    [[nodiscard]] Task<Lease> write(QJsonObject lease, std::stop_token stop) const;
    /// Empties the holder, if it is @p identity; tries again for 5 s. @p known: the lease as it is by all that we know;
    /// nullopt: it is read first. Gives the lease as it is then, which is none where it was deleted.
    [[nodiscard]] Task<Lease> giveBack(QString identity, std::optional<Lease> known, std::stop_token stop) const;
    /// Tells how the lease is and of each change, until the server ends it or an error; without a limit on its time.
    [[nodiscard]] Task<void> watch(std::function<void(WatchEvent)> onEvent, std::stop_token stop) const;

private:
    KubeClient &m_client;
    Clock &m_clock;
    const ObjectKey m_lease;
    const Clock::duration m_limit;
};

} // namespace patronus
