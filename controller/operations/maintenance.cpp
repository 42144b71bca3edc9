// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/maintenance.h"

#include "core/json.h"
#include "operations/counted.h"
#include "operations/effectpreview.h"
#include "operations/lastbackup.h"
#include "operations/listing.h"
#include "operations/owners.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

QJsonObject annotationBody(const QJsonValue &value)
{
    return {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{names::maintenance, value}}}}}};
}

using Aim = MaintenanceWish::Aim;

const ResourceType disruptionBudgets{u"policy"_s, u"v1"_s, u"poddisruptionbudgets"_s, u"PodDisruptionBudget"_s};

/// Those by which the last pod of one replica may not be evicted.
QStringList namesOfTightBudgets(const QList<Object> &budgets, const Object &deployment)
{
    const QJsonObject labels = valueAt(deployment.json(), u"spec.template.metadata.labels").toObject();
    QStringList found;
    for (const Object &budget : budgets) {
        const QJsonObject selector = budget.spec()["selector"_L1]["matchLabels"_L1].toObject();
        bool isMeant = !selector.isEmpty();
        for (auto label = selector.begin(); label != selector.end(); ++label)
            isMeant = isMeant && labels[label.key()] == *label;
        const QString least = budget.spec()["minAvailable"_L1].toVariant().toString();
        const QString most = budget.spec()["maxUnavailable"_L1].toVariant().toString();
        const bool isTight
            = (!least.isEmpty() && least != "0"_L1 && least != "0%"_L1) || most == "0"_L1 || most == "0%"_L1;
        if (isMeant && isTight)
            found.append(budget.key().text());
    }
    return found;
}

int replicasFor(const MaintenanceWish &wish, const MaintenanceStatus &status)
{
    switch (wish.aim) {
    case Aim::Hold:
        return 1;
    case Aim::Stop:
        return 0;
    case Aim::BringBack:
        break;
    }
    return status.record ? status.record->replicas : status.rollout.wanted;
}

MaintenanceRecord recordOf(const MaintenanceFacts &facts, const MaintenanceWish &wish)
{
    return {.replicas = facts.status.rollout.wanted,
        .actor = facts.user,
        .reason = wish.reason,
        .since = facts.now,
        .until = wish.holdFor.count() > 0 ? facts.now.addSecs(wish.holdFor.count()) : QDateTime()};
}

QStringList obstaclesOf(const MaintenanceFacts &facts, const MaintenanceWish &wish)
{
    const MaintenanceStatus &status = facts.status;
    const QString name = status.deployment.key().text();
    QStringList obstacles;
    if (wish.aim == Aim::BringBack) {
        if (!status.record)
            obstacles.append(u"the Deployment %1 is not held: it has no record to come back to, and %2"_s.arg(
                name, counted(status.rollout.wanted, u"replica"_s)));
        return obstacles;
    }
    for (const QString &scaler : facts.autoscalers)
        obstacles.append(
            u"the HorizontalPodAutoscaler %1 scales this Deployment and would undo this: delete it first"_s.arg(
                scaler));
    if (!status.record && status.rollout.wanted == 0)
        obstacles.append(
            u"the Deployment %1 has 0 replicas, and nothing says how many it had: choose with kubectl scale"_s.arg(
                name));
    return obstacles;
}

QStringList warningsOf(const MaintenanceFacts &facts, const MaintenanceWish &wish)
{
    QStringList warnings;
    if (wish.aim == Aim::BringBack)
        return warnings;
    if (const auto &record = facts.status.record)
        warnings.append(u"the record of %1 stays: it comes back to %2"_s.arg(record->actor).arg(record->replicas));
    if (facts.deleting > 0)
        warnings.append(u"%1 %2 being deleted: wait until that is over, or it waits for you"_s.arg(
            countedObjects(facts.deleting), isOrAre(facts.deleting)));
    warnings += facts.backup;
    for (const QString &budget : facts.budgets)
        warnings.append(
            u"the PodDisruptionBudget %1 lets no pod go at one replica: draining its node will wait"_s.arg(budget));
    return warnings;
}

/// All of the plan that is words.
ActionPlan outlineOf(const MaintenanceStatus &status, const MaintenanceWish &wish)
{
    const ObjectKey key = status.deployment.key();
    const int has = status.rollout.wanted;
    const int back = status.record ? status.record->replicas : has;
    ActionPlan plan{.title = {}, .button = {}, .object = key.name};
    switch (wish.aim) {
    case Aim::Hold:
        plan.title = u"Hold the operator at 1 replica"_s;
        plan.button = u"Hold %1 at 1 replica"_s.arg(key.name);
        plan.consequences = {u"It has %1, and is to come back to %2."_s.arg(counted(has, u"replica"_s)).arg(back),
            u"The operator works on; if its pod ends, nobody takes over until another one has started."_s};
        plan.command = u"kubectl patronus maintenance start --operator-namespace "_s + key.nameSpace;
        break;
    case Aim::Stop:
        plan.title = u"Stop the operator"_s;
        plan.button = u"Stop "_s + key.name;
        plan.tier = Tier::Destructive;
        plan.consequences = {u"It has %1, and is to come back to %2."_s.arg(counted(has, u"replica"_s)).arg(back),
            u"Until it runs again nothing reaches the Patronus API: changed Sites and Policies wait."_s,
            u"Statuses grow old, and deleted Sites and Policies stay until it runs again. Nothing is lost."_s};
        plan.command = u"kubectl patronus stop --operator-namespace "_s + key.nameSpace;
        break;
    case Aim::BringBack:
        plan.title = u"Bring the operator back to "_s + counted(back, u"replica"_s);
        plan.button = u"Bring %1 back"_s.arg(key.name);
        plan.consequences
            = {u"It has %1. What was changed meanwhile is carried out."_s.arg(counted(has, u"replica"_s))};
        plan.command = u"kubectl patronus maintenance resume --operator-namespace "_s + key.nameSpace;
        break;
    }
    return plan;
}

} // namespace

QStringList namesOfScalers(const QList<Object> &scalers, const Object &deployment)
{
    QStringList found;
    for (const Object &scaler : scalers) {
        const QJsonObject target = scaler.spec()["scaleTargetRef"_L1].toObject();
        if (target["kind"_L1] == "Deployment"_L1 && target["name"_L1] == deployment.key().name)
            found.append(scaler.key().text());
    }
    return found;
}

QString MaintenanceRecord::toText() const
{
    QJsonObject json{{u"replicas"_s, replicas}, {u"actor"_s, actor}, {u"reason"_s, reason},
        {u"since"_s, since.toUTC().toString(Qt::ISODate)}};
    if (until.isValid())
        json.insert("until"_L1, until.toUTC().toString(Qt::ISODate));
    return QString::fromUtf8(toJson(json));
}

Expected<MaintenanceRecord> MaintenanceRecord::fromText(const QString &text)
{
    const auto json = parseJsonObject(text.toUtf8());
    const auto replicas = json.and_then([](const QJsonObject &object) { return required<int>(object, u"replicas"); });
    if (!replicas || *replicas < 0)
        return std::unexpected(Error{.kind = Error::Kind::Malformed,
            .message = u"the annotation %1 cannot be understood: %2"_s.arg(
                names::maintenance, replicas ? u"a negative number of replicas"_s : replicas.error().message)});
    const auto time
        = [&](QLatin1StringView name) { return QDateTime::fromString((*json)[name].toString(), Qt::ISODate).toUTC(); };
    return MaintenanceRecord{.replicas = *replicas,
        .actor = (*json)["actor"_L1].toString(),
        .reason = (*json)["reason"_L1].toString(),
        .since = time("since"_L1),
        .until = time("until"_L1)};
}

Expected<MaintenanceStatus> maintenanceStatusOf(const Object &deployment)
{
    MaintenanceStatus status{.deployment = deployment, .rollout = rolloutOf(deployment)};
    if (const QString text = deployment.annotation(names::maintenance); !text.isEmpty()) {
        const auto record = MaintenanceRecord::fromText(text);
        if (!record)
            return std::unexpected(record.error());
        status.record = *record;
    }
    return status;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<MaintenanceStatus> readMaintenance(KubeClient &client, ObjectKey deployment, std::stop_token stop)
{
    const auto now = co_await client.get(resources::deployments(), std::move(deployment), std::move(stop));
    co_return now.and_then(maintenanceStatusOf);
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
QCoro::Task<QStringList> readAutoscalers(KubeClient &client, Object deployment, std::stop_token stop)
{
    const auto scalers = co_await listAll(
        client, resources::autoscalers(), {.nameSpace = deployment.key().nameSpace}, std::move(stop));
    co_return scalers ? namesOfScalers(*scalers, deployment) : QStringList();
}

ObjectKey operatorDeployment(const ActionWorld &world)
{
    return {world.operatorNamespace, names::operatorName};
}

Maintenance::Maintenance(ActionWorld world, MaintenanceWish wish)
    : ChangeAction(std::move(world)), m_wish(std::move(wish))
{
}

ChangeAction::Decision Maintenance::decisionFor(const MaintenanceFacts &facts, const MaintenanceWish &wish)
{
    const MaintenanceStatus &status = facts.status;
    Decision decision{.plan = outlineOf(status, wish), .changes = {}};
    ActionPlan &plan = decision.plan;
    plan.obstacles = obstaclesOf(facts, wish);
    plan.warnings = ownersOf(status.deployment) + warningsOf(facts, wish);
    if (!plan.obstacles.isEmpty())
        return decision;

    const int replicas = status.rollout.wanted;
    const int wanted = replicasFor(wish, status);
    const auto note = [&status](const QJsonValue &text) {
        return Change{.verb = Change::Verb::Patch,
            .type = resources::deployments(),
            .key = status.deployment.key(),
            .body = annotationBody(text),
            .before = status.deployment};
    };
    if (wish.aim != Aim::BringBack && !status.record)
        decision.changes.append(note(recordOf(facts, wish).toText()));
    if (replicas != wanted)
        decision.changes.append({.verb = Change::Verb::Scale,
            .type = resources::deployments(),
            .key = status.deployment.key(),
            .replicas = wanted,
            .before = status.deployment});
    if (wish.aim == Aim::BringBack)
        decision.whenSettled.append(note(QJsonValue::Null));
    return decision;
}

Task<ChangeAction::Decision> Maintenance::decide(std::stop_token stop)
{
    const auto status = co_await readMaintenance(world().client, operatorDeployment(world()), stop);
    if (!status)
        co_return std::unexpected(status.error());
    MaintenanceFacts facts{.status = *status, .user = world().target.user, .now = world().clock.wallTime()};
    // Who may not look at one of these cannot know; the rest of the plan stands.
    const ListOptions here{.nameSpace = world().operatorNamespace};
    facts.autoscalers = co_await readAutoscalers(world().client, status->deployment, stop);
    if (m_wish.aim == Aim::Hold) { // an emergency does not wait for more
        if (const auto budgets = co_await listAll(world().client, disruptionBudgets, here, stop))
            facts.budgets = namesOfTightBudgets(*budgets, status->deployment);
        facts.backup = backupWarnings(co_await lastBackup(world(), stop), facts.now);
        for (const ResourceType &type : {resources::sites(), resources::policies()})
            if (const auto all = co_await listAll(world().client, type, {}, stop))
                facts.deleting += std::ranges::count_if(*all, &Object::isDeleting);
    }
    Decision decision = decisionFor(facts, m_wish);
    // From none to some: what was changed meanwhile is carried out then, by all of them.
    if (m_wish.aim == Aim::BringBack && status->rollout.wanted == 0 && decision.plan.obstacles.isEmpty())
        decision.plan.preview = co_await effectPreview(world(), {.isAll = true}, stop);
    co_return decision;
}

QCoro::Task<ActionOutcome> Maintenance::carryOut(std::stop_token stop)
{
    ActionOutcome outcome = co_await ChangeAction::carryOut(std::move(stop));
    if (!outcome.failure && m_wish.aim != Aim::BringBack)
        outcome.next = {.text = u"Bring the operator back…"_s, .request = {.kind = ActionRequest::Kind::BringBack}};
    co_return outcome;
}

Task<QString> Maintenance::settle(QList<Object>, std::stop_token stop)
{
    const auto rolled = co_await awaitRollout(
        world().client, world().clock, operatorDeployment(world()), m_wish.limit, world().progress, stop);
    if (!rolled)
        co_return std::unexpected(rolled.error());
    const int replicas = rolloutOf(*rolled).wanted;
    if (m_wish.aim == Aim::BringBack) {
        const auto leader = co_await awaitLeader(stop);
        if (!leader)
            co_return leader;
        co_return u"the operator is back with %1%2"_s.arg(counted(replicas, u"replica"_s), *leader);
    }
    co_return u"the operator is held at %1; kubectl patronus maintenance resume brings it back"_s.arg(
        counted(replicas, u"replica"_s));
}

/// Until somebody leads, ready replicas carry out nothing.
Task<QString> Maintenance::awaitLeader(std::stop_token stop)
{
    const auto since = world().clock.wallTime();
    const auto until = world().clock.now() + m_wish.limit;
    while (true) {
        const auto lease = co_await world().client.get(resources::leases(), operatorDeployment(world()), stop);
        if (!lease && (lease.error().kind == Error::Kind::NotFound || lease.error().kind == Error::Kind::Forbidden))
            co_return u"; who leads could not be looked at: %1"_s.arg(lease.error().message);
        if (!lease)
            co_return std::unexpected(lease.error());
        const QDateTime renewed = QDateTime::fromString(lease->spec()["renewTime"_L1].toString(), Qt::ISODateWithMs);
        const QString holder = lease->spec()["holderIdentity"_L1].toString();
        // Another clock than ours: a minute of difference is borne.
        if (!holder.isEmpty() && renewed > since.addSecs(-60))
            co_return u", and %1 leads"_s.arg(holder);
        if (world().clock.now() >= until)
            co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
                .message
                = u"all replicas are ready and none leads: kubectl logs -n %1 -l app.kubernetes.io/name=%2"_s.arg(
                    world().operatorNamespace, names::operatorName)});
        if (world().progress)
            world().progress(u"waiting for a leader"_s, 0, 0);
        const auto slept = co_await world().clock.sleep(1s, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
