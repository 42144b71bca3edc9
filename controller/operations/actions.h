// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/connection.h"
#include "operations/action.h"
#include "operations/actionrequest.h"

namespace patronus {

/// Who makes actions, and where they keep what they have to keep.
struct ActionMaker {
    QString program; ///< "patronus-console 0.1.0"
    QString stateFolder; ///< for what is deleted
    QString helm = {}; ///< the program; empty: HELM, or helm in PATH
    KubeConnection &connection; ///< what ActionWorld::client is made of; outlives the action
};

/// The action that @p request asks for, in @p world.
[[nodiscard]] std::unique_ptr<Action> makeAction(
    ActionWorld world, const ActionRequest &request, const ActionMaker &maker);

} // namespace patronus
