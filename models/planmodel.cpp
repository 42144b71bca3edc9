// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/planmodel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

void PlanModel::clear()
{
    m_object = {};
    m_note.clear();
    m_outcome.reset();
    enter(Phase::Idle, {});
}

void PlanModel::begin(const ObjectKey &object)
{
    m_object = object;
    m_note.clear();
    m_outcome.reset();
    enter(Phase::Computing, {});
}

void PlanModel::finish(const QList<PlannedStep> &steps, const std::optional<Error> &outcome, const QString &note)
{
    m_outcome = outcome;
    m_note = note;
    enter(Phase::Done, steps);
}

void PlanModel::fail(const QString &why)
{
    m_failure = why;
    enter(Phase::Failed, {});
}

void PlanModel::enter(Phase phase, const QList<PlannedStep> &steps)
{
    beginResetModel();
    m_phase = phase;
    m_steps = steps;
    endResetModel();
    Q_EMIT phaseChanged();
}

QString PlanModel::summary() const
{
    switch (m_phase) {
    case Phase::Idle:
        return tr("Select an object to see what the operator would do with it.");
    case Phase::Computing:
        return tr("Working out what the operator would do…");
    case Phase::Failed:
        return tr("No preview: %1").arg(m_failure);
    case Phase::Done:
        break;
    }
    if (std::ranges::any_of(m_steps, [](const PlannedStep &step) { return step.check == PlannedStep::Check::Refused; }))
        return tr("The operator would try this, and the API server would refuse it.");
    if (m_outcome)
        return m_steps.isEmpty() ? tr("The operator would change nothing: %1").arg(m_outcome->message)
                                 : tr("The operator would stop with: %1").arg(m_outcome->message);
    return m_steps.isEmpty() ? tr("Nothing: all is as the spec says.")
                             : tr("The operator would take %n step(s), in this order:", nullptr, int(m_steps.size()));
}

int PlanModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

QVariant PlanModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const PlannedStep &step = m_steps[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return describe(step.step);
    case Qt::ToolTipRole:
        return step.remark.isEmpty() ? describe(step.step) : step.remark;
    case PayloadRole:
        return QString::fromUtf8(payload(step.step));
    case CheckRole:
        return QVariant::fromValue(step.check);
    case RemarkRole:
        return step.remark;
    default:
        return {};
    }
}

} // namespace patronus
