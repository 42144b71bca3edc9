// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr double noData = std::numeric_limits<double>::quiet_NaN();
const QString instanceLabel = u"pod"_s; // as Prometheus' own discovery calls it

/// The points with begin < time <= end.
std::pair<QList<Point>::const_iterator, QList<Point>::const_iterator> within(
    const QList<Point> &points, WallTime begin, WallTime end)
{
    const auto isAfter = [](WallTime time, const Point &point) { return time < point.time; };
    const auto first = std::upper_bound(points.cbegin(), points.cend(), begin, isAfter);
    return {first, std::upper_bound(first, points.cend(), end, isAfter)};
}

/// How much a counter grew; NaN with fewer than two points.
double increase(const QList<Point> &points, WallTime begin, WallTime end)
{
    const auto [first, last] = within(points, begin, end);
    if (last - first < 2)
        return noData;
    double grown = 0;
    for (auto it = first + 1; it != last; ++it) {
        const double before = (it - 1)->value;
        grown += it->value < before ? it->value : it->value - before; // smaller: the process began again at zero
    }
    return grown;
}

double perSecond(const QList<Point> &points, WallTime begin, WallTime end)
{
    const auto [first, last] = within(points, begin, end);
    if (last - first < 2)
        return noData;
    const std::chrono::duration<double> observed = (last - 1)->time - first->time;
    return increase(points, begin, end) / observed.count();
}

double latest(const QList<Point> &points, WallTime begin, WallTime end)
{
    const auto [first, last] = within(points, begin, end);
    return first == last ? noData : (last - 1)->value;
}

bool matches(const Labels &labels, const Labels &where)
{
    return std::ranges::all_of(
        where.asKeyValueRange(), [&](const auto &wanted) { return labels.value(wanted.first) == wanted.second; });
}

Labels only(const Labels &labels, const QStringList &names)
{
    Labels kept;
    for (const QString &name : names)
        if (const auto it = labels.constFind(name); it != labels.cend())
            kept.insert(name, *it);
    return kept;
}

/// An order for the groups of a chart: QMap has none.
struct LabelOrder {
    bool operator()(const Labels &a, const Labels &b) const
    {
        return std::pair(a.keys(), a.values()) < std::pair(b.keys(), b.values());
    }
};

double boundOf(const QString &le)
{
    bool ok = false;
    const double bound = le == u"+Inf"_s ? std::numeric_limits<double>::infinity() : le.toDouble(&ok);
    return ok || std::isinf(bound) ? bound : noData;
}

} // namespace

double histogramQuantile(double q, const QList<Bucket> &buckets)
{
    if (buckets.size() < 2 || !std::isinf(buckets.last().upperBound))
        return noData;
    const double total = buckets.last().count;
    if (!(total > 0))
        return noData;
    const double rank = q * total;
    const auto it = std::ranges::find_if(buckets, [&](const Bucket &bucket) { return bucket.count >= rank; });
    if (it == buckets.end() || std::isinf(it->upperBound))
        return std::numeric_limits<double>::infinity();
    const bool isFirst = it == buckets.begin();
    // Prometheus: the lowest bucket begins at 0, unless its bound is negative.
    const double lower = !isFirst ? (it - 1)->upperBound : it->upperBound <= 0 ? it->upperBound : 0;
    const double below = isFirst ? 0 : (it - 1)->count;
    const double inside = it->count - below;
    return inside > 0 ? lower + (it->upperBound - lower) * (rank - below) / inside : it->upperBound;
}

MetricHistory::MetricHistory(Limits limits) : m_limits(std::move(limits))
{
}

void MetricHistory::add(const QString &instance, WallTime at, const QList<Sample> &samples)
{
    const auto known = m_lastScrape.constFind(instance);
    const std::optional<WallTime> before = known == m_lastScrape.cend() ? std::nullopt : std::optional(*known);
    if (before && *before >= at)
        return;
    for (const Sample &sample : samples) {
        if (std::isnan(sample.value) || !(m_limits.names.isEmpty() || m_limits.names.contains(sample.name)))
            continue;
        QList<Track> &tracks = m_tracks[sample.name];
        auto track = std::ranges::find_if(
            tracks, [&](const Track &t) { return t.instance == instance && t.labels == sample.labels; });
        if (track == tracks.end()) {
            if (m_count == m_limits.series) {
                ++m_dropped;
                continue;
            }
            ++m_count;
            tracks.append({instance, sample.labels, {}});
            track = tracks.end() - 1;
            if (before)
                track->points.append({*before, 0});
        }
        track->points.append({at, sample.value});
    }
    m_lastScrape.insert(instance, at);
    forgetBefore(at - m_limits.keep);
}

void MetricHistory::forgetBefore(WallTime time)
{
    for (QList<Track> &tracks : m_tracks) {
        for (Track &track : tracks)
            while (!track.points.isEmpty() && track.points.first().time < time)
                track.points.removeFirst();
        m_count -= tracks.removeIf([](const Track &track) { return track.points.isEmpty(); });
    }
    m_tracks.removeIf([](auto it) { return it.value().isEmpty(); });
    m_lastScrape.removeIf([&](auto it) { return it.value() < time; });
}

QList<Series> MetricHistory::evaluate(const Query &query, const Range &range, Reading reading) const
{
    std::map<Labels, QList<const Track *>, LabelOrder> groups;
    const QList<Track> candidates = m_tracks.value(query.name); // const: iterating must not detach what is pointed to
    for (const Track &track : candidates)
        if (matches(track.labels, query.where)) {
            Labels kept = only(track.labels, query.by);
            if (query.by.contains(instanceLabel))
                kept.insert(instanceLabel, track.instance);
            groups[kept].append(&track);
        }

    QList<Series> result;
    for (const auto &[labels, tracks] : groups) {
        Series series{labels, {}};
        for (WallTime time = range.from; time <= range.to; time += range.step) {
            double sum = noData;
            for (const Track *track : tracks)
                if (const double value = reading(track->points, time - range.window, time); !std::isnan(value))
                    sum = std::isnan(sum) ? value : sum + value;
            series.points.append({time, sum});
        }
        result.append(series);
    }
    return result;
}

QList<Series> MetricHistory::rate(const Query &query, const Range &range) const
{
    return evaluate(query, range, perSecond);
}

QList<Series> MetricHistory::value(const Query &query, const Range &range) const
{
    return evaluate(query, range, latest);
}

QList<Series> MetricHistory::quantile(double q, const Query &query, const Range &range) const
{
    const Query bucketQuery{query.name + u"_bucket"_s, query.where, query.by + QStringList{u"le"_s}};
    std::map<Labels, QList<Series>, LabelOrder> groups; // one Series a bucket
    for (const Series &series : evaluate(bucketQuery, range, increase)) {
        Labels labels = series.labels;
        labels.remove(u"le"_s);
        groups[labels].append(series);
    }
    QList<Series> result;
    for (auto &[labels, bucketSeries] : groups) {
        std::ranges::sort(bucketSeries, {}, [](const Series &series) { return boundOf(series.labels.value(u"le"_s)); });
        Series line{labels, {}};
        for (qsizetype i = 0; i < bucketSeries.first().points.size(); ++i) {
            QList<Bucket> buckets;
            for (const Series &bucket : bucketSeries)
                if (const double count = bucket.points[i].value; !std::isnan(count))
                    buckets.append({boundOf(bucket.labels.value(u"le"_s)), count});
            line.points.append({bucketSeries.first().points[i].time, histogramQuantile(q, buckets)});
        }
        result.append(line);
    }
    return result;
}

bool MetricHistory::knows(const QString &name) const
{
    return m_tracks.contains(name);
}

qint64 MetricHistory::seriesDropped() const
{
    return m_dropped;
}

} // namespace patronus
