// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sdwan/step.h"

#include <stop_token>

namespace patronus {

/// The only door through which a decision changes the world: the operator's sends, the console's only shows.
class Effects
{
public:
    virtual ~Effects() = default;
    /// Performs @p steps in order and stops at the first that fails, with its error. Events cannot fail.
    [[nodiscard]] virtual Task<void> perform(QList<Step> steps, std::stop_token stop) = 0;
};

} // namespace patronus
