// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/actionrequest.h"

namespace patronus {

/// "Site default/hq", or "12 objects (Site default/hq … Policy default/voip)".
[[nodiscard]] QString textOf(const QList<ChosenObject> &objects);

/// The objects as they are now, and what is in the way: one that has gone, or that was made anew since it was chosen.
struct FoundObjects {
    QList<Object> objects = {};
    QStringList obstacles = {};
};
/// Reads them. @p client has to outlive it.
[[nodiscard]] Task<FoundObjects> findChosen(KubeClient &client, QList<ChosenObject> chosen, std::stop_token stop);

/// Why @p object is not Ready for its current spec; empty: it is.
[[nodiscard]] QString whyNotReady(const Object &object);

/// Waits until the operator has looked at the current spec of each, and gives a line for each that it does not call
/// Ready: also for those that it has not looked at when @p limit has passed. What @p world refers to has to outlive it.
[[nodiscard]] Task<QStringList> awaitLookedAt(
    ActionWorld world, QList<ChosenObject> chosen, std::chrono::seconds limit, std::stop_token stop);

} // namespace patronus
