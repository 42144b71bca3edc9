// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/backup.h"

namespace patronus {

/// Saves the Sites and Policies of a cluster in a folder (Backup), as an action: it changes nothing in the cluster.
class BackupAction final : public Action
{
public:
    /// Of all namespaces, with the operator of @p world.
    BackupAction(ActionWorld world, Backup::Options options);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const Backup::Options m_options;
};

} // namespace patronus
