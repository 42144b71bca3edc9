// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/agecolumn.h"

#include "models/columns.h"
#include "models/units.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr std::chrono::seconds refreshInterval(5);
}

AgeColumn::AgeColumn(const QString &title, Clock &clock, QObject *parent)
    : KExtraColumnsProxyModel(parent), m_clock(clock), m_timer(clock.makeTimer([this] { tick(); }))
{
    appendColumn(title);
    m_timer->start(refreshInterval);
}

AgeColumn::~AgeColumn() = default;

void AgeColumn::tick()
{
    if (const int rows = rowCount(); rows > 0) {
        const int column = columnCount() - 1;
        Q_EMIT dataChanged(index(0, column), index(rows - 1, column), {Qt::DisplayRole});
    }
    m_timer->start(refreshInterval);
}

QVariant AgeColumn::extraColumnData(const QModelIndex &parent, int row, int extraColumn, int role) const
{
    Q_ASSERT(extraColumn == 0);
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    switch (role) {
    case Qt::DisplayRole:
        return units::age(ageOf(first.data(SourceObjectRole).value<Object>()), m_clock.wallTime());
    case Qt::ToolTipRole:
        return units::exact(ageOf(first.data(SourceObjectRole).value<Object>()));
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    // The younger sorts first, as its age is the smaller number.
    case SortRole:
        return -ageOf(first.data(SourceObjectRole).value<Object>()).toMSecsSinceEpoch();
    default:
        return role >= Qt::UserRole ? first.data(role) : QVariant();
    }
}

QVariant AgeColumn::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && section == columnCount() - 1) {
        if (role == Qt::TextAlignmentRole)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        if (role == Qt::UserRole)
            return u"age"_s;
    }
    return KExtraColumnsProxyModel::headerData(section, orientation, role);
}

} // namespace patronus
