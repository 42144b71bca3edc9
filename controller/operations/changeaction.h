// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"

namespace patronus {

/// An action that is a list of changes, made one after the other; then it waits until they have come true.
class ChangeAction : public Action
{
public:
    /// What is to be done, of facts alone; plan() adds the steps.
    struct Decision {
        ActionPlan plan;
        QList<Change> changes;
        QList<Change> whenSettled = {}; ///< made after settle()
    };

    using Action::Action;
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) final;

protected:
    /// Reads the facts and decides.
    [[nodiscard]] virtual Task<Decision> decide(std::stop_token stop) = 0;
    /// Before the first change: what has to be there by then.
    [[nodiscard]] virtual Task<void> prepare(std::stop_token stop);
    /// Waits until the changes have come true, and says how the cluster is then. @p made has what each of them gave.
    [[nodiscard]] virtual Task<QString> settle(QList<Object> made, std::stop_token stop) = 0;

    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    [[nodiscard]] Task<void> tryOut(std::shared_ptr<ActionPlan> plan, qsizetype index, std::stop_token stop);
    [[nodiscard]] Task<Object> make(qsizetype index, QList<Object> made, std::stop_token stop);
    [[nodiscard]] Task<void> awaitAccepted(Change change, std::stop_token stop);

    QList<Change> m_changes; // of the last plan
    qsizetype m_untilSettled = 0; // how many of them come before settle()
};

} // namespace patronus
