// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/series.h"

namespace patronus {

/// A question to the operator's metrics, which both the console's own history and a Prometheus server can answer. The
/// PromQL is made here alone; tests/models/tst_charts holds the dashboard of resources/monitoring to it.
struct MetricQuestion {
    enum class How {
        Rate, ///< of counters, per second
        Value, ///< of gauges
        Quantile, ///< of histograms: @c metric without "_bucket"
    };
    How how = How::Value;
    QString metric;
    Labels where = {};
    QStringList by = {}; ///< labels by which lines stay apart; all else is summed, above all the replicas
    double q = 0.95; ///< of a Quantile
    /// Largest finite bound of the histogram. Prometheus answers it for all that lies above; how far above, nobody
    /// knows, so it is read as +Inf.
    double largestBound = 10;

    [[nodiscard]] QString seriesName() const; ///< without it there is nothing to answer with
    /// As PromQL; @p selector is put into the braces ("namespace=~…"; may be empty), @p window is "5m" or a variable.
    [[nodiscard]] QString promql(const QString &selector, const QString &window) const;
    /// What @p history answers.
    [[nodiscard]] QList<Series> askOf(const MetricHistory &history, const MetricHistory::Range &range) const;
};

} // namespace patronus
