// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"

#include <vector>

namespace patronus {

/// Several actions as one: planned together, shown as one plan, and carried out one after the other. The first that
/// fails ends it; what is done already is planned as nothing the next time, so that the same sequence goes on.
class ActionSequence : public Action
{
public:
    /// @p outline has title, button and object; the rest comes from @p parts, which are of the same world. @p aim is
    /// the part that the others are for: when that has nothing to do, nothing is done; -1: each is for itself.
    ActionSequence(
        ActionWorld world, ActionPlan outline, std::vector<std::unique_ptr<Action>> parts, qsizetype aim = -1);

    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const ActionPlan m_outline;
    const std::vector<std::unique_ptr<Action>> m_parts;
    const qsizetype m_aim;
    QList<ActionPlan> m_plans; // of the last plan()
};

} // namespace patronus
