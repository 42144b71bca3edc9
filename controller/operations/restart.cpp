// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restart.h"

#include "operations/counted.h"
#include "operations/maintenance.h"
#include "operations/owners.h"
#include "operations/rollout.h"

using namespace Qt::StringLiterals;

namespace patronus {

Restart::Restart(ActionWorld world, std::chrono::seconds limit) : ChangeAction(std::move(world)), m_limit(limit)
{
}

Task<ChangeAction::Decision> Restart::decide(std::stop_token stop)
{
    const ObjectKey key = operatorDeployment(world());
    const auto deployment = co_await world().client.get(resources::deployments(), key, stop);
    if (!deployment)
        co_return std::unexpected(deployment.error());
    const int replicas = deployment->spec()["replicas"_L1].toInt(1);
    Decision decision{.plan = {.title = u"Restart the operator"_s,
                          .button = u"Restart "_s + key.name,
                          .tier = Tier::Reversible,
                          .command = u"kubectl rollout restart deployment/%1 -n %2"_s.arg(key.name, key.nameSpace),
                          .object = key.name},
        .changes = {}};
    if (replicas == 0) {
        decision.plan.obstacles.append(u"the operator is stopped: bring it back instead"_s);
        co_return decision;
    }
    decision.plan.consequences.append(replicas > 1
            ? u"One pod after the other is replaced; another one leads meanwhile. Nothing is lost."_s
            : u"There is one replica: for some seconds nobody carries out changes. Nothing is lost."_s);
    const QJsonObject annotations{
        {u"kubectl.kubernetes.io/restartedAt"_s, world().clock.wallTime().toUTC().toString(Qt::ISODate)}};
    const QJsonObject pods{{u"metadata"_s, QJsonObject{{u"annotations"_s, annotations}}}};
    decision.changes.append({.verb = Change::Verb::Patch,
        .type = resources::deployments(),
        .key = key,
        .body = {{u"spec"_s, QJsonObject{{u"template"_s, pods}}}},
        .before = *deployment});
    co_return decision;
}

Task<QString> Restart::settle(QList<Object>, std::stop_token stop)
{
    const auto done = co_await awaitRollout(
        world().client, world().clock, operatorDeployment(world()), m_limit, world().progress, stop);
    co_return done.transform([](const Object &deployment) {
        const int ready = rolloutOf(deployment).ready;
        return u"restarted: %1 %2 ready"_s.arg(counted(ready, u"replica"_s), isOrAre(ready));
    });
}

} // namespace patronus
