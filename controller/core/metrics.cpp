// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <mutex>
#include <sstream>
#include <utility>

namespace patronus {

namespace {

class CounterHandle final : public Metrics::Counter
{
public:
    explicit CounterHandle(prometheus::Counter &counter) : m_counter(counter) { }
    void add(double amount) override { m_counter.Increment(amount); }
    double value() const override { return m_counter.Value(); }

private:
    prometheus::Counter &m_counter;
};

class GaugeHandle final : public Metrics::Gauge
{
public:
    explicit GaugeHandle(prometheus::Gauge &gauge) : m_gauge(gauge) { }
    void set(double value) override { m_gauge.Set(value); }
    double value() const override { return m_gauge.Value(); }
    prometheus::Gauge *gauge() { return &m_gauge; }

private:
    prometheus::Gauge &m_gauge;
};

class HistogramHandle final : public Metrics::Histogram
{
public:
    explicit HistogramHandle(prometheus::Histogram &histogram) : m_histogram(histogram) { }
    void observe(double value) override { m_histogram.Observe(value); }

private:
    prometheus::Histogram &m_histogram;
};

// The series of one kind: a family a name, a handle for each set of labels.
template <typename Metric, typename Handle> struct Series {
    std::map<std::string, prometheus::Family<Metric> *> families;
    std::map<std::pair<std::string, MetricLabels>, std::unique_ptr<Handle>> handles;
};

} // namespace

struct Metrics::Private {
    mutable std::mutex mutex; // of the maps; the registry and the series have their own
    prometheus::Registry registry;
    Series<prometheus::Counter, CounterHandle> counters;
    Series<prometheus::Gauge, GaugeHandle> gauges;
    Series<prometheus::Histogram, HistogramHandle> histograms;

    template <typename Metric, typename Handle, typename... Arguments>
    Handle &handle(Series<Metric, Handle> &series, prometheus::detail::Builder<Metric> builder, const std::string &name,
        const std::string &help, const MetricLabels &labels, const Arguments &...arguments)
    {
        const std::scoped_lock lock(mutex);
        auto &known = series.handles[{name, labels}];
        if (known)
            return *known;
        try {
            auto &family = series.families[name];
            if (!family)
                family = &builder.Name(name).Help(help).Register(registry);
            known = std::make_unique<Handle>(family->Add(labels, arguments...));
        } catch (const std::exception &error) {
            // Names and labels are constants of this program: a wrong one is found by its first test.
            qFatal("metric %s: %s", name.c_str(), error.what());
        }
        return *known;
    }
};

Metrics::Metrics() : d(std::make_unique<Private>())
{
}

Metrics::~Metrics() = default;

Metrics::Counter &Metrics::counter(const std::string &name, const std::string &help, const MetricLabels &labels)
{
    return d->handle(d->counters, prometheus::BuildCounter(), name, help, labels);
}

Metrics::Gauge &Metrics::gauge(const std::string &name, const std::string &help, const MetricLabels &labels)
{
    return d->handle(d->gauges, prometheus::BuildGauge(), name, help, labels);
}

Metrics::Histogram &Metrics::histogram(
    const std::string &name, const std::string &help, const std::vector<double> &buckets, const MetricLabels &labels)
{
    return d->handle(d->histograms, prometheus::BuildHistogram(), name, help, labels, buckets);
}

void Metrics::removeGauge(const std::string &name, const MetricLabels &labels)
{
    const std::scoped_lock lock(d->mutex);
    const auto found = d->gauges.handles.find({name, labels});
    if (found == d->gauges.handles.end())
        return;
    d->gauges.families.at(name)->Remove(found->second->gauge());
    d->gauges.handles.erase(found);
}

std::string Metrics::text() const
{
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, d->registry.Collect());
    return std::move(out).str();
}

} // namespace patronus
