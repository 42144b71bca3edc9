// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/savefirst.h"

#include "operations/counted.h"
#include "operations/lastbackup.h"
#include "operations/listing.h"

using namespace Qt::StringLiterals;

namespace patronus {

SaveFirst::SaveFirst(ActionWorld world, Backup::Options options)
    : Action(std::move(world)), m_options(std::move(options))
{
}

Task<ActionPlan> SaveFirst::plan(std::stop_token stop)
{
    const auto objects = co_await listSitesAndPolicies(world().client, stop);
    if (!objects)
        co_return std::unexpected(objects.error());
    ActionPlan plan{.title = u"Make a backup"_s,
        .button = u"Make a backup"_s,
        .tier = Tier::Reversible,
        .command = u"kubectl patronus backup -o "_s + m_options.folder};
    if (!objects->isEmpty()) {
        plan.steps.append({.text = u"save %1 in %2"_s.arg(countedObjects(objects->size()), m_options.folder)});
        if (!m_options.encryptFor.isEmpty())
            plan.steps.append(
                {.text = u"encrypt all Helm values for the holders of the keys of %1"_s.arg(m_options.encryptFor)});
        if (const auto usable = Backup::checkKeys(m_options); !usable)
            plan.obstacles.append(usable.error().message);
        plan.consequences.append(
            u"A backup is made first: kubectl patronus restore makes the objects again from it."_s);
    }
    co_return plan;
}

QCoro::Task<ActionOutcome> SaveFirst::carryOut(std::stop_token stop)
{
    Backup backup(world().client, world().clock, m_options, world().progress);
    const auto made = co_await backup.run(world().context, stop);
    if (!made)
        co_return ActionOutcome{.notDone = {u"save all in "_s + m_options.folder}, .failure = made.error()};
    if (const auto noted = noteBackup(world().changes, *made); !noted) // without it nothing may be changed either
        co_return ActionOutcome{.done = {u"save all in "_s + made->path}, .failure = noted.error()};
    co_return ActionOutcome{
        .done = {u"save all in "_s + made->path}, .result = u"what was there is saved in "_s + made->path};
}

} // namespace patronus
