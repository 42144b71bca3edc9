// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QObject>

#include <memory>
#include <vector>

namespace patronus {

class Controller;
class EventRecorder;
class LeaderElection;
class Reflector;
class Store;

/// Starts the parts of a program in their order, and ends them in the order that loses nothing.
///
///   start(): reflectors and leader election at once, so that a standby's caches are warm; the controllers as soon as
///            this process leads (or no election is wanted) and every cache is synced.
///   stop():  controllers (no new work; what runs may finish within the grace), Events, the lease (given back after the
///            last write), reflectors.
///
/// Losing the lease ends all work at once: the controllers are cancelled and lost() is told.
class Manager : public QObject
{
    Q_OBJECT

public:
    struct Cache {
        QString name; ///< for people: "sites"
        const Store *store = nullptr;
        std::vector<Reflector *> reflectors = {}; ///< that fill it
    };
    /// What it runs. All have to outlive the manager.
    struct Parts {
        std::vector<Cache> caches = {};
        std::vector<Controller *> controllers = {};
        LeaderElection *election = nullptr; ///< null: this process leads from the start
        EventRecorder *events = nullptr; ///< may be null
    };

    explicit Manager(Parts parts);
    ~Manager() override;

    void start();
    /// Ends when no part has anything under way. @p grace is what reconciles in flight get; none after a lost lease.
    /// The error is that of giving the lease back; all has ended then, too. A second call waits for the same end, and a
    /// shorter grace of it counts.
    [[nodiscard]] Task<void> stop(Clock::duration grace = std::chrono::seconds(10));

    [[nodiscard]] bool isLeading() const; ///< holds the lease, or needs none
    [[nodiscard]] bool isRunning() const; ///< the controllers have been started, and not stopped
    /// Why this process is not ready: which caches are not synced, or that it is stopping; empty when it is ready.
    /// A standby is ready.
    [[nodiscard]] QString notReadyReason() const;

Q_SIGNALS:
    void started(); ///< the controllers have been started; at most once
    void readinessChanged(); ///< notReadyReason() may have changed
    /// The lease is lost; at most once. The process has to drop the changes that wait in its transports
    /// (Transport::dropChanges()), stop() and exit non-zero.
    void lost();

private:
    void onChange();
    void onLost();

    struct Private;
    const std::shared_ptr<Private> d; // shared with stop()
};

} // namespace patronus
