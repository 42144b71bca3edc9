// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/rollout.h"

#include "operations/counted.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

QString Rollout::text() const
{
    return old > 0 && ready == wanted
        ? u"%1 of the old replicas %2 still there"_s.arg(old).arg(isOrAre(old))
        : u"%1 of %2 %3 ready"_s.arg(ready).arg(counted(wanted, u"replica"_s), isOrAre(wanted));
}

Rollout rolloutOf(const Object &deployment)
{
    const QJsonObject status = deployment.status();
    Rollout rollout{.wanted = deployment.spec()["replicas"_L1].toInt(1)};
    rollout.isObserved = status["observedGeneration"_L1].toInteger() >= deployment.generation();
    if (!rollout.isObserved)
        return rollout;
    const int updated = status["updatedReplicas"_L1].toInt();
    rollout.old = std::max(0, status["replicas"_L1].toInt() - updated);
    // Of what is ready some may be old ones; those go last.
    rollout.ready = std::max(0, std::min(updated, status["readyReplicas"_L1].toInt() - rollout.old));
    for (const QJsonValue &condition : status["conditions"_L1].toArray())
        if (condition["type"_L1] == "Progressing"_L1 && condition["reason"_L1] == "ProgressDeadlineExceeded"_L1)
            rollout.failure = condition["message"_L1].toString();
    return rollout;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns them
Task<Object> awaitRollout(KubeClient &client, Clock &clock, ObjectKey deployment, std::chrono::seconds limit,
    Progress progress, std::stop_token stop)
{
    const Progress tell = callable(std::move(progress));
    const QString look = u"kubectl describe deployment %1 -n %2"_s.arg(deployment.name, deployment.nameSpace);
    const auto until = clock.now() + limit;
    while (true) {
        const auto now = co_await client.get(resources::deployments(), deployment, stop);
        if (!now)
            co_return now;
        const Rollout rollout = rolloutOf(*now);
        if (rollout.isDone())
            co_return now;
        if (!rollout.failure.isEmpty())
            co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
                .message = u"%1, and it has given up: %2. Look: %3"_s.arg(rollout.text(), rollout.failure, look)});
        tell(u"ready"_s, rollout.ready, rollout.wanted);
        if (clock.now() >= until)
            co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
                .message = u"%1 after %2 s: %3"_s.arg(rollout.text()).arg(limit.count()).arg(look)});
        const auto slept = co_await clock.sleep(1s, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
