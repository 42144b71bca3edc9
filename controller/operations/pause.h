// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/chosen.h"

namespace patronus {

/// Has the operator leave Sites and Policies alone (annotation paused), or look at them again.
class Pause final : public ChangeAction
{
public:
    enum class Aim { Pause, Resume };
    Pause(ActionWorld world, QList<ChosenObject> chosen, Aim aim);

    /// Of facts alone. Objects that are as wanted already make no change.
    [[nodiscard]] static Decision decisionFor(const FoundObjects &found, const QList<ChosenObject> &chosen, Aim aim);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const QList<ChosenObject> m_chosen;
    const Aim m_aim;
};

} // namespace patronus
