// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/exposition.h"

#include <QHash>
#include <QSet>
#include <QStringList>

#include <chrono>

namespace patronus {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// A value at a time; NaN where there is no data. No data is not zero.
struct Point {
    WallTime time;
    double value = 0;
};

/// A line of a chart.
struct Series {
    Labels labels;
    QList<Point> points; ///< one for each step of the range asked for
};

/// A cumulative bucket of a histogram: how many observations were at most @c upperBound.
struct Bucket {
    double upperBound = 0; ///< the last one is +Inf
    double count = 0;
};

/// The value below which the share @p q (0 to 1) of the observations lies, by Prometheus' rules: linear within a
/// bucket. NaN without observations; +Inf when it lies above the largest finite bucket, since how far above nobody
/// knows.
/// @p buckets are in order of their bound.
[[nodiscard]] double histogramQuantile(double q, const QList<Bucket> &buckets);

/// The samples of some scrapes, for as long as they are kept, and the questions that charts ask of them.
///
/// Counters are read through rates only: a value smaller than the one before is a restart. Instances (replicas) are
/// summed; one that is not scraped for longer than the window drops out of the sum, and where none is left there is no
/// data. Memory is bounded by time and by the number of series.
class MetricHistory
{
public:
    struct Limits {
        std::chrono::milliseconds keep = std::chrono::minutes(30);
        qsizetype series = 20'000;
        QSet<QString> names = {}; ///< of the metrics that are kept; empty: all
    };
    /// Which series, and by which labels they stay apart; "pod" is the instance.
    struct Query {
        QString name;
        Labels where = {};
        QStringList by = {};
    };
    /// The times at which a question is answered, and how far back each answer looks: at least two scrapes.
    struct Range {
        WallTime from, to;
        std::chrono::milliseconds step, window;
    };

    MetricHistory() = default;
    explicit MetricHistory(Limits limits);

    /// Adds one scrape of @p instance. A counter that an instance shows for the first time while it was already known
    /// began at zero: its first observation counts. A scrape not newer than the instance's last is left out.
    void add(const QString &instance, WallTime at, const QList<Sample> &samples);

    /// Per second, of counters.
    [[nodiscard]] QList<Series> rate(const Query &query, const Range &range) const;
    /// The last value within the window, of gauges.
    [[nodiscard]] QList<Series> value(const Query &query, const Range &range) const;
    /// histogramQuantile() of what was observed within the window; @p query names the histogram without "_bucket".
    [[nodiscard]] QList<Series> quantile(double q, const Query &query, const Range &range) const;

    [[nodiscard]] bool knows(const QString &name) const; ///< some instance has shown a series of this name
    [[nodiscard]] qint64 seriesDropped() const; ///< new series that were not kept, because of the limit

private:
    struct Track {
        QString instance;
        Labels labels;
        QList<Point> points;
    };
    /// What one track says about the window that ends at @p end; NaN: nothing.
    using Reading = double (*)(const QList<Point> &points, WallTime begin, WallTime end);

    [[nodiscard]] QList<Series> evaluate(const Query &query, const Range &range, Reading reading) const;
    void forgetBefore(WallTime time);

    Limits m_limits;
    QHash<QString, QList<Track>> m_tracks; // by metric name
    QHash<QString, WallTime> m_lastScrape; // by instance
    qsizetype m_count = 0;
    qint64 m_dropped = 0;
};

} // namespace patronus
