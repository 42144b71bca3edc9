// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/actionsequence.h"
#include "operations/drain.h"
#include "operations/helmaction.h"
#include "operations/savefirst.h"

namespace patronus {

/// Takes the operator's Helm release away, by helm; nothing where there is none.
class HelmUninstall final : public HelmAction
{
public:
    using HelmAction::HelmAction;
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    HelmRelease m_release; // of the last plan
};

struct UninstallWish {
    DrainWish drain = {};
    bool crds = false; ///< the CRDs as well
    Backup::Options backup = {};
    HelmChoice helm = {};
};

/// Everything: a backup, then the Sites and Policies while the operator runs, then the release, then the CRDs. What is
/// gone already is left out, so that the same goes on where it ended.
[[nodiscard]] std::unique_ptr<Action> makeUninstall(
    const ActionWorld &world, KubeConnection &connection, const UninstallWish &wish);

} // namespace patronus
