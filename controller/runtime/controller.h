// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/reconciler.h"
#include "runtime/store.h"
#include "runtime/workqueue.h"

namespace patronus {

class Metrics;

/// Takes keys from its queue and runs the reconciler: at most @c concurrency at once, one a key.
///
/// Wakes on changes of its store (a new object, generation, finalizers, annotations, deletion: not status), and on what
/// wake() says. A converged key comes again as routine work after what the reconciler asked for, a failed one after its
/// backoff, one whose error only an edit mends after the error interval; no key is ever given up. What the reconciler
/// throws is an error like any other. Metrics: docs/metrics.md, and controller-runtime's own names beside them.
class Controller : public QObject
{
    Q_OBJECT

public:
    struct Settings {
        QString name; ///< `controller` label: "site", "policy"
        int concurrency = 16;
        WorkQueue::Backoff backoff = {}; ///< most is the error interval
    };

    /// All have to outlive the controller. Nothing runs before start().
    Controller(Settings settings, const Store &store, Reconciler &reconciler, Clock &clock, Metrics &metrics);
    ~Controller() override;

    void start(); ///< adds all objects as routine work and begins
    /// Begins no more work, requests stop of what still runs after @p grace, and ends when all of it has ended. A
    /// second call with a shorter grace cuts the first one short.
    [[nodiscard]] Task<void> stop(Clock::duration grace = {});
    /// Makes @p key due: a referenced object changed, or the API's side did. Nothing happens after stop().
    void wake(const ObjectKey &key, WorkQueue::Class urgency, Clock::duration delay = {});
    [[nodiscard]] const WorkQueue &queue() const;

private:
    struct Private;
    const std::shared_ptr<Private> d; // shared with the reconciles in flight
};

} // namespace patronus
