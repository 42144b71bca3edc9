// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/uninstall.h"

#include "operations/manifests.h"
#include "operations/owners.h"

using namespace Qt::StringLiterals;

namespace patronus {

Task<ActionPlan> HelmUninstall::plan(std::stop_token stop)
{
    m_release = {};
    ActionPlan plan{
        .title = u"Uninstall the operator"_s, .button = u"Uninstall the operator"_s, .tier = Tier::Destructive};
    const auto facts = co_await readFacts(stop);
    if (!facts && facts.error().kind == Error::Kind::NotFound)
        co_return plan;
    if (!facts)
        co_return std::unexpected(facts.error());
    m_release = facts->last();
    const auto objects = readManifests(m_release.manifest.toUtf8());
    if (!objects)
        co_return std::unexpected(objects.error());
    const auto differences = manifestDifferences(*objects, {}, m_release.nameSpace);
    plan.object = m_release.name;
    plan.obstacles = facts->problems + lossesOf(differences);
    if (facts->deployment)
        plan.warnings = ownersOf(facts->deployment->deployment);
    plan.consequences = {u"The operator and its settings go; the values are in the backup."_s};
    plan.command = u"helm uninstall %1 -n %2"_s.arg(m_release.name, m_release.nameSpace);
    plan.steps.append({.text = plan.command});
    co_return co_await withObjects(plan, differences, facts->types, stop);
}

QCoro::Task<ActionOutcome> HelmUninstall::carryOut(std::stop_token stop)
{
    const QStringList arguments{u"uninstall"_s, m_release.name, u"-n"_s, m_release.nameSpace};
    const auto unchanged = co_await checkUnchanged(m_release, stop);
    if (!unchanged)
        co_return ActionOutcome{.notDone = {u"helm "_s + arguments.join(u' ')}, .failure = unchanged.error()};
    ActionOutcome outcome = co_await haveHelm(arguments, u"helm uninstall"_s, m_release, std::nullopt, stop);
    if (!outcome.failure)
        outcome.result = u"the release %1 is uninstalled"_s.arg(m_release.name);
    co_return outcome;
}

std::unique_ptr<Action> makeUninstall(const ActionWorld &world, KubeConnection &connection, const UninstallWish &wish)
{
    std::vector<std::unique_ptr<Action>> parts;
    parts.push_back(std::make_unique<SaveFirst>(world, wish.backup));
    parts.push_back(std::make_unique<Drain>(world, wish.drain));
    parts.push_back(std::make_unique<HelmUninstall>(world, connection, wish.helm));
    if (wish.crds)
        parts.push_back(std::make_unique<CrdRemoval>(world));
    return std::make_unique<ActionSequence>(world,
        ActionPlan{.title = u"Uninstall the operator, with all Sites and Policies"_s,
            .button = u"Uninstall the operator"_s,
            .tier = Tier::Destructive,
            .object = u"patronus-operator"_s},
        std::move(parts));
}

} // namespace patronus
