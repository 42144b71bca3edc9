// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timecolumns.h"

#include "models/storemodel.h"
#include "models/units.h"

#include <limits>

namespace patronus {

namespace {
constexpr std::chrono::seconds refreshInterval(5);
}

TimeColumns::TimeColumns(QList<Column> columns, Clock &clock, QObject *parent)
    : KExtraColumnsProxyModel(parent),
      m_columns(std::move(columns)),
      m_clock(clock),
      m_timer(clock.makeTimer([this] { tick(); }))
{
    for (const Column &column : m_columns)
        appendColumn(column.title);
    m_timer->start(refreshInterval);
}

TimeColumns::~TimeColumns() = default;

void TimeColumns::tick()
{
    if (const int rows = rowCount(); rows > 0) {
        const int columns = columnCount();
        Q_EMIT dataChanged(index(0, columns - int(m_columns.size())), index(rows - 1, columns - 1), {Qt::DisplayRole});
    }
    m_timer->start(refreshInterval);
}

QModelIndex TimeColumns::index(int row, int column, const QModelIndex &parent) const
{
    // What the base gets from the models below, for a table: who sorts ten thousand rows asks for 300,000 of them.
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QVariant TimeColumns::extraColumnData(const QModelIndex &parent, int row, int extraColumn, int role) const
{
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    const auto time = [&] { return m_columns[extraColumn].time(first.data(SourceObjectRole).value<Object>()); };
    switch (role) {
    case Qt::DisplayRole:
        return units::age(time(), m_clock.wallTime());
    case Qt::ToolTipRole:
        return units::exact(time());
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    // What is younger sorts first, as its age is the smaller number; what has not happened last.
    case SortRole:
        if (const QDateTime at = time(); at.isValid())
            return -at.toMSecsSinceEpoch();
        return std::numeric_limits<qint64>::max();
    default:
        return role >= Qt::UserRole ? first.data(role) : QVariant();
    }
}

QVariant TimeColumns::headerData(int section, Qt::Orientation orientation, int role) const
{
    const int column = section - (columnCount() - int(m_columns.size()));
    if (orientation == Qt::Horizontal && column >= 0 && column < m_columns.size()) {
        if (role == Qt::TextAlignmentRole)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        if (role == Qt::UserRole)
            return m_columns[column].id;
    }
    return KExtraColumnsProxyModel::headerData(section, orientation, role);
}

} // namespace patronus
