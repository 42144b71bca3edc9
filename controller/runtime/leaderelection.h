// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"

#include <QObject>

namespace patronus {

class Metrics;

/// Holds a coordination.k8s.io Lease, or waits for it. The rules are client-go's
/// (https://pkg.go.dev/k8s.io/client-go/tools/leaderelection): another's lease is taken when it has not changed for its
/// duration *as we observed it*, never by comparing its times with our clock.
///
///   Standby --lease free, or unchanged for its duration--> Acquiring --written--> Leading
///   Acquiring --409, or any error--> Standby
///   Leading --renewDeadline without a renewal, or another holder seen--> Lost (final)
///   any but Lost --release()--> Released (final)
///
/// A standby polls and watches the lease, so that it takes over at once what is given back. A lease that somebody
/// deleted is written anew by its leader.
///
/// mayWrite() is the fence: false from renewDeadline after the *sending* of the last renewal that succeeded, on the
/// boot-time clock, so that it turns false by itself while the process is frozen; it never turns true again.
class LeaderElection : public QObject
{
    Q_OBJECT

public:
    enum class State { Standby, Acquiring, Leading, Lost, Released };
    Q_ENUM(State)

    struct Settings {
        ObjectKey lease;
        QString identity; ///< POD_NAME_uuid
        std::chrono::milliseconds leaseDuration = std::chrono::seconds(15); ///< whole seconds
        std::chrono::milliseconds renewDeadline = std::chrono::seconds(10); ///< less than leaseDuration
        std::chrono::milliseconds retryPeriod = std::chrono::seconds(2); ///< 1.2 of it is less than renewDeadline
    };

    /// @p client (with a transport of its own, without a write gate), @p clock and @p metrics have to outlive it.
    LeaderElection(Settings settings, KubeClient &client, Clock &clock, Metrics &metrics);
    ~LeaderElection() override;

    void start();
    /// Gives the lease back (empty holder), so that the next one need not wait for it to run out. Call it after the
    /// last write has ended. Takes 5 s at most; the error is that of the last try.
    [[nodiscard]] Task<void> release();

    [[nodiscard]] State state() const;
    [[nodiscard]] bool mayWrite() const;
    [[nodiscard]] QString holder() const; ///< who holds it, as last seen; empty: nobody

Q_SIGNALS:
    void leading(); ///< at most once
    void lost(); ///< at most once, after leading(): the process has to stop writing and exit
    void holderChanged(const QString &identity);

private:
    struct Private;
    const std::shared_ptr<Private> d; // shared with the requests in flight
};

} // namespace patronus
