// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "operations/restore.h"
#include "operations/restorefiles.h"
#include "operations/target.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Action = RestoreItem::Action;

QString countsOf(const RestorePlan &plan)
{
    QStringList counts;
    for (const Action action : {Action::Create, Action::Update, Action::Identical, Action::Skip, Action::Conflict})
        if (const qsizetype count = plan.count(action); count > 0)
            counts.append(u"%1 %2"_s.arg(count).arg(QLatin1StringView(actionName(action))));
    return counts.join(u", "_s);
}

/// Every object in a row; without @p isWide those of which there is nothing to say come as one row a kind and action.
QString tableOf(const RestorePlan &plan, bool isWide)
{
    QList<QStringList> rows;
    QString group;
    QStringList members;
    const auto endGroup = [&] {
        if (members.size() > 2)
            members = {u"%1 objects: %2 … %3"_s.arg(members.size()).arg(members.first(), members.last())};
        for (const QString &member : std::exchange(members, {}))
            rows.append(QStringList{group.section(u' ', 0, 0), group.section(u' ', 1), member, QString()});
    };
    for (const RestoreItem &item : plan.items) {
        const QString action = QString::fromLatin1(actionName(item.action));
        const bool isPlain = !isWide && item.reason.isEmpty();
        const QString itsGroup = isPlain ? action + u' ' + item.type.kind : QString();
        if (itsGroup != group)
            endGroup();
        group = itsGroup;
        if (isPlain)
            members.append(item.key.text());
        else
            rows.append({action, item.type.kind, item.key.text(), item.reason});
    }
    endGroup();
    return table({u"ACTION"_s, u"KIND"_s, u"NAME"_s, u"REASON"_s}, rows);
}

QJsonObject jsonOf(const RestorePlan &plan, const Target &target, const QStringList &notes)
{
    QJsonArray items;
    for (const RestoreItem &item : plan.items)
        items.append(QJsonObject{{u"action"_s, QLatin1StringView(actionName(item.action))}, {u"kind"_s, item.type.kind},
            {u"namespace"_s, item.key.nameSpace}, {u"name"_s, item.key.name}, {u"reason"_s, item.reason}});
    return {{u"context"_s, target.context}, {u"user"_s, target.user}, {u"cluster"_s, target.cluster.toJson()},
        {u"items"_s, items}, {u"notes"_s, QJsonArray::fromStringList(notes)}};
}

void sayFirst(Terminal &terminal, const QString &heading, const QStringList &lines)
{
    constexpr qsizetype most = 20;
    terminal.say(u"%1: %2"_s.arg(heading).arg(lines.size()));
    for (const QString &line : lines.first(std::min(most, lines.size())))
        terminal.say(u"  "_s + line);
    if (lines.size() > most)
        terminal.say(u"  … and %1 more"_s.arg(lines.size() - most));
}

/// After the last write: is the cluster as it should be?
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): runRestore() has both and waits
QCoro::Task<int> lookAfter(
    Restore &restore, Terminal &terminal, RestorePlan plan, std::chrono::seconds wait, std::stop_token stop)
{
    const auto wrong = co_await restore.verify(plan, stop);
    if (!wrong) {
        terminal.say(u"error: written, but it could not be read back: "_s + wrong.error().message);
        co_return 1;
    }
    if (!wrong->isEmpty()) {
        sayFirst(terminal, u"error: written, and not as it should be"_s, *wrong);
        co_return 1;
    }
    terminal.say(u"restored, read back and compared: %1"_s.arg(countsOf(plan)));
    if (wait <= wait.zero())
        co_return 0;
    const auto waiting = co_await restore.awaitReady(plan, wait, stop);
    if (!waiting) {
        terminal.say(u"error: whether all is Ready could not be read: "_s + waiting.error().message);
        co_return 1;
    }
    if (!waiting->isEmpty()) {
        sayFirst(terminal, u"error: not Ready in time"_s, *waiting);
        co_return 1;
    }
    terminal.say(u"all is Ready"_s);
    co_return 0;
}

/// Whether the cluster behind the address is still the one of the plan, and the user wants it.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): runRestore() has it and waits
Task<void> confirm(Session &session, CtlOptions options, Target target, std::stop_token stop)
{
    if (const auto agreed = session.terminal().confirm(target, u"restore this"_s, options.yes); !agreed)
        co_return agreed;
    const auto now = co_await readTarget(session.client(), session.context(), options.nameSpace, stop);
    if (!now)
        co_return std::unexpected(now.error());
    if (now->cluster != target.cluster)
        co_return std::unexpected(Error{.kind = Error::Kind::Conflict,
            .message = u"this is another cluster than the one that was planned for: look at the kubeconfig"_s});
    co_return Expected<void>();
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRestore(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    const auto failed = [&terminal](const Error &error) {
        terminal.say(u"error: nothing was changed: "_s + error.message);
        return 1;
    };
    const auto source = readRestoreFiles({.paths = options.files,
        .acceptEdited = options.acceptEdited,
        .digest = options.digest,
        .nameSpace = options.nameSpace});
    if (!source)
        co_return failed(source.error());
    const auto target = co_await readTarget(session.client(), session.context(), options.nameSpace, stop);
    if (!target)
        co_return failed(target.error());
    const auto changes = session.changes(*target);
    if (!changes)
        co_return failed(changes.error());
    const RestoreChoices choices{
        .update = options.update, .createNamespaces = options.createNamespaces, .skipConflicts = options.skipConflicts};
    Restore restore(session.client(), **changes, session.clock(), *source, choices, terminal.progress());
    auto plan = co_await restore.plan(stop);
    if (!plan)
        co_return failed(plan.error());

    terminal.say(u"Restore %1 into\n%2"_s.arg(options.files.join(u", "_s), target->text()));
    QStringList notes = restore.source().notes;
    if (!source->cluster.isEmpty() && ClusterIdentity::fromJson(source->cluster) != target->cluster)
        notes.prepend(u"the backup is of another cluster: "_s + source->cluster["server"_L1].toString());
    for (const QString &note : std::as_const(notes))
        terminal.say(u"note: "_s + note);
    print(options.format, jsonOf(*plan, *target, notes), tableOf(*plan, options.format == CtlOptions::Format::Wide));
    if (options.skipConflicts)
        plan->items.removeIf([](const RestoreItem &item) { return item.action == Action::Conflict; });
    if (plan->count(Action::Conflict) > 0) {
        terminal.say(
            u"error: nothing was changed: %1. Solve the conflicts, or leave those objects out with --skip-conflicts"_s
                .arg(countsOf(*plan)));
        co_return 1;
    }
    const bool isNothing = plan->count(Action::Create) + plan->count(Action::Update) == 0;
    if (options.dryRun || isNothing)
        terminal.say(
            u"%1: %2"_s.arg(isNothing ? u"nothing to do"_s : u"dry run, nothing was changed"_s, countsOf(*plan)));
    if (options.dryRun)
        co_return 0;
    if (!isNothing) {
        const auto confirmed = co_await confirm(session, options, *target, stop);
        if (!confirmed)
            co_return failed(confirmed.error());
        const RestoreOutcome outcome = co_await restore.perform(*plan, stop);
        if (outcome.failure) {
            terminal.say(u"error: stopped: "_s + outcome.failure->message);
            sayFirst(terminal, u"done"_s, outcome.done);
            sayFirst(terminal, u"not done"_s, outcome.notDone);
            terminal.say(u"Run the same command again to go on: what is there already is left as it is."_s);
            co_return 1;
        }
    }
    co_return co_await lookAfter(
        restore, terminal, *plan, options.wait ? options.timeout : std::chrono::seconds(0), stop);
}

} // namespace patronus
