// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loglinesmodel.h"

#include <QFontMetrics>
#include <QPalette>

class QPainter;
class QTextLayout;

namespace patronus {

/// How one line of a log looks: its time if asked for, whose it is where there are several pods, and the text.
class LogPainter
{
public:
    /// @p log has to outlive it.
    explicit LogPainter(const LogLinesModel &log);

    void setWidth(int width) { m_width = width; } ///< of the whole, in pixels
    void setWrapping(bool wraps) { m_wraps = wraps; }
    [[nodiscard]] bool isWrapping() const { return m_wraps; }
    void setShowsTimes(bool shows) { m_showsTimes = shows; }
    void setHighlight(const QString &text) { m_highlight = text; } ///< upper or lower case
    /// Makes room for the names that the sources have now.
    void measure();

    [[nodiscard]] int lineHeight() const { return m_metrics.height(); }
    [[nodiscard]] int letterWidth() const { return m_metrics.averageCharWidth(); }
    [[nodiscard]] int textRoom() const; ///< pixels for the text beside the rest
    [[nodiscard]] int widest() const { return m_widest; } ///< text that was painted since forgetWidest()
    void forgetWidest() { m_widest = 0; }
    [[nodiscard]] bool hasNames() const { return !m_names.isEmpty(); }
    [[nodiscard]] int linesOf(const QModelIndex &index) const; ///< more than one where it is wrapped

    enum class Look { Usual, Selected };
    /// Where it is not wrapped, the first @p offset pixels of the text are not seen.
    void paint(
        QPainter &painter, const QModelIndex &index, const QRect &rect, int offset, Look look, const QPalette &palette);

private:
    void layOut(QTextLayout &layout) const;
    void paintText(QPainter &painter, QString text, const QRect &rect, int offset);
    void paintPrefix(QPainter &painter, const QModelIndex &index, QPoint at, const QPalette &palette, Look look) const;
    [[nodiscard]] int textLeft() const;

    const LogLinesModel &m_log;
    const QFont m_font;
    const QFontMetrics m_metrics;
    bool m_wraps = false, m_showsTimes = false;
    int m_width = 0, m_prefixWidth = 0, m_widest = 0; // pixels
    QStringList m_names; // of the sources; empty: there is only one
    QString m_highlight;
};

} // namespace patronus
