// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/actionrequest.h"

namespace patronus {

/// The action that @p request asks for, in @p world. @p stateFolder is where it keeps files of its own (what is deleted
/// is saved in it).
[[nodiscard]] std::unique_ptr<Action> makeAction(
    ActionWorld world, const ActionRequest &request, const QString &stateFolder);

} // namespace patronus
