// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"
#include "operations/actionplan.h"
#include "operations/actionrequest.h"

#include <QAbstractListModel>
#include <QDateTime>

namespace patronus {

/// One action of a person, from its plan to its end: a row a step. It stays with the cluster that it was asked for. Who
/// carries it out fills it; views show it, and answer by its requests.
class ActionModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { DiffRole = Qt::UserRole, CheckRole, RemarkRole, StateRole };
    enum class Phase {
        Planning,
        Planned, ///< waits for the person
        Running,
        Ended, ///< see outcome()
        Unplanned, ///< no plan could be made: see problem()
        Cancelled, ///< by the person, before anything was changed
    };
    enum class StepState { Waiting, Done, NotDone };

    explicit ActionModel(ContextEntry context, QObject *parent = nullptr);

    [[nodiscard]] const ContextEntry &context() const { return m_context; }
    /// What it is for, as label and value: server, cluster, namespace, user.
    [[nodiscard]] const QList<std::pair<QString, QString>> &target() const { return m_target; }
    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] bool isOver() const;
    [[nodiscard]] const ActionPlan &plan() const { return m_plan; }
    [[nodiscard]] const ActionOutcome &outcome() const { return m_outcome; }
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] QString title() const; ///< of the plan, or what is known before
    /// What is being done just now, and how far; @c of is 0 where nobody knows.
    struct Progress {
        QString what = {};
        qsizetype done = 0, of = 0;
    };
    [[nodiscard]] const Progress &progress() const { return m_progress; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    // For who carries it out.
    void setTarget(const QList<std::pair<QString, QString>> &target);
    void setPlanning();
    void setPlan(const ActionPlan &plan);
    void setProblem(const QString &why);
    void setRunning();
    void setProgress(const Progress &progress);
    void setOutcome(const ActionOutcome &outcome);

    // For the views.
    void confirm(); ///< carries out the plan that is shown
    void planAgain();
    /// Before anything was changed, that is the end. After: no further step is begun.
    void cancel();

Q_SIGNALS:
    void changed(); ///< target, phase or plan
    void progressChanged();
    void confirmed();
    void planWanted();
    void cancelled();

private:
    void enter(Phase phase);

    const ContextEntry m_context;
    QList<std::pair<QString, QString>> m_target;
    Phase m_phase = Phase::Planning;
    ActionPlan m_plan;
    ActionOutcome m_outcome;
    QString m_problem;
    Progress m_progress;
    qsizetype m_reached = 0; // how many steps are known to be done while it runs
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ActionModel::StepState)
