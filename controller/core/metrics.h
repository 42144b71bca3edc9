// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace patronus {

using MetricLabels = std::map<std::string, std::string>;

/// The numbers that the process shows at /metrics. prometheus-cpp ends here.
///
/// Counters and gauges are cheap to change from any thread. Handles live as long as the registry; label values are a
/// fixed, small set (never an object's name), so that the number of series does not grow.
class Metrics
{
public:
    class Counter
    {
    public:
        virtual ~Counter() = default;
        virtual void add(double amount = 1) = 0; ///< @p amount is not negative
        [[nodiscard]] virtual double value() const = 0;
    };
    class Gauge
    {
    public:
        virtual ~Gauge() = default;
        virtual void set(double value) = 0;
        [[nodiscard]] virtual double value() const = 0;
    };
    class Histogram
    {
    public:
        virtual ~Histogram() = default;
        virtual void observe(double value) = 0;
    };

    Metrics();
    ~Metrics();
    Metrics(const Metrics &) = delete;
    Metrics &operator=(const Metrics &) = delete;

    /// The same name and labels give the same series; @p help is taken from the first call for a name.
    [[nodiscard]] Counter &counter(const std::string &name, const std::string &help, const MetricLabels &labels = {});
    [[nodiscard]] Gauge &gauge(const std::string &name, const std::string &help, const MetricLabels &labels = {});
    [[nodiscard]] Histogram &histogram(const std::string &name, const std::string &help,
        const std::vector<double> &buckets, const MetricLabels &labels = {});
    /// Removes one gauge from the output until gauge() is called for it again; its handle is dead then.
    void removeGauge(const std::string &name, const MetricLabels &labels);

    /// Prometheus text format 0.0.4 of all series. May be called from any thread.
    [[nodiscard]] std::string text() const;

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
