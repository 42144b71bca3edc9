// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/chartmodel.h"

#include "models/units.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

ChartModel::ChartModel(Question question, QObject *parent) : QObject(parent), m_question(std::move(question))
{
}

void ChartModel::update(const MetricHistory &history, WallTime now, std::chrono::milliseconds span,
    std::chrono::milliseconds scrapeInterval, const QString &problem)
{
    // The window that Grafana takes for a rate: four scrapes. Steps stand on multiples, so that old points do not
    // wobble.
    const auto step = std::max<std::chrono::milliseconds>(scrapeInterval, span / 240);
    m_to = WallTime(now.time_since_epoch() / step * step);
    m_from = m_to - span;
    m_lines.clear();
    for (const Series &series : m_question.ask(history,
             {.from = m_from, .to = m_to, .step = step, .window = std::max(step + scrapeInterval, 4 * scrapeInterval)}))
        if (std::ranges::any_of(series.points, [](const Point &point) { return !std::isnan(point.value); }))
            m_lines.append({series.labels.value(m_question.label, tr("all")), series.points});

    if (!m_lines.isEmpty())
        m_emptyReason.clear();
    else if (!problem.isEmpty())
        m_emptyReason = problem;
    else if (!history.knows(m_question.metric))
        m_emptyReason = tr("The operator has not exported %1 yet").arg(m_question.metric);
    else
        m_emptyReason = tr("No data for this time: a rate needs two scrapes, and a duration an observation");
    Q_EMIT changed();
}

double ChartModel::latest(const QString &line) const
{
    const auto it = std::ranges::find(m_lines, line, &Line::name);
    return it == m_lines.end() || it->points.isEmpty() ? std::nan("") : it->points.last().value;
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
    using History = MetricHistory;
    return {
        {u"reconcile-rate"_s, ChartModel::tr("Reconciles"),
            u"sum by (controller) (rate(patronus_operator_reconcile_total[$window]))"_s,
            u"patronus_operator_reconcile_total"_s, ChartModel::Unit::PerSecond,
            [](const History &history, const History::Range &range) {
                return history.rate({.name = u"patronus_operator_reconcile_total"_s, .by = {u"controller"_s}}, range);
            },
            u"controller"_s},
        {u"errors"_s, ChartModel::tr("Errors by type"),
            u"sum by (error_type) (rate(patronus_operator_reconcile_errors_total[$window]))"_s,
            u"patronus_operator_reconcile_errors_total"_s, ChartModel::Unit::PerSecond,
            [](const History &history, const History::Range &range) {
                QList<Series> series = history.rate(
                    {.name = u"patronus_operator_reconcile_errors_total"_s, .by = {u"error_type"_s}}, range);
                // Types that never happened would only fill the legend; the sum says that it was looked at.
                const auto quiet = [](const Series &s) {
                    return std::ranges::none_of(s.points, [](const Point &p) { return p.value > 0; });
                };
                if (std::ranges::all_of(series, quiet))
                    return history.rate({.name = u"patronus_operator_reconcile_errors_total"_s}, range);
                series.removeIf(quiet);
                return series;
            },
            u"error_type"_s},
        {u"duration-p95"_s, ChartModel::tr("Duration, 95th percentile"),
            u"histogram_quantile(0.95, sum by (le, controller) (rate(patronus_operator_reconcile_duration_seconds_bucket[$window])))"_s,
            u"patronus_operator_reconcile_duration_seconds_bucket"_s, ChartModel::Unit::Seconds,
            [](const History &history, const History::Range &range) {
                return history.quantile(
                    0.95, {.name = u"patronus_operator_reconcile_duration_seconds"_s, .by = {u"controller"_s}}, range);
            },
            u"controller"_s},
        {u"active-resources"_s, ChartModel::tr("Resources by phase"),
            u"sum by (phase) (patronus_operator_active_resources)"_s, u"patronus_operator_active_resources"_s,
            ChartModel::Unit::Count,
            [](const History &history, const History::Range &range) {
                return history.value({.name = u"patronus_operator_active_resources"_s, .by = {u"phase"_s}}, range);
            },
            u"phase"_s},
    };
}

} // namespace patronus
