// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/kubecontext.h"
#include "operations/actionplan.h"
#include "operations/change.h"
#include "operations/progress.h"

namespace patronus {

class PatronusClient;

/// What every action works with. All that is referred to has to outlive it.
struct ActionWorld {
    KubeClient &client; ///< of the one cluster that the action is for
    Changes &changes; ///< the door to it
    Clock &clock;
    KubeContext context; ///< what client was made of
    Target target; ///< what was found there
    QString operatorNamespace = QStringLiteral("patronus-system");
    Progress progress = {};
    PatronusClient *patronus = nullptr; ///< for previews; null: out of reach
};

/// Something that a person does to a cluster: first planned, then carried out as planned. It belongs to the cluster
/// that it was made for, whatever becomes of windows and files. One task of it at a time.
class Action
{
public:
    explicit Action(ActionWorld world);
    virtual ~Action();
    Q_DISABLE_COPY_MOVE(Action)

    /// Reads what is, decides, and has the server try out what it can; changes nothing. What is in the way is in the
    /// plan; an error is what kept it from being made.
    [[nodiscard]] virtual Task<ActionPlan> plan(std::stop_token stop) = 0;
    /// plan(), and anew where an object was changed between the look at it and the server's trial: controllers write at
    /// any time. Three times at most; the last plan then says so.
    [[nodiscard]] Task<ActionPlan> settledPlan(std::stop_token stop);
    /// Looks whether the cluster is still the one that was planned for, carries out what plan() gave last, and waits
    /// until that has come true. It ends at the first write that fails; Conflict: something has changed, plan again.
    [[nodiscard]] QCoro::Task<ActionOutcome> perform(std::stop_token stop);

    [[nodiscard]] const Target &target() const { return m_world.target; }

protected:
    [[nodiscard]] virtual QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) = 0;
    [[nodiscard]] const ActionWorld &world() const { return m_world; }
    /// Which of what @p changes needs this user may not do, for ActionPlan::obstacles.
    [[nodiscard]] Task<QStringList> missingPermissions(QList<Change> changes, std::stop_token stop);
    /// @p change as a step, tried out. @p isFirst: no change before it is on the same object, so it can be.
    [[nodiscard]] Task<ActionStep> tried(Change change, bool isFirst, std::stop_token stop);

private:
    const ActionWorld m_world;
    bool m_hasMoved = false; // a trial was refused with Conflict
};

} // namespace patronus
