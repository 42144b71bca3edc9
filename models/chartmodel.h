// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/question.h"

#include <QObject>

namespace patronus {

/// Something that happened to the operator, marked on the time axis.
struct ChartMark {
    WallTime from, to; ///< equal: a moment
    QString name; ///< in a word or two: "rollout 3"
    QString text; ///< in a sentence

    friend bool operator==(const ChartMark &, const ChartMark &) = default;
};

/// One chart: what it asks of the metrics, and the answer for the time shown. Views draw it and ask nothing themselves.
class ChartModel : public QObject
{
    Q_OBJECT

public:
    enum class Unit { PerSecond, Seconds, Count };
    struct Line {
        QString name; ///< "site success", "policy api_error"
        QList<Point> points; ///< NaN: no data
    };
    struct Question {
        QString id; ///< for a file name and a test
        QString title;
        MetricQuestion asked;
        Unit unit;
    };
    /// What a source says to the question. Series without any number are no lines.
    struct Answer {
        WallTime from, to;
        QList<Series> series = {};
        QString emptyReason = {}; ///< which step failed, for where there is nothing to draw
    };

    explicit ChartModel(Question question, QObject *parent = nullptr);

    void setAnswer(const Answer &answer);
    void setMarks(const QList<ChartMark> &marks);

    [[nodiscard]] const Question &question() const { return m_question; }
    [[nodiscard]] QString promql() const; ///< for who wants to ask it elsewhere
    /// Those that were not zero all the time; where all were, their sum alone.
    [[nodiscard]] const QList<Line> &lines() const { return m_lines; }
    [[nodiscard]] const QList<Line> &quiet() const { return m_quiet; } ///< those that were zero all the time
    [[nodiscard]] const QList<ChartMark> &marks() const { return m_marks; } ///< also those before the time shown
    [[nodiscard]] WallTime from() const { return m_from; }
    [[nodiscard]] WallTime to() const { return m_to; }
    [[nodiscard]] QString emptyReason() const { return m_emptyReason; } ///< empty when there is something to draw
    [[nodiscard]] double latest(const QString &line) const; ///< NaN: no data
    /// What @p line was at the step next to @p time. NaN: no data.
    [[nodiscard]] static double valueAt(const Line &line, WallTime time);
    [[nodiscard]] QString valueText(double value) const; ///< with the unit

Q_SIGNALS:
    void changed();

private:
    const Question m_question;
    QList<Line> m_lines, m_quiet;
    QList<ChartMark> m_marks;
    WallTime m_from, m_to;
    QString m_emptyReason;
};

/// The charts of the operations guide: reconcile rate, errors by type, P95 duration, active resources, queue, leader.
[[nodiscard]] QList<ChartModel::Question> operatorCharts();

} // namespace patronus
