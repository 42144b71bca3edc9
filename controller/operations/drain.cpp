// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/drain.h"

#include "operations/counted.h"
#include "operations/excerpt.h"
#include "operations/listing.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr qsizetype mostNamed = 5;

QString textOf(const Object &object)
{
    return typeOf(object).kind + u' ' + object.key().text();
}

bool isRunning(const DrainFacts &facts)
{
    return facts.deployment && facts.deployment->rollout.wanted > 0;
}

QStringList obstaclesOf(const DrainFacts &facts, const DrainWish &wish)
{
    QStringList obstacles, paused;
    if (!isRunning(facts) && !wish.forceFinalizers)
        obstacles.append(u"the operator does not run, and it alone takes the finalizers away, and with them what the "
                         "Patronus API holds: start it (kubectl patronus start), or leave the Patronus API as it is "
                         "with --force-finalizers"_s);
    if (isRunning(facts) && wish.forceFinalizers)
        obstacles.append(u"the operator runs, and takes its finalizers away by itself: leave --force-finalizers out"_s);
    for (const Object &object : facts.objects)
        if (isPaused(object) && !wish.forceFinalizers)
            paused.append(textOf(object));
    if (!paused.isEmpty())
        obstacles.append(u"%1 %2 paused, and would stay: kubectl annotate sites,policies --all -A %3-"_s.arg(
            someOf(paused, mostNamed), paused.size() == 1 ? u"is"_s : u"are"_s, names::paused));
    return obstacles;
}

QStringList consequencesOf(const DrainFacts &facts, const DrainWish &wish)
{
    const qsizetype count = facts.objects.size();
    return {count == 1 ? textOf(facts.objects.first()) + u" is deleted."_s
                       : u"%1 are deleted: %2 … %3."_s.arg(
                             countedObjects(count), textOf(facts.objects.first()), textOf(facts.objects.last())),
        wish.forceFinalizers ? u"The Patronus API keeps all that it holds, and deletes that were asked for do not "
                               "reach it."_s
            : wish.orphan ? u"The Patronus API keeps what it holds, and traffic goes on."_s
                          : u"The operator deletes each of them in the Patronus API: the network they make is gone."_s};
}

QJsonArray otherFinalizers(const Object &object)
{
    QStringList rest = object.finalizers();
    rest.removeAll(QString(names::finalizer));
    return QJsonArray::fromStringList(rest);
}

} // namespace

Drain::Drain(ActionWorld world, DrainWish wish) : ChangeAction(std::move(world)), m_wish(wish)
{
}

ChangeAction::Decision Drain::decisionFor(const DrainFacts &facts, const DrainWish &wish)
{
    Decision decision{.plan = {.title = u"Delete all Sites and Policies"_s,
                          .button = u"Delete all Sites and Policies"_s,
                          .tier = wish.forceFinalizers ? Tier::Locked : Tier::Destructive,
                          .command = u"kubectl delete sites,policies --all -A"_s,
                          .object = u"all"_s},
        .changes = {}};
    if (facts.objects.isEmpty())
        return decision;
    decision.plan.obstacles = obstaclesOf(facts, wish);
    decision.plan.consequences = consequencesOf(facts, wish);
    QStringList held;
    for (const Object &object : facts.objects) {
        const Change change{.verb = Change::Verb::Patch, .type = typeOf(object), .key = object.key(), .before = object};
        if (!otherFinalizers(object).isEmpty())
            held.append(textOf(object));
        Change first = change;
        if (wish.forceFinalizers && object.hasFinalizer(names::finalizer)) {
            first.body = {{u"metadata"_s, QJsonObject{{u"finalizers"_s, otherFinalizers(object)}}}};
            first.shown = {u"- metadata.finalizers: "_s + names::finalizer};
        } else if (wish.orphan && object.annotation(names::deletionPolicy) != "Orphan"_L1) {
            first.body
                = {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{names::deletionPolicy, u"Orphan"_s}}}}}};
        }
        if (!first.body.isEmpty())
            decision.changes.append(first);
    }
    // Only then the deletes: with --orphan nothing of it may be on its way before all are marked.
    for (const Object &object : facts.objects)
        if (!object.isDeleting())
            decision.changes.append({.verb = Change::Verb::Remove,
                .type = typeOf(object),
                .key = object.key(),
                .before = object,
                .shown = {u"- all of it"_s}});
    if (!held.isEmpty())
        decision.plan.warnings.append(
            u"%1 have finalizers of others, and stay until those are gone"_s.arg(someOf(held, mostNamed)));
    return decision;
}

Task<ChangeAction::Decision> Drain::decide(std::stop_token stop)
{
    const auto objects = co_await listSitesAndPolicies(world().client, stop);
    if (!objects)
        co_return std::unexpected(objects.error());
    DrainFacts facts{.objects = *objects};
    const auto deployment = co_await readMaintenance(world().client, operatorDeployment(world()), stop);
    if (deployment)
        facts.deployment = *deployment;
    else if (deployment.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(deployment.error());
    co_return decisionFor(facts, m_wish);
}

Task<QString> Drain::settle(QList<Object>, std::stop_token stop)
{
    const auto until = world().clock.now() + m_wish.limit;
    qsizetype most = 0;
    while (true) {
        const auto left = co_await listSitesAndPolicies(world().client, stop);
        if (!left)
            co_return std::unexpected(left.error());
        if (left->isEmpty())
            co_return u"all Sites and Policies are gone"_s;
        most = std::max(most, left->size());
        if (world().progress)
            world().progress(u"gone"_s, most - left->size(), most);
        if (world().clock.now() >= until) {
            QStringList names;
            for (const Object &object : *left)
                names.append(textOf(object));
            co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
                .message = u"%1 are still there after %2 s: kubectl describe says why, and so does the operator's log. "
                           "Nothing else was removed"_s.arg(someOf(names, mostNamed))
                               .arg(m_wish.limit.count())});
        }
        const auto slept = co_await world().clock.sleep(1s, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

Task<ChangeAction::Decision> CrdRemoval::decide(std::stop_token stop)
{
    Decision decision{.plan = {.title = u"Delete the CRDs of Sites and Policies"_s,
                          .button = u"Delete the CRDs"_s,
                          .tier = Tier::Locked,
                          .command = u"kubectl delete crd"_s,
                          .object = u"crds"_s},
        .changes = {}};
    for (const ResourceType &type : {resources::policies(), resources::sites()}) {
        const ObjectKey key{{}, type.groupResource()};
        const auto definition = co_await world().client.get(resources::customResourceDefinitions(), key, stop);
        if (!definition && definition.error().kind == Error::Kind::NotFound)
            continue;
        if (!definition)
            co_return std::unexpected(definition.error());
        decision.plan.command += u' ' + key.name;
        decision.changes.append({.verb = Change::Verb::Remove,
            .type = resources::customResourceDefinitions(),
            .key = key,
            .before = *definition,
            .shown = {u"- all of it"_s}});
    }
    if (!decision.changes.isEmpty())
        decision.plan.consequences.append(
            u"The kinds Site and Policy go, and every other program's objects of them with them."_s);
    co_return decision;
}

QCoro::Task<ActionOutcome> CrdRemoval::carryOut(std::stop_token stop)
{
    const auto left = co_await listSitesAndPolicies(world().client, stop);
    if (left && left->isEmpty())
        co_return co_await ChangeAction::carryOut(stop);
    co_return ActionOutcome{.notDone = {u"delete the CRDs"_s},
        .failure = left
            ? Error{.kind = Error::Kind::Conflict,
                  .message = u"come meanwhile, and would go with the CRD: "_s + countedObjects(left->size())}
            : left.error()};
}

Task<QString> CrdRemoval::settle(QList<Object>, std::stop_token)
{
    co_return u"the CRDs are deleted"_s;
}

} // namespace patronus
