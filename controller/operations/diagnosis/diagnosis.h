// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/diagnosis/check.h"
#include "operations/diagnosis/facts.h"

namespace patronus {

/// What is wrong, by the causes of the operations guide's section "Troubleshooting" and what is known of the operator
/// that this one replaces: every check, whatever it finds, in an order that stays. Pure.
[[nodiscard]] QList<Check> diagnose(const DiagnosisFacts &facts);

} // namespace patronus
