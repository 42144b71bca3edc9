// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/backup.h"

namespace patronus {

/// A backup as the first part of what takes something away: nothing where there are neither Sites nor Policies.
class SaveFirst final : public Action
{
public:
    SaveFirst(ActionWorld world, Backup::Options options);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    const Backup::Options m_options;
};

} // namespace patronus
