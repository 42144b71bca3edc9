// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restoreaction.h"

#include "operations/actionsequence.h"
#include "operations/counted.h"
#include "operations/diff.h"
#include "operations/effectpreview.h"
#include "operations/excerpt.h"
#include "operations/listing.h"
#include "operations/maintenance.h"
#include "operations/sanitized.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Fate = RestoreItem::Action;

constexpr qsizetype mostNamed = 20;

QString nameOf(Fate fate)
{
    return QString::fromLatin1(actionName(fate));
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

RestoreAction::RestoreAction(ActionWorld world, RestoreWish wish) : Action(std::move(world)), m_wish(std::move(wish))
{
}

ActionPlan RestoreAction::describe(const RestorePlan &plan, const QStringList &notes)
{
    constexpr qsizetype mostSteps = 100, mostConflicts = 20;
    const qsizetype updates = plan.count(Fate::Update);
    ActionPlan described{.title = u"Restore Sites and Policies"_s,
        .button = u"Restore "_s + counted(plan.count(Fate::Create) + updates, u"object"_s),
        .tier = updates > 0 ? Tier::Destructive : Tier::Service,
        .consequences = {u"In all: %1."_s.arg(countsOf(plan)),
            u"Status is not restored: the operator writes it, and sends what the Patronus API does not have."_s},
        .warnings = notes};
    if (const qsizetype skipped = plan.count(Fate::Skip); skipped > 0)
        described.consequences.append(
            u"There, different, and left alone: %1. Choose to update objects to change that."_s.arg(
                counted(skipped, u"object"_s)));
    for (const RestoreItem &item : plan.items)
        if (item.action == Fate::Conflict && described.obstacles.size() < mostConflicts)
            described.obstacles.append(u"%1 %2: %3"_s.arg(item.type.kind, item.key.text(), item.reason));
    if (const qsizetype more = plan.count(Fate::Conflict) - described.obstacles.size(); more > 0)
        described.obstacles.append(u"… and %1 more"_s.arg(counted(more, u"conflict"_s)));
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
    const auto source = readRestoreFiles(m_wish.files);
    if (!source)
        co_return std::unexpected(source.error());
    m_restore = std::make_unique<Restore>(
        world().client, world().changes, world().clock, *source, m_wish.choices, world().progress);
    const auto planned = co_await m_restore->plan(stop);
    if (!planned)
        co_return std::unexpected(planned.error());
    m_planned = m_plan = *planned;
    QStringList notes = m_restore->source().notes;
    if (const QJsonObject from = m_restore->source().cluster;
        !from.isEmpty() && ClusterIdentity::fromJson(from) != target().cluster)
        notes.prepend(u"the backup is of another cluster: "_s + from["server"_L1].toString());
    if (m_wish.choices.skipConflicts) {
        if (const qsizetype conflicts = m_plan.count(Fate::Conflict); conflicts > 0)
            notes.append(u"left out, for its conflict: "_s + counted(conflicts, u"object"_s));
        m_plan.items.removeIf([](const RestoreItem &item) { return item.action == Fate::Conflict; });
    }
    ActionPlan described = describe(m_plan, notes);
    described.command = u"kubectl patronus restore %1"_s.arg(m_wish.files.paths.join(u' '));
    if (!m_wish.files.verifyKey.isEmpty())
        described.command += u" --verify-key "_s + m_wish.files.verifyKey;
    if (m_wish.mustBeReady)
        described.steps.append({.text = u"wait until every restored object is Ready"_s});
    PreviewRequest request;
    for (const RestoreItem &item : std::as_const(m_plan.items))
        if (isWritten(item) && isSiteOrPolicy(item.type) && !item.waitsForType)
            request.changes.append(Restore::changeOf(item));
    if (described.isPossible() && !request.changes.isEmpty())
        described.preview = co_await effectPreview(world(), request, stop);
    co_return described;
}

QCoro::Task<ActionOutcome> RestoreAction::carryOut(std::stop_token stop)
{
    const RestoreOutcome restored = co_await m_restore->perform(m_plan, stop);
    ActionOutcome outcome{.done = restored.done, .notDone = restored.notDone, .failure = restored.failure};
    if (outcome.failure)
        co_return outcome;
    const auto result = co_await settle(stop);
    if (result)
        outcome.result = *result;
    else
        outcome.failure = result.error();
    co_return outcome;
}

/// After the last write: is the cluster as it should be?
Task<QString> RestoreAction::settle(std::stop_token stop)
{
    const auto failed = [](const QString &what, const QStringList &lines) {
        return std::unexpected(
            Error{.kind = Error::Kind::Server, .message = u"%1: %2"_s.arg(what, someOf(lines, mostNamed))});
    };
    const auto wrong = co_await m_restore->verify(m_plan, stop);
    if (!wrong)
        co_return std::unexpected(wrong.error());
    if (!wrong->isEmpty())
        co_return failed(u"written, and not as it should be"_s, *wrong);
    const QString result = u"restored, read back and compared: "_s + countsOf(m_plan);
    if (m_wish.limit.count() == 0)
        co_return result;
    const auto waiting = co_await m_restore->awaitReady(m_plan, m_wish.limit, stop);
    if (!waiting)
        co_return std::unexpected(waiting.error());
    if (waiting->isEmpty())
        co_return result + u"\nall is Ready"_s;
    if (m_wish.mustBeReady)
        co_return failed(u"not Ready in time"_s, *waiting);
    co_return u"%1\nnot Ready yet: %2"_s.arg(result, someOf(*waiting, mostNamed));
}

std::unique_ptr<Action> withOperatorStopped(const ActionWorld &world, std::unique_ptr<RestoreAction> restore)
{
    std::vector<std::unique_ptr<Action>> parts;
    parts.push_back(std::make_unique<Maintenance>(
        world, MaintenanceWish{.aim = MaintenanceWish::Aim::Stop, .reason = u"restore of a backup"_s}));
    parts.push_back(std::move(restore));
    return std::make_unique<ActionSequence>(world,
        ActionPlan{.title = u"Restore Sites and Policies while the operator is stopped"_s,
            .button = u"Stop, and restore"_s,
            .tier = Tier::Destructive,
            .object = names::operatorName},
        std::move(parts), 1);
}

} // namespace patronus
