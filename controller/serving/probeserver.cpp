// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/probeserver.h"

#include "core/log.h"
#include "core/metrics.h"
#include "serving/heartbeat.h"

#include <map>
#include <mutex>
#include <optional>

namespace patronus {

using namespace Qt::StringLiterals;
using Request = HttpListener::Request;
using Response = HttpListener::Response;

namespace {

using Checks = std::map<std::string, std::string>; // name -> problem, empty when it passes

bool isVerbose(const Request &request)
{
    return request.query == "verbose" || request.query.starts_with("verbose=") || request.query.starts_with("verbose&");
}

// https://kubernetes.io/docs/reference/using-api/health-checks/
Response report(const Request &request, const std::string &probe, const Checks &checks)
{
    std::string lines;
    bool passed = true;
    for (const auto &[name, problem] : checks) {
        lines.append(problem.empty() ? "[+]" : "[-]").append(name).append(problem.empty() ? " ok" : " ");
        lines.append(problem).append("\n");
        passed = passed && problem.empty();
    }
    if (!passed)
        return {.status = 503, .body = lines + probe + " check failed\n"};
    return {.status = 200, .body = isVerbose(request) ? lines + probe + " check passed\n" : "ok"};
}

Expected<void> startListener(HttpListener &listener, const QString &address, quint16 port, QStringView purpose,
    QStringView variable, QStringView flag)
{
    return listener.start(address, port).transform_error([&](const Error &error) {
        return Error{error.kind, u"%1: %2; choose another with %3 or %4"_s.arg(purpose, error.message, variable, flag)};
    });
}

} // namespace

struct ProbeServer::Private {
    const Settings settings;
    const Metrics &metrics;
    const Heartbeat &heartbeat;
    std::mutex mutex = {}; // of the two below
    bool ready = false;
    Checks checks = {};
    // Last: their threads end before what they read goes.
    std::optional<HttpListener> metricsListener = {};
    std::optional<HttpListener> healthListener = {};

    Checks livenessChecks() const
    {
        const auto age = std::chrono::floor<std::chrono::seconds>(heartbeat.age());
        const bool stalled = heartbeat.age() > settings.stallLimit;
        return {{"event-loop", stalled ? "stalled for " + std::to_string(age.count()) + " s" : ""}};
    }

    Checks readinessChecks()
    {
        Checks all = livenessChecks();
        const std::scoped_lock lock(mutex);
        all.insert(checks.begin(), checks.end());
        all.emplace("started", ready ? "" : "not ready yet, or stopping");
        return all;
    }

    Response health(const Request &request)
    {
        if (request.path == "/healthz" || request.path == "/livez")
            return report(request, request.path.substr(1), livenessChecks());
        if (request.path == "/readyz")
            return report(request, "readyz", readinessChecks());
        return {.status = 404, .body = "here are /healthz, /livez and /readyz\n"};
    }

    Response scrape(const Request &request) const
    {
        if (request.path == "/metrics")
            return {.status = 200, .contentType = "text/plain; version=0.0.4; charset=utf-8", .body = metrics.text()};
        return {.status = 404, .body = "here is /metrics\n"};
    }
};

ProbeServer::ProbeServer(Settings settings, const Metrics &metrics, const Heartbeat &heartbeat)
    : d(new Private{.settings = std::move(settings), .metrics = metrics, .heartbeat = heartbeat})
{
}

ProbeServer::~ProbeServer() = default;

Expected<void> ProbeServer::start()
{
    const Settings &settings = d->settings;
    d->metricsListener.emplace([d = d.get()](const Request &request) { return d->scrape(request); }, settings.limits);
    d->healthListener.emplace([d = d.get()](const Request &request) { return d->health(request); }, settings.limits);
    auto started = startListener(
        *d->metricsListener, settings.address, settings.metricsPort, u"metrics", u"METRICS_PORT", u"--metrics-port");
    if (started)
        started = startListener(*d->healthListener, settings.address, settings.healthPort, u"health probes",
            u"HEALTH_PORT", u"--health-port");
    if (!started) {
        d->metricsListener.reset();
        d->healthListener.reset();
        return started;
    }
    qCInfo(logServing) << "serving probes and metrics" << logField("health", healthPort())
                       << logField("metrics", metricsPort());
    return {};
}

quint16 ProbeServer::metricsPort() const
{
    return d->metricsListener ? d->metricsListener->port() : quint16(0);
}

quint16 ProbeServer::healthPort() const
{
    return d->healthListener ? d->healthListener->port() : quint16(0);
}

void ProbeServer::setReady(bool ready)
{
    const std::scoped_lock lock(d->mutex);
    d->ready = ready;
}

void ProbeServer::setCheck(const QString &name, const QString &problem)
{
    const std::scoped_lock lock(d->mutex);
    d->checks[name.toStdString()] = problem.toStdString();
}

} // namespace patronus
