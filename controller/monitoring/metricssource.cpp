// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/metricssource.h"

#include "runtime/inflight.h"

#include <QHash>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

struct MetricsSource::Private {
    MetricsSource *q; // null once it is gone: a read may end later
    Clock &clock;
    std::chrono::milliseconds interval;
    MetricHistory history;
    QList<Target> targets;
    QSet<QString> reading; // instances with a read under way
    QSet<QString> answered; // instances whose last read went well
    QHash<QString, Error> problems;
    std::unique_ptr<Timer> timer;
    std::stop_source closing;
    InFlight inFlight;

    static QCoro::Task<> scrape(std::shared_ptr<Private> d, Target target);
    static void scrapeAll(const std::shared_ptr<Private> &d);
};

namespace {

Task<QByteArray> readUrl(std::shared_ptr<Transport> transport, QByteArray target, std::stop_token stop)
{
    const auto reply = co_await transport->send(
        {.target = target, .headers = {{"accept", "text/plain;version=0.0.4"}}, .deadline = std::chrono::seconds(10)},
        stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    if (reply->status != 200)
        co_return std::unexpected(
            Error{.kind = Error::Kind::Server, .message = u"the answer has status %1"_s.arg(reply->status)});
    co_return reply->body;
}

WallTime wallTime(const Clock &clock)
{
    return WallTime(std::chrono::milliseconds(clock.wallTime().toMSecsSinceEpoch()));
}

} // namespace

MetricsSource::Target MetricsSource::url(std::shared_ptr<Transport> transport, const QUrl &url)
{
    QByteArray target = url.path(QUrl::FullyEncoded).toUtf8();
    if (target.isEmpty() || target == "/")
        target = "/metrics";
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toUtf8();
    const QUrl shown = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
    return {.instance = shown.authority(),
        .where = shown.toString(),
        .read = [transport, target](std::stop_token stop) { return readUrl(transport, target, stop); }};
}

MetricsSource::Target MetricsSource::pod(KubeClient &client, const ObjectKey &pod, int port)
{
    const QByteArray target = "/api/v1/namespaces/" + QUrl::toPercentEncoding(pod.nameSpace) + "/pods/"
        + QUrl::toPercentEncoding(pod.name) + ':' + QByteArray::number(port) + "/proxy/metrics";
    return {.instance = pod.name,
        .where = u"pod %1 through the API server"_s.arg(pod.text()),
        .read = [&client, target](std::stop_token stop) { return client.getText(target, stop); }};
}

MetricsSource::MetricsSource(Clock &clock, std::chrono::milliseconds interval, MetricHistory::Limits limits)
    : d(std::make_shared<Private>(this, clock, interval, MetricHistory(std::move(limits))))
{
    // A weak pointer: the timer is the Private's own.
    d->timer = clock.makeTimer([weak = std::weak_ptr(d)] {
        if (const auto self = weak.lock())
            Private::scrapeAll(self);
    });
}

MetricsSource::~MetricsSource()
{
    d->q = nullptr;
    d->timer->stop();
    d->closing.request_stop();
}

void MetricsSource::setTargets(const QList<Target> &targets)
{
    d->targets = targets;
    QSet<QString> instances;
    for (const Target &target : targets)
        instances.insert(target.instance);
    d->problems.removeIf([&](auto it) { return !instances.contains(it.key()); });
    d->answered &= instances;
    d->timer->start({});
}

QCoro::Task<> MetricsSource::close()
{
    d->targets.clear();
    d->timer->stop();
    d->closing.request_stop();
    return d->inFlight.ended();
}

void MetricsSource::Private::scrapeAll(const std::shared_ptr<Private> &d)
{
    if (d->closing.stop_requested())
        return;
    for (const Target &target : QList(d->targets)) // a copy: a slot of scraped() may set others
        if (!d->reading.contains(target.instance)) {
            d->reading.insert(target.instance);
            scrape(d, target);
        }
    if (d->q)
        d->timer->start(d->interval);
}

QCoro::Task<> MetricsSource::Private::scrape(std::shared_ptr<Private> d, Target target)
{
    const InFlight::Guard guard = d->inFlight.enter();
    const Expected<QByteArray> text = co_await target.read(d->closing.get_token());
    d->reading.remove(target.instance);
    const bool isAsked
        = std::ranges::any_of(d->targets, [&](const Target &t) { return t.instance == target.instance; });
    if (!d->q || !isAsked)
        co_return;
    const auto samples = text.and_then([](const QByteArray &body) { return parseExposition(body); });
    if (samples) {
        d->history.add(target.instance, wallTime(d->clock), *samples);
        d->problems.remove(target.instance);
        d->answered.insert(target.instance);
    } else {
        d->answered.remove(target.instance);
        Error problem = samples.error();
        problem.message = target.where + u": "_s + problem.message;
        d->problems.insert(target.instance, problem);
    }
    Q_EMIT d->q->scraped();
}

const MetricHistory &MetricsSource::history() const
{
    return d->history;
}

std::chrono::milliseconds MetricsSource::interval() const
{
    return d->interval;
}

QString MetricsSource::description() const
{
    if (d->targets.isEmpty())
        return u"No source of metrics"_s;
    QStringList where;
    for (const Target &target : d->targets)
        where.append(target.where);
    return u"Scraped from %1 every %2 s"_s.arg(where.join(u", "_s)).arg(d->interval.count() / 1000);
}

bool MetricsSource::isAnswering() const
{
    return !d->answered.isEmpty();
}

std::optional<Error> MetricsSource::problem() const
{
    return d->problems.isEmpty() ? std::nullopt : std::optional(d->problems.cbegin().value());
}

} // namespace patronus
