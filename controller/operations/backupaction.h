// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"

namespace patronus {

/// Saves the Sites and Policies of a cluster in a folder (Backup), as an action: it changes nothing in the cluster.
class BackupAction final : public Action
{
public:
    /// The bundle's own folder is made in @p folder. @p program: "patronus-console 0.1.0".
    BackupAction(ActionWorld world, QString folder, QString program);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const QString m_folder, m_program;
};

} // namespace patronus
