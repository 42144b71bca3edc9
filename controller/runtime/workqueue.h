// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/object.h"

#include <QObject>

#include <memory>
#include <optional>

namespace patronus {

class Metrics;

/// Keys waiting to be worked on: each at most once; what people changed before routine, each class in order of due
/// time.
///
/// A key added while a worker has it is handed out again after finish(), never to two workers at once: reconcilers rely
/// on "one object, one writer". Routine work is not starved: after @c routineShare urgent keys in a row one routine key
/// that is due goes first. Semantics are client-go's workqueue (https://pkg.go.dev/k8s.io/client-go/util/workqueue),
/// and so are the metrics' names and meanings; delays are exponential with jitter. All operations are O(log n).
/// Event-loop thread only.
class WorkQueue : public QObject
{
    Q_OBJECT

public:
    enum class Class {
        Urgent, ///< a person (or another program) changed something
        Routine, ///< a periodic look, the first list, a resync
    };
    enum class Verdict {
        Converged, ///< forgets the key's failures
        Failed, ///< one more failure: the key comes again after its backoff
    };
    struct Backoff {
        Clock::duration first = std::chrono::seconds(1);
        Clock::duration most = std::chrono::seconds(60);
        double jitter = 0.2; ///< each delay is multiplied by 1 - jitter … 1
    };
    static constexpr int routineShare = 4;

    /// @p clock and @p metrics have to outlive the queue. @p name is the `name` and the `controller` label of the
    /// workqueue_… metrics.
    WorkQueue(QString name, Clock &clock, Backoff backoff, Metrics *metrics = nullptr);
    ~WorkQueue() override;

    /// Hands out @p key in @p delay at the latest. An earlier due time already set stays, and so does Urgent.
    /// Any delay is legal: one past the end of time waits until then.
    void add(const ObjectKey &key, Class urgency, Clock::duration delay = {});
    /// Forgets the failures of @p key and what is due for it (its object has gone), not that a worker has it.
    void forget(const ObjectKey &key);
    /// The next key, or nullopt when none is due. The caller owes one finish() for it.
    [[nodiscard]] std::optional<ObjectKey> take();
    /// Ends the work begun by take(). Failed adds the key again after its backoff, or @p retryAfter if that is longer,
    /// in the class in which it was taken.
    void finish(const ObjectKey &key, Verdict verdict, Clock::duration retryAfter = {});

    [[nodiscard]] int depth() const; ///< keys due now and not taken
    [[nodiscard]] int waiting() const; ///< keys with a due time, now or later, also of those that a worker has
    [[nodiscard]] int failures(const ObjectKey &key) const; ///< in a row

Q_SIGNALS:
    void due(); ///< more keys are due than before; emitted from the event loop, never from add() or finish()

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
