// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/actionsequence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

void addUnique(QStringList &into, const QStringList &lines)
{
    for (const QString &line : lines)
        if (!into.contains(line))
            into.append(line);
}

} // namespace

ActionSequence::ActionSequence(
    ActionWorld world, ActionPlan outline, std::vector<std::unique_ptr<Action>> parts, qsizetype aim)
    : Action(std::move(world)), m_outline(std::move(outline)), m_parts(std::move(parts)), m_aim(aim)
{
}

Task<ActionPlan> ActionSequence::plan(std::stop_token stop)
{
    m_plans.clear();
    ActionPlan whole = m_outline;
    if (m_aim >= 0) {
        const auto aim = co_await m_parts[size_t(m_aim)]->settledPlan(stop);
        if (!aim)
            co_return std::unexpected(aim.error());
        if (aim->isNothing())
            co_return whole;
    }
    for (const std::unique_ptr<Action> &part : m_parts) {
        const auto planned = co_await part->settledPlan(stop);
        if (!planned)
            co_return std::unexpected(planned.error());
        m_plans.append(*planned);
        if (!planned->steps.isEmpty())
            whole.tier = std::max(whole.tier, planned->tier);
        addUnique(whole.consequences, planned->consequences);
        addUnique(whole.warnings, planned->warnings);
        addUnique(whole.obstacles, planned->obstacles);
        whole.steps += planned->steps;
        whole.preview += planned->preview;
        if (!planned->steps.isEmpty() && !planned->command.isEmpty())
            whole.command += (whole.command.isEmpty() ? QString() : u" && "_s) + planned->command;
    }
    co_return whole;
}

QCoro::Task<ActionOutcome> ActionSequence::carryOut(std::stop_token stop)
{
    ActionOutcome whole;
    QStringList results;
    for (qsizetype i = 0; i < m_plans.size(); ++i) {
        if (m_plans[i].steps.isEmpty())
            continue;
        if (whole.failure) {
            for (const ActionStep &step : std::as_const(m_plans[i].steps))
                whole.notDone.append(step.text);
            continue;
        }
        const ActionOutcome outcome = co_await m_parts[size_t(i)]->perform(stop);
        whole.done += outcome.done;
        whole.notDone += outcome.notDone;
        whole.output += outcome.output;
        whole.failure = outcome.failure;
        if (outcome.next)
            whole.next = outcome.next;
        if (!outcome.result.isEmpty())
            results.append(outcome.result);
    }
    whole.result = results.join(u'\n');
    co_return whole;
}

} // namespace patronus
