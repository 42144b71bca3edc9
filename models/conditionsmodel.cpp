// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/conditionsmodel.h"

#include "models/storemodel.h"
#include "models/units.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

State conditionState(const ObjectCondition &condition)
{
    const bool isTrue = condition.status == "True"_L1;
    if (!isTrue && condition.status != "False"_L1)
        return State::Unknown;
    if (condition.type == "Stalled"_L1)
        return isTrue ? State::Failed : State::Ready;
    if (condition.type == "Reconciling"_L1)
        return isTrue ? State::Working : State::Ready;
    return isTrue ? State::Ready : State::Degraded;
}

ConditionsModel::ConditionsModel(const Clock &clock, QObject *parent) : QAbstractTableModel(parent), m_clock(clock)
{
}

void ConditionsModel::setObject(const Object &object)
{
    beginResetModel();
    m_conditions = conditionsOf(object);
    std::ranges::stable_sort(m_conditions, std::greater(), &ObjectCondition::lastTransition);
    endResetModel();
}

int ConditionsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_conditions.size());
}

int ConditionsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ConditionsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ObjectCondition &condition = m_conditions[index.row()];
    if (role == StateRole)
        return QVariant::fromValue(conditionState(condition));
    if (role == Qt::ToolTipRole)
        return index.column() == SinceColumn ? units::exact(condition.lastTransition) : condition.message;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case TypeColumn:
        return condition.type;
    case StatusColumn:
        return condition.status;
    case ReasonColumn:
        return condition.reason;
    case SinceColumn:
        return units::age(condition.lastTransition, m_clock.wallTime());
    case MessageColumn:
        return condition.message;
    default:
        return {};
    }
}

QVariant ConditionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TypeColumn:
        return tr("Condition");
    case StatusColumn:
        return tr("Status");
    case ReasonColumn:
        return tr("Reason");
    case SinceColumn:
        return tr("Since");
    case MessageColumn:
        return tr("Message");
    default:
        return {};
    }
}

} // namespace patronus
