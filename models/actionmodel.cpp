// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/actionmodel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

ActionModel::ActionModel(ContextEntry context, QObject *parent)
    : QAbstractListModel(parent), m_context(std::move(context))
{
}

bool ActionModel::isOver() const
{
    return m_phase == Phase::Ended || m_phase == Phase::Unplanned || m_phase == Phase::Cancelled;
}

QString ActionModel::title() const
{
    return m_plan.title.isEmpty() ? tr("Planning…") : m_plan.title;
}

int ActionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_plan.steps.size());
}

QVariant ActionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ActionStep &step = m_plan.steps[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return step.text;
    case Qt::ToolTipRole:
    case RemarkRole:
        return step.remark;
    case DiffRole:
        return step.diff;
    case CheckRole:
        return QVariant::fromValue(step.check);
    case StateRole: {
        const bool isEnded = m_phase == Phase::Ended;
        const bool isDone = (isEnded && !m_outcome.failure) || index.row() < std::max(m_outcome.done.size(), m_reached);
        return QVariant::fromValue(isDone ? StepState::Done : isEnded ? StepState::NotDone : StepState::Waiting);
    }
    default:
        return {};
    }
}

void ActionModel::enter(Phase phase)
{
    beginResetModel();
    m_phase = phase;
    if (phase != Phase::Ended)
        m_outcome = {};
    m_progress = {};
    m_reached = 0;
    endResetModel();
    Q_EMIT changed();
}

void ActionModel::setTarget(const QList<std::pair<QString, QString>> &target)
{
    m_target = target;
    Q_EMIT changed();
}

void ActionModel::setPlanning()
{
    enter(Phase::Planning);
}

void ActionModel::setPlan(const ActionPlan &plan)
{
    m_plan = plan; // the rows that there are change with the phase
    enter(Phase::Planned);
}

void ActionModel::setProblem(const QString &why)
{
    m_problem = why;
    enter(Phase::Unplanned);
}

void ActionModel::setRunning()
{
    enter(Phase::Running);
}

void ActionModel::setProgress(const Progress &progress)
{
    m_progress = progress;
    const auto step = std::ranges::find(m_plan.steps, progress.what, &ActionStep::text);
    if (m_phase == Phase::Running && step != m_plan.steps.end()) { // those before it are done
        m_reached = std::distance(m_plan.steps.begin(), step);
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {StateRole});
    }
    Q_EMIT progressChanged();
}

void ActionModel::setOutcome(const ActionOutcome &outcome)
{
    m_outcome = outcome;
    enter(Phase::Ended);
}

void ActionModel::confirm()
{
    if (m_phase == Phase::Planned && m_plan.isPossible())
        Q_EMIT confirmed();
}

void ActionModel::planAgain()
{
    if (m_phase != Phase::Running && m_phase != Phase::Planning)
        Q_EMIT planWanted();
}

void ActionModel::cancel()
{
    if (isOver())
        return;
    if (m_phase != Phase::Running)
        enter(Phase::Cancelled);
    Q_EMIT cancelled();
}

} // namespace patronus
