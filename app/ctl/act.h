// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/patronuslink.h"
#include "app/ctl/session.h"
#include "operations/action.h"

#include <functional>

namespace patronus {

/// What the actions of a command work with; has to outlive them, and the session it.
class ActionDesk
{
public:
    /// Reads where @p session leads.
    [[nodiscard]] static Task<std::shared_ptr<ActionDesk>> open(
        Session &session, CtlOptions options, std::stop_token stop);
    /// The same, and finds the way to the Patronus API for previews, if there is one; close() has to follow.
    [[nodiscard]] static Task<std::shared_ptr<ActionDesk>> openWithPatronus(
        Session &session, CtlOptions options, std::stop_token stop);
    ActionDesk(Session &session, const CtlOptions &options, const Target &target);

    [[nodiscard]] ActionWorld world();
    [[nodiscard]] QCoro::Task<> close(); ///< to be awaited where the way to the Patronus API was asked for

private:
    Session &m_session;
    const QString m_operatorNamespace;
    const Target m_target;
    Changes m_changes;
    std::shared_ptr<PatronusLink> m_patronus; // null: out of reach
};

/// What every command does that changes something: plans, shows, asks, carries out and tells how it ended, all on
/// standard error. With --dry-run the plan is the result: it goes to standard output, and nothing is changed. Gives the
/// exit code. @p show prints the plan in place of that. @p session and @p action have to outlive it.
[[nodiscard]] QCoro::Task<int> act(Session &session, CtlOptions options, Action &action, std::stop_token stop,
    std::function<void(const ActionPlan &)> show = {});

} // namespace patronus
