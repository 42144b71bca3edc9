// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmupgrade.h"

#include "operations/diff.h"
#include "operations/manifests.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

HelmUpgrade::HelmUpgrade(ActionWorld world, KubeConnection &connection, HelmChoice choice, HelmUpgradeWish wish)
    : HelmAction(std::move(world), connection, std::move(choice)), m_wish(std::move(wish))
{
}

QStringList HelmUpgrade::arguments(const HelmRelease &release) const
{
    QStringList all{u"upgrade"_s, release.name, m_wish.chart, u"--namespace"_s, release.nameSpace,
        m_wish.resetValues ? u"--reset-values"_s : u"--reset-then-reuse-values"_s};
    for (const QString &file : m_wish.valuesFiles)
        all << u"--values"_s << file;
    return all;
}

HelmUpgrade::Decision HelmUpgrade::decisionFor(
    const HelmFacts &facts, const HelmRelease &rendered, const HelmUpgradeWish &wish)
{
    const HelmRelease &last = facts.last();
    Decision decision{.plan = {.title = u"Upgrade the Helm release %1 to %2"_s.arg(last.name, rendered.chartText()),
                          .button = u"Upgrade %1 to %2"_s.arg(last.name, rendered.chartVersion),
                          .command = u"helm upgrade %1 %2 -n %3"_s.arg(last.name, wish.chart, last.nameSpace),
                          .object = last.name}};
    ActionPlan &plan = decision.plan;
    if (rendered.chart != last.chart)
        plan.obstacles.append(u"%1 is the chart %2, and the release %3 is of %4"_s.arg(
            wish.chart, rendered.chart, last.name, last.chart));
    const auto before = readManifests(last.manifest.toUtf8()), after = readManifests(rendered.manifest.toUtf8());
    for (const auto *const manifest : {&before, &after})
        if (!*manifest)
            plan.obstacles.append(u"a manifest cannot be read: "_s + manifest->error().message);
    if (!before || !after)
        return decision;
    decision.differences = manifestDifferences(*before, *after, last.nameSpace);
    plan.consequences = QStringList{u"From revision %1 (%2) to %3; it becomes revision %4."_s.arg(last.revision)
                                .arg(last.chartText(), rendered.chartText())
                                .arg(last.revision + 1)}
        + facts.consequences(*after, decision.differences);
    plan.warnings = facts.warnings(*after) + facts.crdWarnings(rendered);
    plan.obstacles += lossesOf(decision.differences) + facts.crdObstacles(rendered);
    if (const auto hooks
        = std::ranges::count_if(rendered.hooks, [](const QString &events) { return events.contains("upgrade"_L1); });
        hooks > 0)
        plan.warnings.append(u"%1 hooks of the chart run with it"_s.arg(hooks));
    plan.steps.append({.text = plan.command, .diff = valuesDiff(last, rendered)});
    return decision;
}

Task<ActionPlan> HelmUpgrade::plan(std::stop_token stop)
{
    m_last = m_rendered = {};
    const auto facts = co_await readFacts(stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    QStringList obstacles = facts->problems;
    if (const HelmRelease &last = facts->last(); last.isPending())
        obstacles.append(u"helm upgrades no release that is %1: kubectl patronus rollback mends it"_s.arg(last.status));
    if (!obstacles.isEmpty()) // nobody can render it
        co_return ActionPlan{.title = u"Upgrade the Helm release "_s + facts->last().name,
            .button = u"Upgrade"_s,
            .obstacles = obstacles};
    const auto rendered = co_await render(arguments(facts->last()), stop);
    if (!rendered)
        co_return std::unexpected(rendered.error());
    m_last = facts->last();
    m_rendered = *rendered;
    const Decision decision = decisionFor(*facts, m_rendered, m_wish);
    m_command = decision.plan.command;
    co_return co_await withObjects(decision.plan, decision.differences, facts->types, stop);
}

QCoro::Task<ActionOutcome> HelmUpgrade::carryOut(std::stop_token stop)
{
    for (const auto &checked :
        {co_await checkUnchanged(m_last, stop), co_await checkRendersTheSame(arguments(m_last), m_rendered, stop)})
        if (!checked)
            co_return ActionOutcome{.notDone = {m_command}, .failure = checked.error()};
    co_return co_await haveHelmAndWait(
        arguments(m_last) << u"--hide-notes"_s, u"helm upgrade"_s, m_last, m_rendered, stop);
}

} // namespace patronus
