// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logpainter.h"

#include <QListView>

namespace patronus {

/// The rows of a LogLinesModel. It lays out only what it shows, so that half a million lines cost what fifty do.
///
/// Following, it stays at the end. Who scrolls up ends that, and the row on top then stays on top, whatever comes or
/// goes around it; who reaches the end follows again.
class LogList : public QListView
{
    Q_OBJECT

public:
    /// @p log has to outlive it.
    explicit LogList(LogLinesModel &log, QWidget *parent = nullptr);

    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }
    void setWrapping(bool wraps);
    void setShowsTimes(bool shows);
    void setHighlight(const QString &text); ///< wherever it stands, upper or lower case
    void setEmptyText(const QString &text); ///< what it says when it has no rows
    /// Makes it the current row and shows it.
    void showRow(const QModelIndex &index);

    QRect visualRect(const QModelIndex &index) const override;
    QModelIndex indexAt(const QPoint &point) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;
    void keyboardSearch(const QString &search) override { Q_UNUSED(search) } // a letter is no command here

Q_SIGNALS:
    void followingChanged(bool following);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void updateGeometries() override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    int horizontalOffset() const override;
    int verticalOffset() const override;

private:
    /// A line on the screen: a row, and which of its lines where it is wrapped.
    struct Place {
        int row = 0, line = 0;
        friend auto operator<=>(const Place &, const Place &) = default;
    };
    [[nodiscard]] Place top() const;
    void setTop(Place place);
    void findTop();
    [[nodiscard]] Place moved(Place place, int lines) const;
    [[nodiscard]] Place endPlace() const; // of the top when the last line is at the bottom
    [[nodiscard]] int linesOf(int row) const;
    [[nodiscard]] int visibleLines() const;
    [[nodiscard]] int rowAt(int y) const; // also outside of what is shown
    [[nodiscard]] int topOf(int row) const; // in the viewport, also outside of it
    void copySelected() const;

    LogLinesModel &m_log;
    LogPainter m_painter;
    QPersistentModelIndex m_top; // the row on top
    int m_topLine = 0; // of its lines those that are above
    std::optional<LogTime> m_topTime; // to be found again
    bool m_isFollowing = true;
    bool m_isUpdating = false; // the scroll bars, and not by a person
    int m_wheel = 0; // angle that was not enough for a line
    QString m_emptyText;
};

} // namespace patronus
