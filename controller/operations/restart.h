// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"

namespace patronus {

/// Restarts the operator, pod by pod, as `kubectl rollout restart` does.
class Restart final : public ChangeAction
{
public:
    Restart(ActionWorld world, std::chrono::seconds limit);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const std::chrono::seconds m_limit;
};

} // namespace patronus
