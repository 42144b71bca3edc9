// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/backupaction.h"

#include "operations/counted.h"
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
        u"%1 and %2 are saved in %3, read back and compared"_s.arg(counted(manifest["sites"_L1].toInteger(), u"Site"_s),
            counted(manifest["policies"_L1].toInteger(), u"Policy"_s), made.path),
        u"keep this digest elsewhere: sha256:%1"_s.arg(made.bundle.digest())};
    for (const QJsonValue &note : manifest["notes"_L1].toArray())
        lines.append(u"note: "_s + note.toString());
    if (!made.bundle.signature.isEmpty())
        lines.append(u"it is signed: who restores it can look at that with the public key"_s);
    if (made.bundle.files.contains(bundleSecretValuesFile))
        lines.append(u"all Helm values are in %1, for the holders of the keys alone"_s.arg(bundleSecretValuesFile));
    for (const QString &refused : made.refused)
        lines.append(u"saved, but this server would not take it back: "_s + refused);
    return lines.join(u'\n');
}

} // namespace

BackupAction::BackupAction(ActionWorld world, Backup::Options options)
    : Action(std::move(world)), m_options(std::move(options))
{
}

Task<ActionPlan> BackupAction::plan(std::stop_token stop)
{
    ActionPlan plan{.title = u"Back up Sites, Policies and the operator's values"_s,
        .button = u"Back up"_s,
        .consequences = {u"Nothing in the cluster is changed."_s,
            m_options.encryptFor.isEmpty() ? u"Values that look like secrets are left out, and named."_s
                                           : u"Values that look like secrets are left out of what everybody can read, "
                                             "and come along encrypted."_s},
        .steps = {{.text = u"read Sites, Policies, CRDs, the operator's Deployment and its Helm values"_s},
            {.text = u"have the server try each object out, as it would be made anew"_s},
            {.text = u"write it into a new folder in %1, read it back and compare"_s.arg(m_options.folder)}},
        .command = u"kubectl patronus backup -o %1"_s.arg(m_options.folder)};
    const auto seal = [&plan](const QString &key, const QString &step, const QString &flag) {
        if (key.isEmpty())
            return;
        plan.steps.insert(plan.steps.size() - 1, {.text = step.arg(key)});
        plan.command += u" %1 %2"_s.arg(flag, key);
    };
    seal(m_options.encryptFor, u"encrypt all Helm values for the holders of the keys of %1"_s, u"--encrypt-values"_s);
    seal(m_options.signKey, u"sign it with %1"_s, u"--sign-key"_s);
    if (!m_options.passphrase.isEmpty())
        plan.command += u" --key-passphrase-file FILE"_s;
    const QFileInfo folder(m_options.folder);
    if (!folder.isDir() || !folder.isWritable())
        plan.obstacles.append(u"%1 is no folder that can be written to: choose another"_s.arg(m_options.folder));
    if (const auto usable = Backup::checkKeys(m_options); !usable)
        plan.obstacles.append(usable.error().message);
    const auto allowed = co_await Backup::checkAllowed(world().client, m_options.nameSpace, std::move(stop));
    if (!allowed && allowed.error().kind != Error::Kind::Forbidden)
        co_return std::unexpected(allowed.error());
    if (!allowed)
        plan.obstacles.append(allowed.error().message);
    co_return plan;
}

QCoro::Task<ActionOutcome> BackupAction::carryOut(std::stop_token stop)
{
    Backup backup(world().client, world().clock, m_options, world().progress);
    const auto made = co_await backup.run(world().context, std::move(stop));
    if (!made)
        co_return ActionOutcome{.failure = made.error()};
    QString result = resultOf(*made);
    if (const auto noted = noteBackup(world().changes, *made); !noted)
        result += u"\nnote: it is not in the journal: "_s + noted.error().message;
    co_return ActionOutcome{.result = result};
}

} // namespace patronus
