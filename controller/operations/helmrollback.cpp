// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmrollback.h"

#include "operations/manifests.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString revisionText(const HelmRelease &release)
{
    return u"revision %1 (%2, %3, of %4)"_s.arg(release.revision)
        .arg(release.chartText(), release.status, release.updated.toString(Qt::ISODate));
}

/// The revision that is meant, or why there is none.
std::expected<HelmRelease, QString> targetOf(const HelmHistory &history, int revision)
{
    const HelmRelease &last = history.last();
    if (revision == 0) {
        if (const auto before = revisionBefore(history))
            return *before;
        return std::unexpected(last.status == "pending-install"_L1
                ? u"revision %1 is pending-install: its first installation was ended on its way, and nothing was there "
                  "before. helm uninstall %2 -n %3, then install it again"_s.arg(last.revision)
                      .arg(last.name, last.nameSpace)
                : u"there is no revision before %1 that was ever deployed"_s.arg(last.revision));
    }
    const auto found = std::ranges::find(history, revision, &HelmRelease::revision);
    if (found == history.end())
        return std::unexpected(
            u"the release %1 has no revision %2 (any more): kubectl patronus rollback --list shows those that it has"_s
                .arg(last.name)
                .arg(revision));
    if (found->revision == last.revision && last.status == "deployed"_L1)
        return std::unexpected(u"revision %1 is the one that is deployed"_s.arg(revision));
    return *found;
}

} // namespace

HelmRollback::HelmRollback(ActionWorld world, KubeConnection &connection, HelmChoice choice, int revision)
    : HelmAction(std::move(world), connection, std::move(choice)), m_revision(revision)
{
}

HelmRollback::Decision HelmRollback::decisionFor(const HelmFacts &facts, int revision)
{
    const HelmRelease &last = facts.last();
    Decision decision{.plan = {.title = u"Roll the Helm release %1 back"_s.arg(last.name),
                          .button = u"Roll back "_s + last.name,
                          .obstacles = facts.problems,
                          .object = last.name}};
    ActionPlan &plan = decision.plan;
    const auto target = targetOf(facts.history, revision);
    if (!target) {
        plan.obstacles.append(target.error());
        return decision;
    }
    decision.from = last;
    decision.to = *target;
    plan.title += u" to revision %1"_s.arg(target->revision);
    plan.button += u" to revision %1"_s.arg(target->revision);
    plan.command = u"helm rollback %1 %2 -n %3"_s.arg(last.name).arg(target->revision).arg(last.nameSpace);
    const auto before = readManifests(last.manifest.toUtf8()), after = readManifests(target->manifest.toUtf8());
    for (const auto &[manifest, release] : {std::pair(&before, &last), std::pair(&after, &*target)})
        if (!*manifest)
            plan.obstacles.append(u"the manifest of revision %1 cannot be read: %2"_s.arg(release->revision)
                    .arg(manifest->error().message));
    if (!before || !after)
        return decision;
    decision.differences = manifestDifferences(*before, *after, last.nameSpace);
    plan.consequences
        = QStringList{u"From %1 to %2; it becomes revision %3."_s.arg(revisionText(last), revisionText(*target))
                  .arg(last.revision + 1)}
        + facts.consequences(*after, decision.differences);
    plan.warnings = facts.warnings(*after) + facts.crdWarnings(*target);
    if (target->status != "superseded"_L1 && target->status != "deployed"_L1)
        plan.warnings.append(u"revision %1 was never deployed as a whole: it is %2 (%3)"_s.arg(target->revision)
                .arg(target->status, target->description));
    const auto runs
        = std::ranges::count_if(target->hooks, [](const QString &events) { return events.contains("rollback"_L1); });
    if (runs > 0)
        plan.warnings.append(u"%1 hooks of the chart run with it"_s.arg(runs));
    plan.obstacles += lossesOf(decision.differences) + facts.crdObstacles(*target);
    plan.steps.append({.text = plan.command, .diff = valuesDiff(last, *target)});
    return decision;
}

Task<ActionPlan> HelmRollback::plan(std::stop_token stop)
{
    m_decision = {};
    const auto facts = co_await readFacts(stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    m_decision = decisionFor(*facts, m_revision);
    co_return co_await withObjects(m_decision.plan, m_decision.differences, facts->types, stop);
}

QCoro::Task<ActionOutcome> HelmRollback::carryOut(std::stop_token stop)
{
    const HelmRelease &from = m_decision.from, &to = m_decision.to;
    const auto unchanged = co_await checkUnchanged(from, stop);
    if (!unchanged)
        co_return ActionOutcome{.notDone = {m_decision.plan.command}, .failure = unchanged.error()};
    co_return co_await haveHelmAndWait(
        {u"rollback"_s, from.name, QString::number(to.revision), u"--namespace"_s, from.nameSpace}, u"helm rollback"_s,
        from, to, stop);
}

} // namespace patronus
