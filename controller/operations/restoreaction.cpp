// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restoreaction.h"

#include "operations/diff.h"
#include "operations/sanitized.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Fate = RestoreItem::Action;

QString nameOf(Fate fate)
{
    return QString::fromLatin1(actionName(fate));
}

bool isWritten(const RestoreItem &item)
{
    return item.action == Fate::Create || item.action == Fate::Update;
}

ActionStep stepOf(const RestoreItem &item)
{
    const QJsonObject before = item.present.isNull() ? QJsonObject() : sanitized(item.present.json());
    return {.text = u"%1 %2 %3"_s.arg(nameOf(item.action), item.type.kind, item.key.text()),
        .diff = diffLines(before, item.wanted),
        .check = item.waitsForType ? ActionStep::Check::NotSent : ActionStep::Check::Accepted};
}

/// One step for all objects of a kind and fate.
QList<ActionStep> groupedSteps(const RestorePlan &plan)
{
    QList<ActionStep> steps;
    for (qsizetype i = 0; i < plan.items.size();) {
        const RestoreItem &first = plan.items[i];
        qsizetype end = i;
        while (end < plan.items.size() && plan.items[end].action == first.action && plan.items[end].type == first.type)
            ++end;
        if (isWritten(first))
            steps.append({.text = u"%1 %2 × %3 (%4 … %5)"_s.arg(nameOf(first.action))
                              .arg(end - i)
                              .arg(first.type.kind, first.key.text(), plan.items[end - 1].key.text()),
                .check = first.waitsForType ? ActionStep::Check::NotSent : ActionStep::Check::Accepted});
        i = end;
    }
    return steps;
}

QString countsOf(const RestorePlan &plan)
{
    QStringList counts;
    for (const Fate fate : {Fate::Create, Fate::Update, Fate::Identical, Fate::Skip})
        if (const qsizetype count = plan.count(fate); count > 0)
            counts.append(u"%1 %2"_s.arg(count).arg(nameOf(fate)));
    return counts.isEmpty() ? u"nothing"_s : counts.join(u", "_s);
}

} // namespace

RestoreAction::RestoreAction(ActionWorld world, RestoreFiles files, RestoreChoices choices)
    : Action(std::move(world)), m_files(std::move(files)), m_choices(choices)
{
}

ActionPlan RestoreAction::describe(const RestorePlan &plan, const QStringList &notes)
{
    constexpr qsizetype mostSteps = 100, mostConflicts = 20;
    const qsizetype updates = plan.count(Fate::Update);
    ActionPlan described{.title = u"Restore Sites and Policies"_s,
        .button = u"Restore %1 objects"_s.arg(plan.count(Fate::Create) + updates),
        .tier = updates > 0 ? Tier::Destructive : Tier::Service,
        .consequences = {u"In all: %1."_s.arg(countsOf(plan)),
            u"Status is not restored: the operator writes it, and sends what the Patronus API does not have."_s},
        .warnings = notes};
    if (const qsizetype skipped = plan.count(Fate::Skip); skipped > 0)
        described.consequences.append(
            u"%1 objects are there, differ, and are left alone: choose to update them to change that."_s.arg(skipped));
    for (const RestoreItem &item : plan.items)
        if (item.action == Fate::Conflict && described.obstacles.size() < mostConflicts)
            described.obstacles.append(u"%1 %2: %3"_s.arg(item.type.kind, item.key.text(), item.reason));
    if (const qsizetype more = plan.count(Fate::Conflict) - described.obstacles.size(); more > 0)
        described.obstacles.append(u"… and %1 more conflicts"_s.arg(more));
    if (plan.count(Fate::Create) + updates > mostSteps) {
        described.steps = groupedSteps(plan);
    } else {
        for (const RestoreItem &item : plan.items)
            if (isWritten(item))
                described.steps.append(stepOf(item));
    }
    return described;
}

Task<ActionPlan> RestoreAction::plan(std::stop_token stop)
{
    const auto source = readRestoreFiles(m_files);
    if (!source)
        co_return std::unexpected(source.error());
    m_restore = std::make_unique<Restore>(
        world().client, world().changes, world().clock, *source, m_choices, world().progress);
    const auto plan = co_await m_restore->plan(std::move(stop));
    if (!plan)
        co_return std::unexpected(plan.error());
    m_plan = *plan;
    if (m_choices.skipConflicts)
        m_plan.items.removeIf([](const RestoreItem &item) { return item.action == Fate::Conflict; });
    QStringList notes = m_restore->source().notes;
    if (const QJsonObject from = m_restore->source().cluster;
        !from.isEmpty() && ClusterIdentity::fromJson(from) != target().cluster)
        notes.prepend(u"the backup is of another cluster: "_s + from["server"_L1].toString());
    ActionPlan described = describe(m_plan, notes);
    described.command = u"kubectl patronus restore %1"_s.arg(m_files.paths.join(u' '));
    co_return described;
}

QCoro::Task<ActionOutcome> RestoreAction::carryOut(std::stop_token stop)
{
    const RestoreOutcome restored = co_await m_restore->perform(m_plan, stop);
    ActionOutcome outcome{.done = restored.done, .notDone = restored.notDone, .failure = restored.failure};
    if (outcome.failure)
        co_return outcome;
    const auto wrong = co_await m_restore->verify(m_plan, stop);
    if (!wrong || !wrong->isEmpty()) {
        outcome.failure = !wrong ? wrong.error()
                                 : Error{.kind = Error::Kind::Server,
                                       .message = u"written, and not as it should be: "_s + wrong->join(u"; "_s)};
        co_return outcome;
    }
    outcome.result = u"restored, read back and compared: "_s + countsOf(m_plan);
    const auto waiting = co_await m_restore->awaitReady(m_plan, std::chrono::minutes(2), stop);
    if (waiting && !waiting->isEmpty())
        outcome.result
            += u"\nnot Ready yet: "_s + waiting->first(std::min<qsizetype>(20, waiting->size())).join(u"; "_s);
    co_return outcome;
}

} // namespace patronus
