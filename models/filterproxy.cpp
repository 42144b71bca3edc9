// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filterproxy.h"

#include "models/storemodel.h"

namespace patronus {

FilterProxy::FilterProxy(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(SortRole);
    setDynamicSortFilter(true);
}

void FilterProxy::setSourceModel(QAbstractItemModel *source)
{
    const QAbstractItemModel *rows = source;
    while (const auto *between = qobject_cast<const QAbstractProxyModel *>(rows))
        rows = between->sourceModel();
    m_rows = qobject_cast<const StoreModel *>(rows);
    Q_ASSERT(m_rows || !source);
    QSortFilterProxyModel::setSourceModel(source);
}

void FilterProxy::setText(const QString &text)
{
    const auto filter = ObjectFilter::parse(text);
    m_problem = filter ? QString() : filter.error();
    if (filter) {
        m_filter = *filter;
        invalidateRowsFilter();
    }
    Q_EMIT filterChanged();
}

void FilterProxy::setNamespace(const QString &nameSpace)
{
    m_namespace = nameSpace;
    invalidateRowsFilter();
    Q_EMIT filterChanged();
}

void FilterProxy::setScope(std::function<bool(const Object &)> scope)
{
    m_scope = std::move(scope);
    invalidateRowsFilter();
    Q_EMIT filterChanged();
}

void FilterProxy::setHeld(bool held)
{
    if (held != dynamicSortFilter())
        return;
    setDynamicSortFilter(!held);
    if (!held)
        invalidateRowsFilter(); // what changed meanwhile was not looked at
}

QString FilterProxy::problem() const
{
    return m_problem;
}

bool FilterProxy::hidesAnything() const
{
    return sourceModel() && sourceModel()->rowCount() > rowCount();
}

QModelIndex FilterProxy::indexOfUid(const QString &uid) const
{
    for (int row = 0; !uid.isEmpty() && m_rows && row < m_rows->rowCount(); ++row)
        if (m_rows->object(row).uid() == uid)
            return mapFromSource(sourceModel()->index(row, 0));
    return {};
}

bool FilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex & /*sourceParent*/) const
{
    const Object &object = m_rows->object(sourceRow);
    return (!m_scope || m_scope(object)) && (m_namespace.isEmpty() || object.key().nameSpace == m_namespace)
        && m_filter.accepts(m_rows->filterRow(sourceRow));
}

bool FilterProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const int column = left.column();
    const QPartialOrdering order = column < m_rows->columnCount()
        ? QVariant::compare(m_rows->sortValue(left.row(), column), m_rows->sortValue(right.row(), column))
        : QVariant::compare(left.data(SortRole), right.data(SortRole));
    if (order != QPartialOrdering::Equivalent && order != QPartialOrdering::Unordered)
        return order == QPartialOrdering::Less;
    return left.row() < right.row(); // by their keys
}

} // namespace patronus
