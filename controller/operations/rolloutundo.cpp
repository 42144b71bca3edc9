// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/rolloutundo.h"

#include "core/json.h"
#include "operations/counted.h"
#include "operations/listing.h"
#include "operations/mergepatch.h"
#include "operations/owners.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr QLatin1StringView revisionAnnotation("deployment.kubernetes.io/revision");

bool isOwnedBy(const Object &replicaSet, const Object &deployment)
{
    const QJsonArray owners = replicaSet.json()["metadata"_L1]["ownerReferences"_L1].toArray();
    return std::ranges::any_of(owners, [&](const QJsonValue &owner) { return owner["uid"_L1] == deployment.uid(); });
}

QJsonObject podTemplateOf(const Object &object)
{
    QJsonObject pods = object.spec()["template"_L1].toObject();
    QJsonObject metadata = pods["metadata"_L1].toObject();
    QJsonObject labels = metadata["labels"_L1].toObject();
    labels.remove("pod-template-hash"_L1);
    metadata.insert("labels"_L1, labels);
    pods.insert("metadata"_L1, metadata);
    return pods;
}

QStringList imagesOf(const QJsonObject &pods)
{
    QStringList images;
    for (const QJsonValue &container : pods["spec"_L1]["containers"_L1].toArray())
        images.append(container["image"_L1].toString());
    return images;
}

/// The revision that is meant, or why there is none.
std::expected<RolloutRevision, QString> targetOf(const QList<RolloutRevision> &history, int revision)
{
    const QString list = u"kubectl patronus rollback --deployment --list shows all"_s;
    if (revision == 0) {
        for (qsizetype i = history.size() - 1; i >= 0; --i)
            if (!history[i].isCurrent)
                return history[i];
        return std::unexpected(u"there is no revision before this one"_s);
    }
    const auto found = std::ranges::find(history, revision, &RolloutRevision::revision);
    if (found == history.end())
        return std::unexpected(u"there is no revision %1 (any more): %2"_s.arg(revision).arg(list));
    if (found->isCurrent)
        return std::unexpected(u"revision %1 is the one that runs: %2"_s.arg(revision).arg(list));
    return *found;
}

} // namespace

QList<RolloutRevision> rolloutHistoryOf(const Object &deployment, const QList<Object> &replicaSets)
{
    QList<RolloutRevision> history;
    const QJsonObject now = podTemplateOf(deployment);
    for (const Object &replicaSet : replicaSets) {
        const QJsonObject pods = podTemplateOf(replicaSet);
        if (isOwnedBy(replicaSet, deployment))
            history.append({.revision = replicaSet.annotation(revisionAnnotation).toInt(),
                .images = imagesOf(pods),
                .cause = replicaSet.annotation("kubernetes.io/change-cause"_L1),
                .created = replicaSet.creationTime(),
                .isCurrent = pods == now,
                .podTemplate = pods});
    }
    std::ranges::sort(history, {}, &RolloutRevision::revision);
    return history;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<RolloutRevision>> readRolloutHistory(KubeClient &client, Object deployment, std::stop_token stop)
{
    const auto sets
        = co_await listAll(client, resources::replicaSets(), {.nameSpace = deployment.key().nameSpace}, stop);
    co_return sets.transform([&](const QList<Object> &all) { return rolloutHistoryOf(deployment, all); });
}

RolloutUndo::RolloutUndo(ActionWorld world, int revision, std::chrono::seconds limit)
    : ChangeAction(std::move(world)), m_revision(revision), m_limit(limit)
{
}

ChangeAction::Decision RolloutUndo::decisionFor(
    const Object &deployment, const QList<RolloutRevision> &history, int revision)
{
    const ObjectKey &key = deployment.key();
    Decision decision{.plan = {.title = u"Set the pods of the operator back"_s,
                          .button = u"Set %1 back"_s.arg(key.name),
                          .object = key.name},
        .changes = {}};
    ActionPlan &plan = decision.plan;
    if (deployment.spec()["paused"_L1].toBool())
        plan.obstacles.append(
            u"its rollout is paused: kubectl rollout resume deployment/%1 -n %2"_s.arg(key.name, key.nameSpace));
    const auto target = targetOf(history, revision);
    if (!target) {
        plan.obstacles.append(target.error());
        return decision;
    }
    plan.title += u" to revision %1 of the Deployment"_s.arg(target->revision);
    plan.button += u" to revision %1"_s.arg(target->revision);
    plan.command = u"kubectl rollout undo deployment/%1 --to-revision=%2 -n %3"_s.arg(key.name)
                       .arg(target->revision)
                       .arg(key.nameSpace);
    plan.consequences
        = {u"The image becomes %1, of %2%3."_s.arg(target->images.join(u", "_s), target->created.toString(Qt::ISODate),
               target->cause.isEmpty() ? QString() : u" ("_s + target->cause + u')'),
            u"The number of replicas stays at %1. Settings of other objects (rights, services) stay as they are."_s.arg(
                deployment.spec()["replicas"_L1].toInt(1))};
    plan.warnings = ownersOf(deployment);
    if (const QString release = deployment.annotation("meta.helm.sh/release-name"_L1); !release.isEmpty())
        plan.warnings.append(
            u"Helm does not know of it: the next helm upgrade or rollback of %1 sets the pods as its "
            "manifest says. kubectl patronus rollback, without --deployment, is Helm's way"_s.arg(release));
    decision.changes.append({.verb = Change::Verb::Patch,
        .type = resources::deployments(),
        .key = key,
        .body = {{u"spec"_s, QJsonObject{{u"template"_s, mergePatch(podTemplateOf(deployment), target->podTemplate)}}}},
        .before = deployment});
    return decision;
}

Task<ChangeAction::Decision> RolloutUndo::decide(std::stop_token stop)
{
    const auto deployment = co_await world().client.get(resources::deployments(), operatorDeployment(world()), stop);
    if (!deployment)
        co_return std::unexpected(deployment.error());
    const auto history = co_await readRolloutHistory(world().client, *deployment, stop);
    co_return history.transform(
        [&](const QList<RolloutRevision> &all) { return decisionFor(*deployment, all, m_revision); });
}

Task<QString> RolloutUndo::settle(QList<Object>, std::stop_token stop)
{
    const auto done = co_await awaitRollout(
        world().client, world().clock, operatorDeployment(world()), m_limit, world().progress, stop);
    co_return done.transform([](const Object &deployment) {
        const int ready = rolloutOf(deployment).ready;
        return u"set back: %1 of %2 %3 ready"_s.arg(
            counted(ready, u"replica"_s), imagesOf(podTemplateOf(deployment)).join(u", "_s), isOrAre(ready));
    });
}

} // namespace patronus
