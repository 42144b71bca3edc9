// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/chartmodel.h"

#include "models/units.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool hasData(const Series &series)
{
    return std::ranges::any_of(series.points, [](const Point &point) { return !std::isnan(point.value); });
}

bool isQuiet(const ChartModel::Line &line)
{
    return std::ranges::all_of(
        line.points, [](const Point &point) { return std::isnan(point.value) || point.value == 0; });
}

/// All lines as one; no data where none has any.
QList<Point> summed(const QList<ChartModel::Line> &lines)
{
    QList<Point> sum = lines.first().points;
    for (const ChartModel::Line &line : lines.sliced(1))
        for (qsizetype i = 0; i < std::min(sum.size(), line.points.size()); ++i)
            if (const double value = line.points[i].value; !std::isnan(value))
                sum[i].value = std::isnan(sum[i].value) ? value : sum[i].value + value;
    return sum;
}

QString nameOf(const Series &series, const QStringList &by)
{
    QStringList words;
    for (const QString &label : by)
        if (const QString value = series.labels.value(label); !value.isEmpty())
            words.append(value);
    return words.isEmpty() ? ChartModel::tr("all") : words.join(u' ');
}

} // namespace

ChartModel::ChartModel(Question question, QObject *parent) : QObject(parent), m_question(std::move(question))
{
}

void ChartModel::setAnswer(const Answer &answer)
{
    m_from = answer.from;
    m_to = answer.to;
    m_lines.clear();
    m_quiet.clear();
    for (const Series &series : answer.series)
        if (hasData(series))
            m_lines.append({nameOf(series, m_question.asked.by), series.points});
    std::ranges::sort(m_lines, {}, &Line::name);
    if (m_lines.size() > 1) {
        std::ranges::copy_if(m_lines, std::back_inserter(m_quiet), isQuiet);
        m_lines.removeIf(isQuiet);
        if (m_lines.isEmpty())
            m_lines.append({tr("all"), summed(m_quiet)});
    }
    m_emptyReason = m_lines.isEmpty() ? answer.emptyReason : QString();
    Q_EMIT changed();
}

void ChartModel::setMarks(const QList<ChartMark> &marks)
{
    m_marks = marks;
    Q_EMIT changed();
}

QString ChartModel::promql() const
{
    return m_question.asked.promql({}, u"5m"_s);
}

double ChartModel::latest(const QString &line) const
{
    const auto it = std::ranges::find(m_lines, line, &Line::name);
    return it == m_lines.end() || it->points.isEmpty() ? std::nan("") : it->points.last().value;
}

double ChartModel::valueAt(const Line &line, WallTime time)
{
    const auto distance = [time](const Point &point) { return std::chrono::abs(point.time - time); };
    const auto it = std::ranges::min_element(line.points, {}, distance);
    return it == line.points.end() ? std::nan("") : it->value;
}

QString ChartModel::valueText(double value) const
{
    switch (m_question.unit) {
    case Unit::PerSecond:
        return std::isnan(value) ? QString(units::none)
                                 : u"%1/s"_s.arg(QString::number(value, 'f', value < 10 ? 2 : 0));
    case Unit::Seconds:
        return units::seconds(value);
    case Unit::Count:
        return units::count(value);
    }
    return {};
}

QList<ChartModel::Question> operatorCharts()
{
    using How = MetricQuestion::How;
    using Unit = ChartModel::Unit;
    const QString prefix = u"patronus_operator_"_s;
    return {
        {u"reconcile-rate"_s, ChartModel::tr("Reconciles"),
            {.how = How::Rate, .metric = prefix + u"reconcile_total"_s, .by = {u"controller"_s, u"result"_s}},
            Unit::PerSecond},
        {u"errors"_s, ChartModel::tr("Errors by type"),
            {.how = How::Rate,
                .metric = prefix + u"reconcile_errors_total"_s,
                .by = {u"controller"_s, u"error_type"_s}},
            Unit::PerSecond},
        {u"duration-p95"_s, ChartModel::tr("Duration, 95th percentile"),
            {.how = How::Quantile, .metric = prefix + u"reconcile_duration_seconds"_s, .by = {u"controller"_s}},
            Unit::Seconds},
        {u"active-resources"_s, ChartModel::tr("Resources by phase"),
            {.metric = prefix + u"active_resources"_s, .by = {u"kind"_s, u"phase"_s}}, Unit::Count},
        {u"queue-depth"_s, ChartModel::tr("Waiting in the queue"),
            {.metric = u"workqueue_depth"_s, .by = {u"controller"_s}}, Unit::Count},
        {u"leader"_s, ChartModel::tr("Leader"),
            {.metric = u"leader_election_master_status"_s,
                .where = {{u"name"_s, u"patronus-operator"_s}},
                .by = {u"pod"_s}},
            Unit::Count},
    };
}

} // namespace patronus
