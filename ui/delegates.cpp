// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/delegates.h"

#include "models/storemodel.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QListView>
#include <QPainter>
#include <QTableView>
#include <QTextLayout>
#include <QtMath>

#include <memory>

namespace patronus {

namespace {
constexpr int margin = 6, iconSize = 16;
constexpr int textLeft = margin + iconSize + margin;

/// @p text in as many lines as @p width needs: at blanks, and within a word only where it is longer than a line.
std::unique_ptr<QTextLayout> layOut(const QString &text, const QFont &font, int width)
{
    auto layout = std::make_unique<QTextLayout>(text, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout->setTextOption(option);
    layout->beginLayout();
    double height = 0;
    for (QTextLine line = layout->createLine(); line.isValid(); line = layout->createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    layout->endLayout();
    return layout;
}

QFont bold(const QFont &font)
{
    QFont result = font;
    result.setBold(true);
    return result;
}

/// The title in bold, beside what stands at its right.
std::unique_ptr<QTextLayout> layOutTitle(
    const TimelineDelegate::Entry &entry, const QStyleOptionViewItem &option, int width)
{
    const int right = entry.right.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(entry.right) + 2 * margin;
    return layOut(entry.title, bold(option.font), std::max(width - right, 1));
}

} // namespace

void StateDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() != 0)
        return;
    if (const QVariant state = index.data(StateRole); state.isValid()) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = theme::stateIcon(state.value<State>());
        option->decorationSize = QSize(iconSize, iconSize);
    }
}

void BadgeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QString badge = index.data(BadgeRole).toString();
    if (badge.isEmpty())
        return;
    const bool selected = option.state & QStyle::State_Selected;
    painter->save();
    painter->setFont(bold(option.font));
    painter->setPen(selected ? option.palette.color(QPalette::HighlightedText) : theme::stateColor(State::Failed));
    painter->drawText(option.rect.adjusted(0, 0, -2 * margin, 0), Qt::AlignRight | Qt::AlignVCenter, badge);
    painter->restore();
}

TimelineDelegate::TimelineDelegate(Read read, QObject *parent) : QStyledItemDelegate(parent), m_read(std::move(read))
{
}

void TimelineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Entry entry = m_read(index);
    painter->save();
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);

    const bool selected = option.state & QStyle::State_Selected;
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor faint = selected ? text : theme::faintText();
    const QRect inner = option.rect.adjusted(textLeft, margin, -margin, -margin);
    const int titleHeight = QFontMetrics(bold(option.font)).height();
    entry.icon.paint(painter,
        QRect(option.rect.left() + margin, inner.top() + (titleHeight - iconSize) / 2, iconSize, iconSize),
        Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);

    painter->setPen(faint);
    painter->setFont(option.font);
    painter->drawText(inner, Qt::AlignRight | Qt::AlignTop, entry.right);
    painter->setPen(text);
    const auto title = layOutTitle(entry, option, inner.width());
    title->draw(painter, inner.topLeft());
    layOut(entry.body, option.font, inner.width())
        ->draw(painter, inner.topLeft() + QPointF(0, title->boundingRect().height() + 2));
    painter->restore();
}

QSize TimelineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Entry entry = m_read(index);
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    const int width = view ? view->viewport()->width() : 300;
    const int room = width - textLeft - margin;
    int height = qCeil(layOutTitle(entry, option, room)->boundingRect().height());
    if (!entry.body.isEmpty())
        height += 2 + qCeil(layOut(entry.body, option.font, room)->boundingRect().height());
    return {width, height + 2 * margin};
}

QListView *makeTimeline(QAbstractItemModel *model, TimelineDelegate::Read read, const QString &name)
{
    auto *view = new QListView;
    view->setModel(model);
    view->setItemDelegate(new TimelineDelegate(std::move(read), view));
    view->setResizeMode(QListView::Adjust);
    view->setWordWrap(true); // else a change of its width alone lays nothing out anew
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setFrameShape(QFrame::NoFrame);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setAccessibleName(name);
    return view;
}

QTableView *makeRowTable(QAbstractItemModel *model, const QString &name)
{
    auto *table = new QTableView;
    table->setModel(model);
    table->setItemDelegate(new StateDelegate(table));
    table->setAccessibleName(name);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() * 8 / 5);
    table->horizontalHeader()->setHighlightSections(false);
    // Rows that are measured: with the usual 1,000 each fit takes half a second.
    table->horizontalHeader()->setResizeContentsPrecision(50);
    return table;
}

} // namespace patronus
