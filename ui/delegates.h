// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state.h"

#include <QStyledItemDelegate>

#include <functional>

class QListView;
class QTableView;

namespace patronus {

/// A cell of a table of objects: the first column carries the state's icon beside its word.
class StateDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

/// An entry of a list with a short word at its right that stands out: how many are not well.
class BadgeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int BadgeRole = Qt::UserRole;
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// An entry of a timeline in a list: an icon, a title with something on its right, and a text below, in as many lines
/// as it needs.
class TimelineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    struct Entry {
        QIcon icon;
        QString title, right, body;
    };
    using Read = std::function<Entry(const QModelIndex &)>;

    TimelineDelegate(Read read, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Read m_read;
};

/// A list with such entries.
[[nodiscard]] QListView *makeTimeline(QAbstractItemModel *model, TimelineDelegate::Read read, const QString &name);

/// A table of rows as the console has them, without its model's own: dense, chosen by row, the state first.
[[nodiscard]] QTableView *makeRowTable(QAbstractItemModel *model, const QString &name);

} // namespace patronus
