// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/reportmodel.h"

#include "models/storemodel.h"

namespace patronus {

ReportModel::ReportModel(QStringList headings, QObject *parent)
    : QAbstractTableModel(parent), m_headings(std::move(headings))
{
}

void ReportModel::begin()
{
    m_phase = Phase::Reading;
    Q_EMIT phaseChanged();
}

void ReportModel::finish(QList<Row> rows, const QString &summary, const QDateTime &time)
{
    beginResetModel();
    m_phase = Phase::Read;
    m_rows = std::move(rows);
    m_summary = summary;
    m_time = time;
    endResetModel();
    Q_EMIT phaseChanged();
}

void ReportModel::fail(const QString &why)
{
    m_phase = Phase::Failed;
    m_summary = why;
    Q_EMIT phaseChanged();
}

int ReportModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ReportModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_headings.size());
}

QVariant ReportModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return row.cells.value(index.column());
    case StateRole:
        return QVariant::fromValue(row.state);
    case DetailRole:
        return row.detail;
    default:
        return {};
    }
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return orientation == Qt::Horizontal && role == Qt::DisplayRole
        ? QVariant(m_headings.value(section))
        : QAbstractTableModel::headerData(section, orientation, role);
}

} // namespace patronus
