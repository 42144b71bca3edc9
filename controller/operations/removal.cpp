// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/removal.h"

#include "operations/excerpt.h"
#include "operations/listing.h"
#include "operations/maintenance.h"
#include "operations/manifests.h"
#include "operations/owners.h"
#include "operations/sanitized.h"
#include "sdwan/kind.h"
#include "sdwan/names.h"

#include <QDir>
#include <QSaveFile>
#include <QSet>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

bool isSite(const Object &object)
{
    return typeOf(object) == resources::sites();
}

/// Who refers to a Site of @p gone and stays: a line each Site that loses something.
QStringList losersOf(const RemovalFacts &facts)
{
    QSet<QString> gone, going;
    for (const Object &object : facts.found.objects) {
        going.insert(object.uid());
        if (isSite(object))
            gone.insert(object.key().name);
    }
    QStringList lines;
    for (const auto &[kind, objects, loses] : {std::tuple(&siteKind(), &facts.sites, u"as a peer"_s),
             std::tuple(&policyKind(), &facts.policies, u"as a path, and routes nothing by it"_s)})
        for (const Object &object : *objects) {
            if (going.contains(object.uid()))
                continue;
            for (const QString &name : kind->references(object))
                if (gone.contains(name))
                    lines.append(u"%1 %2 loses %3 %4"_s.arg(kind->resource().kind, object.key().text(), name, loses));
        }
    return lines;
}

QString farSide(const RemovalFacts &facts)
{
    qsizetype orphans = 0;
    for (const Object &object : facts.found.objects)
        orphans += object.annotation(names::deletionPolicy) == "Orphan"_L1 ? 1 : 0;
    if (orphans == 0)
        return u"The operator deletes it in the Patronus API first."_s;
    return orphans == facts.found.objects.size()
        ? u"The Patronus API keeps it: its deletion policy is Orphan."_s
        : u"The Patronus API keeps %1 of them, whose deletion policy is Orphan; the rest is deleted there."_s.arg(
              orphans);
}

} // namespace

Removal::Removal(ActionWorld world, QList<ChosenObject> chosen, QString snapshots)
    : ChangeAction(std::move(world)), m_chosen(std::move(chosen)), m_snapshots(std::move(snapshots))
{
}

ChangeAction::Decision Removal::decisionFor(const RemovalFacts &facts, const QList<ChosenObject> &chosen)
{
    const QString what = textOf(chosen);
    Decision decision{.plan = {.title = u"Delete "_s + what,
                          .button = u"Delete "_s + (chosen.size() == 1 ? chosen.first().key.name : u"them"_s),
                          .tier = Tier::Destructive,
                          .obstacles = facts.found.obstacles,
                          .object = chosen.size() == 1 ? chosen.first().key.name : QString::number(chosen.size())},
        .changes = {}};
    ActionPlan &plan = decision.plan;
    plan.consequences.append(farSide(facts));
    plan.consequences += firstOf(losersOf(facts));
    plan.consequences.append(u"It is saved first, in %1: kubectl apply makes it again."_s.arg(facts.snapshot));
    if (facts.operatorReplicas == 0)
        plan.warnings.append(u"the operator is stopped: it stays, being deleted, until the operator runs again"_s);
    if (!chosen.isEmpty())
        plan.command = u"kubectl delete %1 %2 -n %3"_s.arg(
            chosen.first().type.plural, chosen.first().key.name, chosen.first().key.nameSpace);
    for (const Object &object : facts.found.objects) {
        plan.warnings += ownersOf(object);
        decision.changes.append(
            {.verb = Change::Verb::Remove, .type = typeOf(object), .key = object.key(), .before = object});
    }
    return decision;
}

Task<ChangeAction::Decision> Removal::decide(std::stop_token stop)
{
    const auto found = co_await findChosen(world().client, m_chosen, stop);
    if (!found)
        co_return std::unexpected(found.error());
    RemovalFacts facts{.found = *found,
        .snapshot = QDir(m_snapshots)
            .filePath(u"%1-%2.yaml"_s.arg(QString(world().target.context).replace(u'/', u'-'),
                world().clock.wallTime().toUTC().toString(u"yyyyMMdd'T'HHmmsszzz'Z'"_s)))};
    // Who may not look at one of these cannot know; the rest of the plan stands.
    if (const auto sites = co_await listAll(world().client, resources::sites(), {}, stop))
        facts.sites = *sites;
    if (const auto policies = co_await listAll(world().client, resources::policies(), {}, stop))
        facts.policies = *policies;
    if (const auto held = co_await readMaintenance(world().client, operatorDeployment(world()), stop))
        facts.operatorReplicas = held->rollout.wanted;
    m_objects = found->objects;
    m_snapshot = facts.snapshot;
    co_return decisionFor(facts, m_chosen);
}

Task<void> Removal::prepare(std::stop_token)
{
    QList<QJsonObject> kept;
    for (const Object &object : std::as_const(m_objects))
        kept.append(sanitized(object.json()));
    const QByteArray text = toListYaml(kept);
    const auto failed = [this](const QString &why) {
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"nothing was deleted, for it could not be saved in %1: %2"_s.arg(m_snapshot, why)});
    };
    if (!QDir().mkpath(m_snapshots))
        co_return failed(u"the folder cannot be made"_s);
    QSaveFile file(m_snapshot);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(text) != text.size() || !file.commit())
        co_return failed(file.errorString());
    QFile written(m_snapshot);
    if (!written.open(QIODevice::ReadOnly) || written.readAll() != text)
        co_return failed(u"it reads back as something else"_s);
    co_return Expected<void>();
}

Task<QString> Removal::settle(QList<Object> made, std::stop_token stop)
{
    const Progress progress = callable(world().progress);
    const auto until = world().clock.now() + 60s;
    while (true) {
        const auto left = co_await findChosen(world().client, m_chosen, stop);
        if (!left)
            co_return std::unexpected(left.error());
        const qsizetype still = left->objects.size();
        if (still == 0)
            co_return u"deleted; what it was is in %1"_s.arg(m_snapshot);
        progress(u"gone"_s, made.size() - still, made.size());
        if (world().clock.now() >= until)
            co_return u"being deleted: %1 of %2 wait for the operator, which deletes them in the Patronus API first. "
                      "What they were is in %3"_s.arg(still)
                          .arg(made.size())
                          .arg(m_snapshot);
        const auto slept = co_await world().clock.sleep(500ms, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
