// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/chartmodel.h"

#include <QChartView>

namespace patronus {

/// The picture of a chart, with marks of what happened over it, and a cursor in time that the mouse or the arrow keys
/// move.
class ChartCanvas : public QChartView
{
    Q_OBJECT

public:
    /// Takes @p chart over.
    explicit ChartCanvas(QChart *chart, QWidget *parent = nullptr);

    void setTime(WallTime from, WallTime to); ///< from the left edge of the plot to the right one
    void setMarks(const QList<ChartMark> &marks);
    void setCursorTime(std::optional<WallTime> time); ///< nullopt: none
    [[nodiscard]] bool hasMarksInView() const;
    /// The marks that the cursor is at, as a person would point at them.
    [[nodiscard]] QList<ChartMark> marksAt(WallTime time) const;

Q_SIGNALS:
    void pointedAt(const std::optional<patronus::WallTime> &time);

protected:
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void drawMarks(QPainter &painter, const QRectF &plot) const;
    [[nodiscard]] double xOf(WallTime time) const;
    [[nodiscard]] bool isShown(const ChartMark &mark) const { return mark.to >= m_from && mark.from <= m_to; }

    WallTime m_from, m_to;
    QList<ChartMark> m_marks;
    std::optional<WallTime> m_cursor;
};

} // namespace patronus
