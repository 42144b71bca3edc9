// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/object.h"

#include <QHash>
#include <QObject>

#include <optional>
#include <set>

namespace patronus {

class Metrics;

/// Keys waiting to be worked on: each at most once; what people changed before routine, each class in order of due time.
///
/// A key added while a worker has it is handed out again after finish(), never to two workers at once: reconcilers rely
/// on "one object, one writer". Routine work is not starved: after @c routineShare urgent keys one routine key goes
/// first. Semantics are client-go's workqueue (https://pkg.go.dev/k8s.io/client-go/util/workqueue); delays are
/// exponential with jitter. Event-loop thread only.
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

    /// @p clock and @p metrics have to outlive the queue. @p name is the `name` label of the workqueue_… metrics.
    WorkQueue(QString name, Clock &clock, Backoff backoff, Metrics *metrics = nullptr);
    ~WorkQueue() override;

    /// Hands out @p key in @p delay at the latest. An earlier due time already set stays, and so does Urgent.
    void add(const ObjectKey &key, Class urgency, Clock::duration delay = {});
    /// Forgets what is due for @p key (its object has gone), not what a worker has.
    void forget(const ObjectKey &key);
    /// The next key, or nullopt when none is due. The caller owes one finish() for it.
    [[nodiscard]] std::optional<ObjectKey> take();
    /// Ends the work begun by take(). Failed adds the key again after its backoff, or @p retryAfter if that is longer.
    void finish(const ObjectKey &key, Verdict verdict, Clock::duration retryAfter = {});

    [[nodiscard]] int depth() const; ///< keys due now and not taken
    [[nodiscard]] int waiting() const; ///< keys with a due time, now or later
    [[nodiscard]] int failures(const ObjectKey &key) const; ///< in a row

Q_SIGNALS:
    void due(); ///< take() now gives a key; emitted from the event loop

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
