// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "monitoring/series.h"
#include "sdwan/names.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// As the alert rules have them (resources/monitoring).
constexpr double errorShare = 0.1, unreachableShare = 0.5, slowSeconds = 5, delayedSeconds = 30;
constexpr double silentSeconds = 180; // a bookmark comes about every minute
constexpr double enough = 10; // reconciles or requests, below which a share says nothing

/// The samples of all pods as one, for sums of counters since the pods began.
class Samples
{
public:
    explicit Samples(const DiagnosisFacts &facts)
    {
        for (const DiagnosisFacts::Scrape &scrape : facts.scrapes)
            if (scrape.samples)
                m_all += *scrape.samples;
    }

    [[nodiscard]] double sum(QLatin1StringView name, const Labels &where = {}) const
    {
        double total = 0;
        for (const Sample &sample : m_all)
            if (matches(sample, name, where))
                total += sample.value;
        return total;
    }
    /// Sums by the values of one label.
    [[nodiscard]] QMap<QString, double> by(QLatin1StringView name, const QString &label, const Labels &where = {}) const
    {
        QMap<QString, double> sums;
        for (const Sample &sample : m_all)
            if (matches(sample, name, where))
                sums[sample.labels.value(label)] += sample.value;
        return sums;
    }
    /// The 95th percentile of the histogram @p name.
    [[nodiscard]] double p95(QLatin1StringView name) const
    {
        QMap<double, double> counts;
        const QByteArray series = QByteArray(name.data(), name.size()) + "_bucket";
        for (const Sample &sample : m_all)
            if (sample.name == QLatin1StringView(series)) {
                const QString bound = sample.labels.value(u"le"_s);
                counts[bound == "+Inf"_L1 ? HUGE_VAL : bound.toDouble()] += sample.value;
            }
        QList<Bucket> buckets;
        for (auto it = counts.begin(); it != counts.end(); ++it)
            buckets.append({it.key(), it.value()});
        return histogramQuantile(0.95, buckets);
    }
    [[nodiscard]] double largest(QLatin1StringView name) const
    {
        double most = 0;
        for (const Sample &sample : m_all)
            if (sample.name == name)
                most = std::max(most, sample.value);
        return most;
    }
    [[nodiscard]] double oldest(QLatin1StringView name) const
    {
        double least = HUGE_VAL;
        for (const Sample &sample : m_all)
            if (sample.name == name && sample.value > 0)
                least = std::min(least, sample.value);
        return least;
    }

private:
    static bool matches(const Sample &sample, QLatin1StringView name, const Labels &where)
    {
        return sample.name == name && std::ranges::all_of(where.asKeyValueRange(), [&](const auto &label) {
            return sample.labels.value(label.first) == label.second;
        });
    }
    QList<Sample> m_all;
};

QString percent(double share)
{
    return u"%1 %"_s.arg(std::round(share * 100));
}

/// "api_error 12, rate_limited 3".
QString largestOf(const QMap<QString, double> &sums)
{
    QStringList texts;
    for (auto it = sums.begin(); it != sums.end(); ++it)
        if (it.value() > 0)
            texts.append(u"%1 %2"_s.arg(it.key()).arg(it.value()));
    return texts.join(u", "_s);
}

/// A Finding that begins with what could not be read.
Finding begin(QLatin1StringView id, const QString &title, const DiagnosisFacts &facts)
{
    Finding finding(id, title);
    for (const DiagnosisFacts::Scrape &scrape : facts.scrapes)
        if (!scrape.samples)
            finding.unknown(u"metrics of pod %1: %2"_s.arg(scrape.pod.text(), scrape.samples.error().message));
    if (facts.scrapes.isEmpty() && !facts.pods)
        (void)finding.knows(facts.pods);
    return finding;
}

Check errorsCheck(const DiagnosisFacts &facts, const Samples &samples)
{
    Finding finding = begin("reconcile-errors"_L1, u"Reconciles succeed"_s, facts);
    const auto reconciles = "patronus_operator_reconcile_total"_L1;
    const double all = samples.sum(reconciles), failed = samples.sum(reconciles, {{u"result"_s, u"error"_s}});
    const QString seen
        = u"%1 of %2 reconciles failed since the pods began (%3)"_s.arg(percent(failed / std::max(1.0, all)))
              .arg(all)
              .arg(largestOf(samples.by("patronus_operator_reconcile_errors_total"_L1, u"error_type"_s)));
    if (all >= enough && failed / all > errorShare)
        finding.warning(
            seen, u"the checks objects-ready and api-answers say of which objects; kubectl logs … | grep ERROR"_s);
    else if (all > 0)
        finding.ok(seen);
    if (const double panics = samples.sum("controller_runtime_reconcile_panics_total"_L1); panics > 0)
        finding.problem(u"%1 reconciles ended in an exception: a bug"_s.arg(panics),
            u"report the log's line; the object is tried again by itself"_s);
    return finding.take(u"no pod runs that could tell"_s);
}

Check speedCheck(const DiagnosisFacts &facts, const Samples &samples)
{
    Finding finding = begin("reconcile-speed"_L1, u"Reconciles are fast"_s, facts);
    if (samples.sum("patronus_operator_reconcile_total"_L1) > 0) {
        const double reconcile = samples.p95("patronus_operator_reconcile_duration_seconds"_L1);
        const double api = samples.p95("patronus_operator_api_request_duration_seconds"_L1);
        const double waiting = samples.p95("workqueue_queue_duration_seconds"_L1);
        const QString seen
            = u"95 % of the reconciles take less than %1 s, of the Patronus API's answers less than %2 s"_s
                  .arg(reconcile, 0, 'g', 2)
                  .arg(api, 0, 'g', 2);
        if (reconcile > slowSeconds)
            finding.warning(seen,
                u"mostly it is the Patronus API; kubectl top pod -n %1 shows whether CPU is short"_s.arg(
                    facts.operatorKey.nameSpace));
        else
            finding.ok(seen);
        if (waiting > delayedSeconds)
            finding.warning(u"objects wait up to %1 s for their turn"_s.arg(waiting, 0, 'g', 3),
                u"helm upgrade --set reconcile.concurrency=…"_s);
        if (const double running = samples.largest("workqueue_longest_running_processor_seconds"_L1); running > 60)
            finding.problem(u"a reconcile runs since %1 s"_s.arg(std::round(running)),
                u"kubectl logs of the leader; the Patronus API does not answer"_s);
    }
    return finding.take(u"no pod runs that could tell"_s);
}

Check requestsCheck(const DiagnosisFacts &facts, const Samples &samples)
{
    Finding finding = begin("api-requests"_L1, u"Requests to both APIs are answered"_s, facts);
    const QMap<QString, double> codes = samples.by("patronus_operator_api_requests_total"_L1, u"code"_s);
    double all = 0, unanswered = 0;
    for (auto it = codes.begin(); it != codes.end(); ++it) {
        all += it.value();
        if (it.key() == "unreachable"_L1 || it.key() == "malformed"_L1 || it.key().startsWith(u'5'))
            unanswered += it.value();
    }
    const QString seen
        = u"of %1 requests to the Patronus API since the pods began, by code: %2"_s.arg(all).arg(largestOf(codes));
    if (all >= enough && unanswered / all > unreachableShare)
        finding.problem(seen, u"the Patronus API, its Service, network policy; helm test tries it from inside"_s);
    else if (all > 0)
        finding.ok(seen);
    const double heard = samples.oldest("patronus_operator_watch_heard_timestamp_seconds"_L1);
    if (const double silent = double(facts.now.toSecsSinceEpoch()) - heard;
        std::isfinite(heard) && silent > silentSeconds)
        finding.problem(u"a watch of the Kubernetes API has heard nothing for %1 s"_s.arg(std::round(silent)),
            u"kubectl rollout restart deployment/%1 -n %2"_s.arg(facts.operatorKey.name, facts.operatorKey.nameSpace));
    return finding.take(u"no pod runs that could tell"_s);
}

} // namespace

QList<Check> metricChecks(const DiagnosisFacts &facts)
{
    const Samples samples(facts);
    return {errorsCheck(facts, samples), speedCheck(facts, samples), requestsCheck(facts, samples)};
}

} // namespace patronus
