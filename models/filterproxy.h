// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/objectfilter.h"

#include <QSortFilterProxyModel>

#include <functional>

namespace patronus {

class StoreModel;

/// Filters and sorts the rows of a StoreModel, or of what adds columns to one and leaves its rows as they are: by what
/// a person typed (ObjectFilter), by the namespace that the window shows, and by what the place shows at all (the
/// Events of one object).
class FilterProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit FilterProxy(QObject *parent = nullptr);

    void setSourceModel(QAbstractItemModel *source) override;

    /// A text that cannot be read changes nothing but problem().
    void setText(const QString &text);
    void setNamespace(const QString &nameSpace); ///< empty: all
    void setScope(std::function<bool(const Object &)> scope); ///< empty: everything
    /// While held, rows that are there neither move nor go because they changed; afterwards each is where it belongs.
    void setHeld(bool held);

    [[nodiscard]] QString problem() const; ///< with the last text; empty: none
    [[nodiscard]] bool hidesAnything() const; ///< rows exist that the text or the namespace hides
    [[nodiscard]] QModelIndex indexOfUid(const QString &uid) const; ///< invalid where the row is not shown

Q_SIGNALS:
    void filterChanged();

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    const StoreModel *m_rows = nullptr; // asked itself: through the models between, ten thousand rows are felt
    ObjectFilter m_filter;
    QString m_problem;
    QString m_namespace;
    std::function<bool(const Object &)> m_scope;
};

} // namespace patronus
