// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chartcanvas.h"

#include "ui/theme.h"

#include <QChart>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr int reach = 6; // pixels: so near is at a mark
constexpr int keySteps = 60; // from one edge to the other

/// Marks that stand so near to each other that one caption is for all.
struct Caption {
    double x;
    QString text;
    int others = 0;
};

QString textOf(const Caption &caption)
{
    return caption.others > 0 ? u"%1 +%2"_s.arg(caption.text).arg(caption.others) : caption.text;
}

} // namespace

ChartCanvas::ChartCanvas(QChart *chart, QWidget *parent) : QChartView(chart, parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    setMinimumHeight(110);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored); // its hint is the size that it has
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
}

void ChartCanvas::setTime(WallTime from, WallTime to)
{
    m_from = from;
    m_to = to;
    viewport()->update();
}

void ChartCanvas::setMarks(const QList<ChartMark> &marks)
{
    m_marks = marks;
    viewport()->update();
}

void ChartCanvas::setCursorTime(std::optional<WallTime> time)
{
    m_cursor = time;
    viewport()->update();
}

double ChartCanvas::xOf(WallTime time) const
{
    const QRectF plot = chart()->plotArea();
    const double span = double((m_to - m_from).count());
    return plot.left() + (span > 0 ? double((time - m_from).count()) / span * plot.width() : 0);
}

bool ChartCanvas::hasMarksInView() const
{
    return std::ranges::any_of(m_marks, [this](const ChartMark &mark) { return isShown(mark); });
}

QList<ChartMark> ChartCanvas::marksAt(WallTime time) const
{
    const double x = xOf(time);
    QList<ChartMark> found;
    for (const ChartMark &mark : m_marks)
        if (isShown(mark) && xOf(mark.from) - reach <= x && x <= xOf(std::min(mark.to, m_to)) + reach)
            found.append(mark);
    return found;
}

void ChartCanvas::drawForeground(QPainter *painter, const QRectF &rect)
{
    QChartView::drawForeground(painter, rect);
    const QRectF plot = chart()->plotArea();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    drawMarks(*painter, plot);
    if (m_cursor && *m_cursor >= m_from && *m_cursor <= m_to) {
        const double x = xOf(*m_cursor);
        painter->setPen(palette().color(QPalette::Text));
        painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    painter->restore();
}

void ChartCanvas::drawMarks(QPainter &painter, const QRectF &plot) const
{
    QFont font = this->font();
    font.setPointSizeF(font.pointSizeF() * 0.8);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    QList<Caption> captions;
    for (const ChartMark &mark : m_marks) {
        if (!isShown(mark))
            continue;
        const double begin = std::max(xOf(mark.from), plot.left()), end = xOf(std::min(mark.to, m_to));
        if (end - begin > 1) {
            QColor ground = theme::faintText();
            ground.setAlphaF(0.15F);
            painter.fillRect(QRectF(begin, plot.top(), end - begin, plot.height()), ground);
        }
        painter.setPen(QPen(theme::faintText(), 1, Qt::DashLine));
        painter.drawLine(QPointF(begin, plot.top()), QPointF(begin, plot.bottom()));
        if (!captions.isEmpty()
            && begin < captions.last().x + metrics.horizontalAdvance(textOf(captions.last())) + 3 * reach)
            ++captions.last().others;
        else
            captions.append({begin, mark.name});
    }
    for (const Caption &caption : captions) {
        const QString text = textOf(caption);
        const double width = metrics.horizontalAdvance(text) + 6;
        const QRectF box(
            std::max(plot.left(), std::min(caption.x, plot.right() - width)), plot.top(), width, metrics.height());
        painter.fillRect(box, palette().color(QPalette::Base));
        painter.setPen(theme::faintText());
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void ChartCanvas::mouseMoveEvent(QMouseEvent *event)
{
    QChartView::mouseMoveEvent(event);
    const QRectF plot = chart()->plotArea();
    const QPointF at = event->position();
    if (!plot.contains(at) || m_to <= m_from) {
        Q_EMIT pointedAt(std::nullopt);
        return;
    }
    const double share = (at.x() - plot.left()) / plot.width();
    Q_EMIT pointedAt(m_from + std::chrono::milliseconds(qint64(share * double((m_to - m_from).count()))));
}

void ChartCanvas::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    Q_EMIT pointedAt(std::nullopt);
}

void ChartCanvas::keyPressEvent(QKeyEvent *event)
{
    const int steps = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (steps == 0 || m_to <= m_from)
        return QChartView::keyPressEvent(event);
    Q_EMIT pointedAt(std::clamp(m_cursor.value_or(m_to) + steps * (m_to - m_from) / keySteps, m_from, m_to));
}

void ChartCanvas::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    Q_EMIT pointedAt(std::nullopt);
}

} // namespace patronus
