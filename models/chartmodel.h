// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/series.h"

#include <QObject>

namespace patronus {

/// One chart: what it asks of the metrics, and the answer for the time shown. Views draw it and ask nothing themselves.
class ChartModel : public QObject
{
    Q_OBJECT

public:
    enum class Unit { PerSecond, Seconds, Count };
    struct Line {
        QString name; ///< "site", "api_error"
        QList<Point> points; ///< NaN: no data
    };
    struct Question {
        QString id; ///< for a file name and a test
        QString title;
        QString query; ///< the same question as PromQL, for who wants to ask it elsewhere
        QString metric; ///< without it there is nothing to answer with
        Unit unit;
        QList<Series> (*ask)(const MetricHistory &history, const MetricHistory::Range &range);
        QString label; ///< of which the value names a line
    };

    explicit ChartModel(Question question, QObject *parent = nullptr);

    /// Answers anew for the @p span that ends at @p now. @p problem says why the source has nothing (empty: it works).
    void update(const MetricHistory &history, WallTime now, std::chrono::milliseconds span,
        std::chrono::milliseconds scrapeInterval, const QString &problem);

    [[nodiscard]] const Question &question() const { return m_question; }
    [[nodiscard]] const QList<Line> &lines() const { return m_lines; }
    [[nodiscard]] WallTime from() const { return m_from; }
    [[nodiscard]] WallTime to() const { return m_to; }
    [[nodiscard]] QString emptyReason() const { return m_emptyReason; } ///< empty when there is something to draw
    [[nodiscard]] double latest(const QString &line) const; ///< NaN: no data
    [[nodiscard]] QString valueText(double value) const; ///< with the unit

Q_SIGNALS:
    void changed();

private:
    const Question m_question;
    QList<Line> m_lines;
    WallTime m_from, m_to;
    QString m_emptyReason;
};

/// The charts of the operations guide: reconcile rate, errors by type, P95 duration, active resources.
[[nodiscard]] QList<ChartModel::Question> operatorCharts();

} // namespace patronus
