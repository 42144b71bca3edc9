// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <KExtraColumnsProxyModel>

#include <memory>

namespace patronus {

/// Adds the one column that changes by itself: how old each object of a StoreModel is. It keeps itself current, so that
/// the model below has only what the objects say.
class AgeColumn : public KExtraColumnsProxyModel
{
    Q_OBJECT

public:
    /// @p clock has to outlive it.
    AgeColumn(const QString &title, Clock &clock, QObject *parent = nullptr);
    ~AgeColumn() override;

    QVariant extraColumnData(const QModelIndex &parent, int row, int extraColumn, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void tick();

    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
};

} // namespace patronus
