// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/loglist.h"

#include "ui/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <ranges>

using namespace Qt::StringLiterals;

namespace patronus {

LogList::LogList(LogLinesModel &log, QWidget *parent) : QListView(parent), m_log(log), m_painter(log)
{
    setFont(theme::monospace());
    setModel(&log);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy the selected lines"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &LogList::copySelected);
    auto *all = new QAction(tr("Select all that are shown"), this);
    all->setShortcut(QKeySequence::SelectAll);
    all->setShortcutContext(Qt::WidgetShortcut);
    connect(all, &QAction::triggered, this, &LogList::selectAll);
    addActions({copy, all});
    connect(&log, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        m_painter.forgetWidest();
        if (!m_isFollowing && m_top.isValid())
            m_topTime = m_top.data(LogLinesModel::TimeRole).value<LogTime>();
    });
    connect(&log, &LogLinesModel::changed, this, &LogList::findTop);
    connect(&log, &LogLinesModel::sourcesChanged, this, [this] {
        m_painter.measure();
        scheduleDelayedItemsLayout();
    });
}

void LogList::setFollowing(bool following)
{
    if (std::exchange(m_isFollowing, following) == following)
        return;
    m_topTime.reset();
    Q_EMIT followingChanged(following);
    if (following)
        doItemsLayout();
}

void LogList::setWrapping(bool wraps)
{
    m_painter.setWrapping(wraps);
    m_topLine = 0;
    doItemsLayout();
}

void LogList::setShowsTimes(bool shows)
{
    m_painter.setShowsTimes(shows);
    m_painter.measure();
    doItemsLayout();
}

void LogList::setHighlight(const QString &text)
{
    m_painter.setHighlight(text);
    viewport()->update();
}

void LogList::setEmptyText(const QString &text)
{
    m_emptyText = text;
    if (m_log.rowCount() == 0)
        viewport()->update();
}

void LogList::showRow(const QModelIndex &index)
{
    setFollowing(false);
    setCurrentIndex(index);
    scrollTo(index, PositionAtCenter);
}

// Where rows are. All is counted in lines of one height; a row has several where it is wrapped.

int LogList::visibleLines() const
{
    return std::max(1, viewport()->height() / m_painter.lineHeight());
}

int LogList::linesOf(int row) const
{
    return m_painter.linesOf(m_log.index(row));
}

LogList::Place LogList::top() const
{
    return m_top.isValid() ? Place{m_top.row(), m_topLine} : Place{};
}

void LogList::setTop(Place place)
{
    m_top = m_log.index(place.row);
    m_topLine = place.line;
}

/// After another filter it stays at the same time.
void LogList::findTop()
{
    if (!m_topTime || m_log.isFiltering())
        return;
    const auto rows = std::views::iota(0, m_log.rowCount());
    const auto found = std::ranges::lower_bound(rows, *m_topTime, {},
        [this](int row) { return m_log.index(row).data(LogLinesModel::TimeRole).value<LogTime>(); });
    m_topTime.reset();
    setTop(std::min(Place{int(found - rows.begin()), 0}, endPlace()));
    doItemsLayout();
}

LogList::Place LogList::moved(Place place, int lines) const
{
    for (; lines < 0; ++lines) {
        if (place.line > 0)
            --place.line;
        else if (place.row > 0)
            place = {place.row - 1, linesOf(place.row - 1) - 1};
    }
    for (; lines > 0 && place.row < m_log.rowCount(); --lines) {
        if (place.line + 1 < linesOf(place.row))
            ++place.line;
        else
            place = {place.row + 1, 0};
    }
    return std::min(place, endPlace());
}

LogList::Place LogList::endPlace() const
{
    Place place{m_log.rowCount(), 0};
    if (!m_painter.isWrapping())
        return {std::max(0, place.row - visibleLines()), 0};
    int left = visibleLines();
    while (left > 0 && place.row > 0) {
        const int lines = linesOf(--place.row);
        place.line = std::max(0, lines - left);
        left -= lines;
    }
    return place;
}

int LogList::topOf(int row) const
{
    const Place first = top();
    int y = -first.line * m_painter.lineHeight();
    if (!m_painter.isWrapping() || row < first.row)
        return y + (row - first.row) * m_painter.lineHeight();
    for (int at = first.row; at < row; ++at) {
        if (y > viewport()->height()) // nobody sees how high they are
            return y + (row - at) * m_painter.lineHeight();
        y += linesOf(at) * m_painter.lineHeight();
    }
    return y;
}

int LogList::rowAt(int y) const
{
    const Place first = top();
    int from = -first.line * m_painter.lineHeight();
    const auto away = [this](int distance) { return int(std::floor(double(distance) / m_painter.lineHeight())); };
    if (!m_painter.isWrapping() || y < from)
        return first.row + away(y - from);
    for (int row = first.row; row < m_log.rowCount(); ++row) {
        if (from > viewport()->height())
            return row + away(y - from);
        from += linesOf(row) * m_painter.lineHeight();
        if (y < from)
            return row;
    }
    return m_log.rowCount();
}

QRect LogList::visualRect(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    const int y = topOf(index.row());
    const bool isShown = y > -viewport()->height() && y < viewport()->height();
    return {0, y, viewport()->width(), (isShown ? linesOf(index.row()) : 1) * m_painter.lineHeight()};
}

QModelIndex LogList::indexAt(const QPoint &point) const
{
    const int row = rowAt(point.y());
    return row >= 0 && row < m_log.rowCount() ? m_log.index(row) : QModelIndex();
}

int LogList::horizontalOffset() const
{
    return horizontalScrollBar()->value();
}

int LogList::verticalOffset() const
{
    return top().row * m_painter.lineHeight();
}

// How it moves.

void LogList::doItemsLayout()
{
    updateGeometries();
    viewport()->update();
}

void LogList::updateGeometries()
{
    const QScopedValueRollback updating(m_isUpdating, true);
    m_painter.setWidth(viewport()->width());
    const Place end = endPlace();
    if (m_isFollowing || top() > end)
        setTop(end);
    else if (!m_top.isValid()) // it is gone, and all before it: it was the oldest
        setTop({0, 0});
    QScrollBar *vertical = verticalScrollBar();
    vertical->setRange(0, end.row);
    vertical->setPageStep(visibleLines());
    vertical->setSingleStep(1);
    vertical->setValue(top().row);
    const int room = m_painter.textRoom();
    horizontalScrollBar()->setRange(0, m_painter.isWrapping() ? 0 : std::max(0, m_painter.widest() - room));
    horizontalScrollBar()->setPageStep(room);
    horizontalScrollBar()->setSingleStep(4 * m_painter.letterWidth());
}

void LogList::scrollContentsBy(int dx, int dy)
{
    if (!m_isUpdating && dy != 0) {
        const Place end = endPlace();
        const int row = verticalScrollBar()->value();
        setTop(row >= end.row ? end : Place{row, 0});
        setFollowing(top() == end);
    }
    if (dx != 0 || dy != 0)
        viewport()->update();
}

void LogList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    m_topLine = 0;
    doItemsLayout();
}

void LogList::wheelEvent(QWheelEvent *event)
{
    if (event->angleDelta().x() != 0 || event->modifiers().testFlag(Qt::AltModifier))
        return QListView::wheelEvent(event);
    m_wheel += event->angleDelta().y() * 3; // 120 is a notch
    const int lines = m_wheel / 120;
    m_wheel %= 120;
    if (lines != 0) {
        setTop(moved(top(), -lines));
        setFollowing(top() == endPlace());
        doItemsLayout();
    }
    event->accept();
}

void LogList::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    const int y = topOf(index.row());
    const int below
        = y + std::min(linesOf(index.row()), visibleLines()) * m_painter.lineHeight() - viewport()->height();
    if (hint == PositionAtCenter && (y < 0 || below > 0))
        setTop(moved({index.row(), 0}, -visibleLines() / 2));
    else if (hint == PositionAtTop || y < 0)
        setTop(std::min(Place{index.row(), 0}, endPlace()));
    else if (hint == PositionAtBottom || below > 0)
        setTop(moved({index.row(), 0}, std::min(linesOf(index.row()), visibleLines()) - visibleLines()));
    doItemsLayout();
}

void LogList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    // The current row also changes when it is dropped: that must scroll nothing. Keys scroll by themselves.
    setAutoScroll(false);
    QListView::currentChanged(current, previous);
    setAutoScroll(true);
}

void LogList::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) // QAbstractItemView's own copies the current row alone
        return copySelected();
    const QModelIndex before = currentIndex();
    QListView::keyPressEvent(event);
    const QModelIndex now = currentIndex();
    if (event->key() == Qt::Key_End || (now != before && now.row() == m_log.rowCount() - 1)) {
        setFollowing(true);
        doItemsLayout();
    } else if (now != before) {
        setFollowing(false);
        scrollTo(now);
    }
}

QModelIndex LogList::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    const int last = m_log.rowCount() - 1;
    const int page = std::max(1, visibleLines() - 1);
    int row = currentIndex().row(); // -1: none yet
    if (row < 0)
        row = std::min(last, rowAt(viewport()->height() - 1)) + (action == MoveUp || action == MovePageUp ? 1 : 0);
    switch (action) {
    case MoveHome:
        row = 0;
        break;
    case MoveEnd:
        row = last;
        break;
    case MoveUp:
    case MovePrevious:
        --row;
        break;
    case MoveDown:
    case MoveNext:
        ++row;
        break;
    case MovePageUp:
        row -= page;
        break;
    case MovePageDown:
        row += page;
        break;
    case MoveLeft:
    case MoveRight:
        horizontalScrollBar()->triggerAction(
            action == MoveLeft ? QAbstractSlider::SliderSingleStepSub : QAbstractSlider::SliderSingleStepAdd);
        return currentIndex();
    }
    return last < 0 ? QModelIndex() : m_log.index(std::clamp(row, 0, last));
}

void LogList::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
    const int last = m_log.rowCount() - 1;
    const QRect area = rect.normalized();
    const int from = std::max(0, rowAt(area.top())), to = std::min(last, rowAt(area.bottom()));
    const QItemSelection selection = from <= to ? QItemSelection(m_log.index(from), m_log.index(to)) : QItemSelection();
    selectionModel()->select(selection, command);
}

QRegion LogList::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    for (const QItemSelectionRange &range : selection) {
        const int from = topOf(range.top()), to = topOf(range.bottom() + 1);
        region += QRect(0, from, viewport()->width(), to - from).intersected(viewport()->rect());
    }
    return region;
}

void LogList::copySelected() const
{
    QList<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.append(row);
    std::ranges::sort(rows);
    QString text;
    for (const int row : rows) {
        const QModelIndex index = m_log.index(row);
        if (m_painter.hasNames())
            text += m_log.sources()[index.data(LogLinesModel::SourceRole).toInt()] + u"  "_s;
        text += index.data().toString() + u'\n';
    }
    QGuiApplication::clipboard()->setText(text);
}

// How it looks.

void LogList::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    if (m_log.rowCount() == 0) {
        painter.setFont(QGuiApplication::font());
        painter.setPen(theme::faintText());
        painter.drawText(viewport()->rect().adjusted(40, 0, -40, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const int widest = m_painter.widest();
    const Place first = top();
    int y = -first.line * m_painter.lineHeight();
    for (int row = first.row; row < m_log.rowCount() && y < viewport()->height(); ++row) {
        const QRect rect(0, y, viewport()->width(), linesOf(row) * m_painter.lineHeight());
        y += rect.height();
        if (!event->rect().intersects(rect))
            continue;
        const QModelIndex index = m_log.index(row);
        m_painter.paint(painter, index, rect, horizontalOffset(),
            selectionModel()->isSelected(index) ? LogPainter::Look::Selected : LogPainter::Look::Usual, palette());
        if (hasFocus() && index == currentIndex()) {
            painter.setPen(QPen(palette().color(QPalette::Link), 1, Qt::DotLine));
            painter.drawRect(rect.adjusted(0, 0, -1, -1));
        }
    }
    if (m_painter.widest() > widest && !m_painter.isWrapping())
        scheduleDelayedItemsLayout(); // for the scroll bar
}

} // namespace patronus
