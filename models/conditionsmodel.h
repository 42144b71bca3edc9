// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/state.h"

#include <QAbstractTableModel>

namespace patronus {

/// The conditions of one object as a timeline: what changed last stands on top.
class ConditionsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TypeColumn, StatusColumn, ReasonColumn, SinceColumn, MessageColumn, ColumnCount };

    /// @p clock has to outlive it.
    explicit ConditionsModel(const Clock &clock, QObject *parent = nullptr);

    void setObject(const Object &object); ///< a null object has none

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const Clock &m_clock;
    QList<ObjectCondition> m_conditions;
};

/// How a condition reads: Stalled and Reconciling are good when False, all others when True.
[[nodiscard]] State conditionState(const ObjectCondition &condition);

} // namespace patronus
