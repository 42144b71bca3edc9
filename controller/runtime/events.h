// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"

namespace patronus {

/// Writes core/v1 Events. The same object, reason and message within 10 minutes is one Event whose count grows; more
/// than 10 different messages of one object and reason within that time become one too; an object gets at most 25 at
/// once and then one in 5 minutes (client-go's aggregation: https://pkg.go.dev/k8s.io/client-go/tools/record). Lossy:
/// what cannot be written is dropped and counted, and nobody waits for it; a repetition later makes up for its count.
/// Memory is bounded. Event-loop thread only.
class EventRecorder
{
public:
    enum class Type { Normal, Warning };

    /// @p component is source.component and reportingComponent, @p instance reportingInstance (the pod's name).
    /// @p client and @p clock have to outlive it.
    EventRecorder(KubeClient &client, Clock &clock, QString component, QString instance);
    ~EventRecorder();

    /// The Event stands in the object's namespace ("default" for a cluster-wide one). A @p reason longer than 128
    /// characters and a @p message longer than 1024 bytes are cut.
    void record(const Object &regarding, const ResourceType &type, Type eventType, const QString &reason,
        const QString &message);
    /// Drops what waits and ends when nothing is in flight; what is gets 2 s. Nothing is recorded afterwards.
    [[nodiscard]] Task<void> stop();
    [[nodiscard]] qint64 dropped() const; ///< records that led to no write

private:
    struct Private;
    const std::shared_ptr<Private> d;
};

} // namespace patronus
