// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/restore.h"
#include "operations/restorefiles.h"

namespace patronus {

/// Makes Sites and Policies again from a backup or from dumps (Restore), as an action.
class RestoreAction final : public Action
{
public:
    RestoreAction(ActionWorld world, RestoreFiles files, RestoreChoices choices);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

    /// What a person reads of @p plan. Up to a hundred objects are a step each, more are one a kind and fate.
    [[nodiscard]] static ActionPlan describe(const RestorePlan &plan, const QStringList &notes);

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const RestoreFiles m_files;
    const RestoreChoices m_choices;
    std::unique_ptr<Restore> m_restore; // of the last plan
    RestorePlan m_plan;
};

} // namespace patronus
