// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/storemodel.h"

namespace patronus {

/// The objects of several tables that are not ready, the worst first, then by name: as many as a person can read, for
/// a list that lays out every row that it has. Answers to the ObjectRoles.
class TroublesModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int most = 100;

    /// @p tables have to outlive it.
    explicit TroublesModel(QList<const StoreModel *> tables, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    [[nodiscard]] int leftOut() const { return m_leftOut; } ///< how many more there are

private:
    struct Trouble {
        State state;
        Object object;
    };
    void refresh();

    const QList<const StoreModel *> m_tables;
    QList<Trouble> m_troubles;
    int m_leftOut = 0;
};

} // namespace patronus
