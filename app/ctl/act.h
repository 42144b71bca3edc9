// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "operations/action.h"

namespace patronus {

/// What an action of this command works with: reads where it leads. @p changes has to be made of that target by the
/// caller, and outlive the action.
[[nodiscard]] ActionWorld actionWorld(
    Session &session, const CtlOptions &options, Changes &changes, const Target &target);

/// What every command does that changes something: plans, shows, asks, carries out and tells how it ended, all on
/// standard error. With --dry-run the plan is the result: it goes to standard output, and nothing is changed. Gives the
/// exit code. @p session and @p action have to outlive it.
[[nodiscard]] QCoro::Task<int> act(Session &session, CtlOptions options, Action &action, std::stop_token stop);

} // namespace patronus
