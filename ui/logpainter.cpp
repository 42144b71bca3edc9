// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logpainter.h"

#include "ui/theme.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr int margin = 4; // pixels at the left and the right
constexpr int timeLetters = 14; // 12:00:00.123 and a gap
constexpr int endless = 1 << 22; // pixels; QTextLayout counts in 64ths of them
} // namespace

LogPainter::LogPainter(const LogLinesModel &log) : m_log(log), m_font(theme::monospace()), m_metrics(m_font)
{
    measure();
}

void LogPainter::measure()
{
    m_names = m_log.sources().size() > 1 ? m_log.shortSources() : QStringList();
    int letters = m_showsTimes ? timeLetters : 0;
    if (!m_names.isEmpty())
        letters += 2 + int(std::ranges::max(m_names, {}, &QString::size).size());
    m_prefixWidth = letters * letterWidth();
}

int LogPainter::textLeft() const
{
    return margin + m_prefixWidth;
}

int LogPainter::textRoom() const
{
    return std::max(m_width - textLeft() - margin, 20 * letterWidth());
}

void LogPainter::layOut(QTextLayout &layout) const
{
    QTextOption option(Qt::AlignLeft);
    option.setWrapMode(m_wraps ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    layout.setTextOption(option);
    layout.beginLayout();
    for (int y = 0;; y += lineHeight()) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(m_wraps ? textRoom() : endless);
        line.setPosition(QPointF(0, y));
    }
    layout.endLayout();
}

int LogPainter::linesOf(const QModelIndex &index) const
{
    if (!m_wraps)
        return 1;
    QTextLayout layout(index.data().toString(), m_font);
    layOut(layout);
    return std::max(1, layout.lineCount());
}

void LogPainter::paint(
    QPainter &painter, const QModelIndex &index, const QRect &rect, int offset, Look look, const QPalette &palette)
{
    const bool isMark = index.data(LogLinesModel::IsMarkRole).toBool();
    QColor color = theme::levelColor(index.data(LogLinesModel::LevelRole).value<LogLevel>());
    if (!color.isValid())
        color = palette.color(QPalette::Text);
    if (isMark) {
        painter.fillRect(rect, palette.color(QPalette::AlternateBase));
        color = palette.color(QPalette::Link);
    }
    if (look == Look::Selected) {
        painter.fillRect(rect, palette.color(QPalette::Highlight));
        color = palette.color(QPalette::HighlightedText);
    }
    const QString text = index.data().toString();
    painter.setFont(m_font);
    painter.setPen(color);
    paintText(painter, isMark ? u"── %1 ──"_s.arg(text) : text, rect, offset);
    paintPrefix(painter, index, rect.topLeft() + QPoint(margin, m_metrics.ascent()), palette, look);
}

void LogPainter::paintText(QPainter &painter, QString text, const QRect &rect, int offset)
{
    if (!m_wraps) {
        m_widest = std::max(m_widest, int(text.size()) * letterWidth());
        text.truncate((offset + rect.width()) / letterWidth() + 1); // what is farther right is not seen
    }
    QList<QTextLayout::FormatRange> found;
    QTextCharFormat format;
    format.setBackground(theme::foundColor());
    format.setForeground(theme::isDark() ? Qt::white : Qt::black);
    for (qsizetype at = m_highlight.isEmpty() ? -1 : text.indexOf(m_highlight, 0, Qt::CaseInsensitive); at >= 0;
        at = text.indexOf(m_highlight, at + m_highlight.size(), Qt::CaseInsensitive))
        found.append({int(at), int(m_highlight.size()), format});
    QTextLayout layout(text, m_font);
    layout.setFormats(found);
    layOut(layout);
    painter.save();
    painter.setClipRect(rect.adjusted(textLeft(), 0, 0, 0), Qt::IntersectClip);
    layout.draw(&painter, QPointF(textLeft() - (m_wraps ? 0 : offset), rect.top()));
    painter.restore();
}

void LogPainter::paintPrefix(
    QPainter &painter, const QModelIndex &index, QPoint at, const QPalette &palette, Look look) const
{
    const auto pen = [&](const QColor &usual) {
        painter.setPen(look == Look::Selected ? palette.color(QPalette::HighlightedText) : usual);
    };
    if (m_showsTimes) {
        const auto time = index.data(LogLinesModel::TimeRole).value<LogTime>().time_since_epoch();
        const auto day = std::chrono::floor<std::chrono::milliseconds>(time % std::chrono::days(1));
        pen(theme::faintText());
        painter.drawText(at, QTime::fromMSecsSinceStartOfDay(int(day.count())).toString(u"HH:mm:ss.zzz"_s));
        at.rx() += timeLetters * letterWidth();
    }
    if (m_names.isEmpty())
        return;
    const int source = index.data(LogLinesModel::SourceRole).toInt();
    pen(theme::sourceColor(source));
    painter.drawText(at, m_names[source]);
}

} // namespace patronus
