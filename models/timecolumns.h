// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/object.h"

#include <KExtraColumnsProxyModel>

#include <functional>
#include <memory>

namespace patronus {

/// Adds the columns that change by themselves: how long ago something happened to each object of a StoreModel. They
/// keep themselves current, so that the model below has only what the objects say.
class TimeColumns : public KExtraColumnsProxyModel
{
    Q_OBJECT

public:
    struct Column {
        QString id; ///< for settings
        QString title;
        std::function<QDateTime(const Object &)> time; ///< UTC; invalid: it has not happened
    };

    /// @p clock has to outlive it.
    TimeColumns(QList<Column> columns, Clock &clock, QObject *parent = nullptr);
    ~TimeColumns() override;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QVariant extraColumnData(const QModelIndex &parent, int row, int extraColumn, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void tick();

    const QList<Column> m_columns;
    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
};

} // namespace patronus
