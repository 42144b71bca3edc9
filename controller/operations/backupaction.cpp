// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/backupaction.h"

#include "operations/backup.h"
#include "operations/lastbackup.h"

#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// What a person has to know of what was made, a line each.
QString resultOf(const Backup::Result &made)
{
    const QJsonObject &manifest = made.bundle.manifest;
    QStringList lines{
        u"%1 Sites and %2 Policies are saved in %3, read back and compared"_s.arg(manifest["sites"_L1].toInteger())
            .arg(manifest["policies"_L1].toInteger())
            .arg(made.path),
        u"keep this digest elsewhere: sha256:%1"_s.arg(made.bundle.digest())};
    for (const QJsonValue &note : manifest["notes"_L1].toArray())
        lines.append(u"note: "_s + note.toString());
    for (const QString &refused : made.refused)
        lines.append(u"saved, but this server would not take it back: "_s + refused);
    return lines.join(u'\n');
}

} // namespace

BackupAction::BackupAction(ActionWorld world, QString folder, QString program)
    : Action(std::move(world)), m_folder(std::move(folder)), m_program(std::move(program))
{
}

Task<ActionPlan> BackupAction::plan(std::stop_token)
{
    ActionPlan plan{.title = u"Back up Sites, Policies and the operator's values"_s,
        .button = u"Back up"_s,
        .consequences
        = {u"Nothing in the cluster is changed."_s, u"Values that look like secrets are left out, and named."_s},
        .steps = {{.text = u"read Sites, Policies, CRDs, the operator's Deployment and its Helm values"_s},
            {.text = u"have the server try each object out, as it would be made anew"_s},
            {.text = u"write it into a new folder in %1, read it back and compare"_s.arg(m_folder)}},
        .command = u"kubectl patronus backup -o %1"_s.arg(m_folder)};
    const QFileInfo folder(m_folder);
    if (!folder.isDir() || !folder.isWritable())
        plan.obstacles.append(u"%1 is no folder that can be written to: choose another"_s.arg(m_folder));
    co_return plan;
}

QCoro::Task<ActionOutcome> BackupAction::carryOut(std::stop_token stop)
{
    Backup backup(world().client, world().clock,
        {.program = m_program, .operatorNamespace = world().operatorNamespace, .folder = m_folder}, world().progress);
    const auto made = co_await backup.run(world().context, std::move(stop));
    if (!made)
        co_return ActionOutcome{.failure = made.error()};
    QString result = resultOf(*made);
    if (const auto noted = noteBackup(world().changes, *made); !noted)
        result += u"\nnote: it is not in the journal: "_s + noted.error().message;
    co_return ActionOutcome{.result = result};
}

} // namespace patronus
