// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/restore.h"
#include "operations/restorefiles.h"

namespace patronus {

struct RestoreWish {
    RestoreFiles files = {};
    RestoreChoices choices = {};
    bool mustBeReady = false; ///< it fails where not all is Ready in time; else that is told
    std::chrono::seconds limit = std::chrono::minutes(2); ///< of the wait for Ready; zero: nobody waits
};

/// Makes Sites and Policies again from a backup or from dumps (Restore), as an action.
class RestoreAction final : public Action
{
public:
    RestoreAction(ActionWorld world, RestoreWish wish);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

    /// What a person reads of @p plan. Up to a hundred objects are a step each, more are one a kind and fate.
    [[nodiscard]] static ActionPlan describe(const RestorePlan &plan, const QStringList &notes);

    [[nodiscard]] const RestorePlan &planned() const { return m_planned; } ///< what plan() gave last, with every object

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    [[nodiscard]] Task<QString> settle(std::stop_token stop);

    const RestoreWish m_wish;
    std::unique_ptr<Restore> m_restore; // of the last plan
    RestorePlan m_planned, m_plan; // with and without what is left out
};

/// The operator is stopped, then @p restore is done, which waits for nobody; who has looked at what the operator would
/// do then brings it back. @p restore is of @p world.
[[nodiscard]] std::unique_ptr<Action> withOperatorStopped(
    const ActionWorld &world, std::unique_ptr<RestoreAction> restore);

} // namespace patronus
