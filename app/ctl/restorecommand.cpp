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

/// One run of the command. Lives until its tasks have ended.
class RestoreCommand
{
public:
    RestoreCommand(Session &session, CtlOptions options, Target target, RestoreSource source, KubeClient &client)
        : m_session(session),
          m_terminal(session.terminal()),
          m_options(std::move(options)),
          m_target(std::move(target)),
          m_changes(client, Journal::defaultPath(QProcessEnvironment::systemEnvironment()), m_target, session.clock()),
          m_restore(client, m_changes, session.clock(), std::move(source),
              {.update = m_options.update,
                  .createNamespaces = m_options.createNamespaces,
                  .skipConflicts = m_options.skipConflicts},
              m_terminal.progress())
    {
    }

    QCoro::Task<int> run(std::stop_token stop)
    {
        auto plan = co_await m_restore.plan(stop);
        if (!plan)
            co_return refuse(plan.error().message);
        show(*plan);
        if (m_options.skipConflicts)
            plan->items.removeIf([](const RestoreItem &item) { return item.action == Action::Conflict; });
        if (plan->count(Action::Conflict) > 0)
            co_return refuse(
                u"%1. Solve the conflicts, or leave those objects out with --skip-conflicts"_s.arg(countsOf(*plan)));
        const bool isNothing = plan->count(Action::Create) + plan->count(Action::Update) == 0;
        if (isNothing || m_options.dryRun)
            m_terminal.say(
                u"%1: %2"_s.arg(isNothing ? u"nothing to do"_s : u"dry run, nothing was changed"_s, countsOf(*plan)));
        if (m_options.dryRun)
            co_return 0;
        int exitCode = 0;
        if (!isNothing)
            exitCode = co_await carryOut(*plan, stop);
        if (exitCode == 0)
            exitCode = co_await lookAfter(*plan, stop);
        co_return exitCode;
    }

private:
    [[nodiscard]] int refuse(const QString &why)
    {
        m_terminal.say(u"error: nothing was changed: "_s + why);
        return 1;
    }

    void show(const RestorePlan &plan)
    {
        m_terminal.say(u"Restore %1 into\n%2"_s.arg(m_options.files.join(u", "_s), m_target.text()));
        QStringList notes = m_restore.source().notes;
        if (const QJsonObject from = m_restore.source().cluster;
            !from.isEmpty() && ClusterIdentity::fromJson(from) != m_target.cluster)
            notes.prepend(u"the backup is of another cluster: "_s + from["server"_L1].toString());
        for (const QString &note : std::as_const(notes))
            m_terminal.say(u"note: "_s + note);
        print(m_options.format, jsonOf(plan, m_target, notes),
            tableOf(plan, m_options.format == CtlOptions::Format::Wide));
    }

    /// Asks, looks whether the cluster behind the address is still the one of the plan, and writes.
    QCoro::Task<int> carryOut(RestorePlan plan, std::stop_token stop)
    {
        if (const auto agreed = m_terminal.confirm(m_target, u"restore this"_s, m_options.yes); !agreed)
            co_return refuse(agreed.error().message);
        const auto now = co_await readTarget(m_session.client(), m_session.context(), m_options.nameSpace, stop);
        if (!now)
            co_return refuse(now.error().message);
        if (now->cluster != m_target.cluster)
            co_return refuse(u"this is another cluster than the one that was planned for: look at the kubeconfig"_s);
        const RestoreOutcome outcome = co_await m_restore.perform(plan, stop);
        if (!outcome.failure)
            co_return 0;
        m_terminal.say(u"error: stopped: "_s + outcome.failure->message);
        sayFirst(m_terminal, u"done"_s, outcome.done);
        sayFirst(m_terminal, u"not done"_s, outcome.notDone);
        m_terminal.say(u"Run the same command again to go on: what is there already is left as it is."_s);
        co_return 1;
    }

    /// After the last write: is the cluster as it should be?
    QCoro::Task<int> lookAfter(RestorePlan plan, std::stop_token stop)
    {
        const auto wrong = co_await m_restore.verify(plan, stop);
        const bool isRight = tell(wrong, u"error: written, and not as it should be"_s);
        if (isRight)
            m_terminal.say(u"restored, read back and compared: %1"_s.arg(countsOf(plan)));
        if (!isRight || !m_options.wait)
            co_return isRight ? 0 : 1;
        const auto waiting = co_await m_restore.awaitReady(plan, m_options.timeout, stop);
        const bool isReady = tell(waiting, u"error: not Ready in time"_s);
        if (isReady)
            m_terminal.say(u"all is Ready"_s);
        co_return isReady ? 0 : 1;
    }

    /// Whether @p found is an empty list; else says why not.
    [[nodiscard]] bool tell(const Expected<QStringList> &found, const QString &heading)
    {
        if (!found)
            m_terminal.say(u"error: written, but it could not be read back: "_s + found.error().message);
        else if (!found->isEmpty())
            sayFirst(m_terminal, heading, *found);
        return found && found->isEmpty();
    }

    Session &m_session;
    Terminal &m_terminal;
    const CtlOptions m_options;
    const Target m_target;
    Changes m_changes;
    Restore m_restore;
};

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRestore(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto refuse = [&session](const Error &error) {
        session.terminal().say(u"error: nothing was changed: "_s + error.message);
        return 1;
    };
    const auto source = readRestoreFiles({.paths = options.files,
        .acceptEdited = options.acceptEdited,
        .digest = options.digest,
        .nameSpace = options.nameSpace});
    if (!source)
        co_return refuse(source.error());
    const auto target = co_await readTarget(session.client(), session.context(), options.nameSpace, stop);
    if (!target)
        co_return refuse(target.error());
    RestoreCommand command(session, options, *target, *source, session.client());
    co_return co_await command.run(stop);
}

} // namespace patronus
