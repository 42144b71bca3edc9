// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/printed.h"
#include "operations/restoreaction.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

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

QJsonObject jsonOf(const RestorePlan &plan, const Target &target, const ActionPlan &described)
{
    QJsonArray items;
    for (const RestoreItem &item : plan.items)
        items.append(QJsonObject{{u"action"_s, QLatin1StringView(actionName(item.action))}, {u"kind"_s, item.type.kind},
            {u"namespace"_s, item.key.nameSpace}, {u"name"_s, item.key.name}, {u"reason"_s, item.reason}});
    return {{u"context"_s, target.context}, {u"user"_s, target.user}, {u"cluster"_s, target.cluster.toJson()},
        {u"items"_s, items}, {u"notes"_s, QJsonArray::fromStringList(described.warnings)},
        {u"preview"_s, QJsonArray::fromStringList(described.preview)}};
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRestore(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto desk = co_await ActionDesk::openWithPatronus(session, options, stop);
    if (!desk)
        co_return session.terminal().refuse(desk.error().message);
    const ActionWorld world = (*desk)->world();
    auto restore = std::make_unique<RestoreAction>(world,
        RestoreWish{.files = {.paths = options.files,
                        .acceptEdited = options.acceptEdited,
                        .verifyKey = options.verifyKey,
                        .digest = options.digest,
                        .nameSpace = options.nameSpace},
            .choices = {.update = options.update,
                .createNamespaces = options.createNamespaces,
                .skipConflicts = options.skipConflicts},
            .mustBeReady = options.wait,
            .limit = options.wait ? options.timeout : std::chrono::seconds(0)});
    const RestoreAction &planned = *restore;
    const std::unique_ptr<Action> action
        = options.stopOperator ? withOperatorStopped(world, std::move(restore)) : std::move(restore);
    const auto show = [&](const ActionPlan &plan) { // every object by itself, on standard output
        for (const QString &line : plan.consequences)
            session.terminal().say(line);
        for (const QString &warning : plan.warnings)
            session.terminal().say(u"note: "_s + warning);
        if (options.dryRun && !plan.preview.isEmpty())
            session.terminal().say(u"Then the operator would:\n  "_s + plan.preview.join(u"\n  "_s));
        print(options.format, jsonOf(planned.planned(), world.target, plan),
            tableOf(planned.planned(), options.format == CtlOptions::Format::Wide));
    };
    const int exitCode = co_await act(session, options, *action, stop, show);
    co_await (*desk)->close();
    co_return exitCode;
}

} // namespace patronus
