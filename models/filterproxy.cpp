// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filterproxy.h"

#include "models/storemodel.h"

namespace patronus {

FilterProxy::FilterProxy(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(SortRole);
    setDynamicSortFilter(true);
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
    const QModelIndexList found
        = uid.isEmpty() || rowCount() == 0 ? QModelIndexList() : match(index(0, 0), UidRole, uid, 1, Qt::MatchExactly);
    return found.isEmpty() ? QModelIndex() : found.first();
}

bool FilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const
{
    const QAbstractItemModel &source = *sourceModel();
    const Object object = source.index(sourceRow, 0, sourceParent).data(SourceObjectRole).value<Object>();
    if (m_scope && !m_scope(object))
        return false;
    if (!m_namespace.isEmpty() && object.key().nameSpace != m_namespace)
        return false;
    return m_filter.accepts(
        object, m_filter.readsRow() ? source.index(sourceRow, 0, sourceParent).data(TextRole).toString() : QString());
}

bool FilterProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const QPartialOrdering order = QVariant::compare(left.data(SortRole), right.data(SortRole));
    if (order != QPartialOrdering::Equivalent && order != QPartialOrdering::Unordered)
        return order == QPartialOrdering::Less;
    // Equal rows keep one order, whatever came first.
    return left.data(SourceObjectRole).value<Object>().key() < right.data(SourceObjectRole).value<Object>().key();
}

} // namespace patronus
