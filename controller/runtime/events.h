// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"

namespace patronus {

/// Writes core/v1 Events. The same object, reason and message within 10 minutes is one Event whose count grows; more than
/// 10 different messages of one object and reason within that time become one too; an object gets at most 25 at once and
/// then one in 5 minutes (client-go's aggregation: https://pkg.go.dev/k8s.io/client-go/tools/record). Lossy: what cannot
/// be written is dropped and counted, and nobody waits for it. Memory is bounded.
class EventRecorder
{
public:
    enum class Type { Normal, Warning };

    /// @p component is source.component and reportingComponent, @p instance reportingInstance (the pod's name).
    /// @p client and @p clock have to outlive it.
    EventRecorder(KubeClient &client, Clock &clock, QString component, QString instance);
    ~EventRecorder();

    void record(const Object &regarding, const ResourceType &type, Type eventType, const QString &reason, const QString &message);
    [[nodiscard]] Task<void> stop(); ///< drops what waits; ends when nothing is in flight
    [[nodiscard]] qint64 dropped() const;

private:
    struct Private;
    const std::shared_ptr<Private> d;
};

} // namespace patronus
