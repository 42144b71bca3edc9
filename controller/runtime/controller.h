// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/reconciler.h"
#include "runtime/store.h"
#include "runtime/workqueue.h"

namespace patronus {

class Metrics;

/// Takes keys from its queue and runs the reconciler: at most @c concurrency at once, one a key.
/// Wakes on changes of its store (generation, finalizers, annotations, deletion: not status), and on what wake() says.
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
    /// Begins no more work, requests stop of what runs, and ends when all of it has ended.
    [[nodiscard]] Task<void> stop();
    /// Makes @p key due: a referenced object changed, or the API's side did.
    void wake(const ObjectKey &key, WorkQueue::Class urgency, Clock::duration delay = {});
    [[nodiscard]] const WorkQueue &queue() const;

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
