// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/client.h"

#include "core/log.h"
#include "core/metrics.h"
#include "http/linestream.h"
#include "kube/accessreview.h"
#include "kube/listpage.h"
#include "kube/status.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

#include <map>

using namespace Qt::StringLiterals;

namespace patronus {

/// What all verbs share. Its coroutines hold it by value: the KubeClient itself may be gone when they resume.
struct KubeClient::Private {
    using Shared = std::shared_ptr<const Private>;

    const std::shared_ptr<Transport> transport;
    const std::shared_ptr<Credentials> credentials;
    Metrics *const metrics;
    const Mode mode;
    const QString host;
    // The series that were used: to find one by its name and labels costs more than to count.
    mutable std::map<std::pair<HttpRequest::Verb, int>, Metrics::Counter *> counters = {};
    mutable std::map<HttpRequest::Verb, Metrics::Histogram *> times = {};

    /// Sends @p request with credentials and gives a 2xx answer. With @p onBody the answer is a stream.
    static Task<HttpReply> send(Shared d, HttpRequest request, Transport::BodySink onBody, std::stop_token stop);

private:
    static Task<HttpReply> sendOnce(Shared d, HttpRequest request, Transport::BodySink onBody, std::stop_token stop);
    [[nodiscard]] std::optional<Error> refusal(const HttpRequest &request) const;
    void count(const HttpRequest &request, int status) const;
    void observe(const HttpRequest &request, std::chrono::nanoseconds time) const;
};

Task<HttpReply> KubeClient::Private::send(
    Shared d, HttpRequest request, Transport::BodySink onBody, std::stop_token stop)
{
    if (const auto refused = d->refusal(request))
        co_return std::unexpected(*refused);
    for (bool again = false;; again = true) {
        HttpRequest authorised = request;
        if (d->credentials) {
            const auto headers = co_await d->credentials->headers(stop);
            if (!headers)
                co_return std::unexpected(headers.error());
            authorised.headers += *headers;
            d->transport->setTls(d->credentials->tls());
        }
        auto reply = co_await sendOnce(d, std::move(authorised), onBody, stop);
        if (!reply || (reply->status >= 200 && reply->status < 300))
            co_return std::move(reply);
        if (reply->status != 401 || !d->credentials || again)
            co_return std::unexpected(errorFrom(request, *reply));
        // The server has not acted on it, so that even a change may be sent again.
        d->credentials->rejected();
    }
}

Task<HttpReply> KubeClient::Private::sendOnce(
    Shared d, HttpRequest request, Transport::BodySink onBody, std::stop_token stop)
{
    QElapsedTimer time;
    time.start();
    bool counted = false;
    Expected<HttpReply> reply;
    if (onBody) {
        // A stream is counted when it begins to flow: it may last for hours.
        const auto onBytes = [&](QByteArrayView bytes) {
            if (!std::exchange(counted, true))
                d->count(request, 200);
            onBody(bytes);
        };
        reply = co_await d->transport->stream(request, onBytes, stop);
    } else {
        reply = co_await d->transport->send(request, stop);
        d->observe(request, time.durationElapsed());
    }
    if (!counted)
        d->count(request, reply ? reply->status : 0);
    if (reply)
        qCDebug(logHttp) << verbName(request.verb) << request.target << reply->status << time.elapsed() << "ms";
    co_return reply;
}

/// The last door before the transport: what this client may not do does not pass it, whoever built the request.
std::optional<Error> KubeClient::Private::refusal(const HttpRequest &request) const
{
    const auto refused = [&](const QString &why) {
        return Error{Error::Kind::WriteRefused,
            u"%1 %2: not sent: %3"_s.arg(
                QLatin1StringView(verbName(request.verb)), QString::fromLatin1(request.target), why)};
    };
    if (!request.changesSomething || mode == Mode::Live)
        return std::nullopt;
    if (mode == Mode::ReadOnly)
        return refused(u"this client only reads"_s);
    return request.target.contains("dryRun=All") ? std::nullopt : std::optional(refused(u"this is no dry run"_s));
}

/// @p status: of the answer; 0 where there was none.
void KubeClient::Private::count(const HttpRequest &request, int status) const
{
    if (!metrics)
        return;
    Metrics::Counter *&counter = counters[{request.verb, status}];
    if (!counter)
        counter = &metrics->counter("rest_client_requests_total",
            "Number of HTTP requests, by status code, method and host.",
            {{"code", status == 0 ? "<error>" : std::to_string(status)}, {"method", verbName(request.verb)},
                {"host", host.toStdString()}});
    counter->add();
}

void KubeClient::Private::observe(const HttpRequest &request, std::chrono::nanoseconds time) const
{
    if (!metrics)
        return;
    Metrics::Histogram *&histogram = times[request.verb];
    if (!histogram)
        histogram = &metrics->histogram("rest_client_request_duration_seconds",
            "Request latency in seconds, by verb and host.",
            {0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0},
            {{"verb", verbName(request.verb)}, {"host", host.toStdString()}});
    histogram->observe(std::chrono::duration<double>(time).count());
}

namespace {

/// 5 to 10 minutes at random, as client-go has it: so that all watches do not end together.
std::chrono::seconds watchLength()
{
    return std::chrono::seconds(QRandomGenerator::global()->bounded(300, 601));
}

} // namespace

KubeClient::KubeClient(std::shared_ptr<Transport> transport, std::shared_ptr<Credentials> credentials, Metrics *metrics,
    Mode mode, QString host)
    : d(std::make_shared<Private>(std::move(transport), std::move(credentials), metrics, mode, std::move(host)))
{
}

KubeClient::~KubeClient() = default;

std::unique_ptr<KubeClient> KubeClient::dryRun() const
{
    const Mode mode = d->mode == Mode::ReadOnly ? Mode::ReadOnly : Mode::DryRun;
    return std::make_unique<KubeClient>(d->transport, d->credentials, d->metrics, mode, d->host);
}

std::unique_ptr<KubeClient> KubeClient::readOnly() const
{
    return std::make_unique<KubeClient>(d->transport, d->credentials, d->metrics, Mode::ReadOnly, d->host);
}

KubeClient::Mode KubeClient::mode() const
{
    return d->mode;
}

WriteOptions KubeClient::asAllowed(WriteOptions options) const
{
    options.dryRun = options.dryRun || d->mode == Mode::DryRun;
    return options;
}

// In each of these, `this` is used before the first co_await only.

Task<Object> KubeClient::getObject(HttpRequest request, JsonDrop drop, std::stop_token stop)
{
    const auto reply = co_await Private::send(d, std::move(request), {}, std::move(stop));
    if (!reply)
        co_return std::unexpected(reply.error());
    co_return Object::fromText(reply->body, drop);
}

Task<Object> KubeClient::getWritten(HttpRequest request, bool metadataOnly, std::stop_token stop)
{
    return getObject(std::move(request), metadataOnly ? JsonDrop(isBookkeeping) : JsonDrop(), std::move(stop));
}

Task<Object> KubeClient::get(ResourceType type, ObjectKey key, std::stop_token stop)
{
    return getObject(requests::get(type, key), {}, std::move(stop));
}

Task<QString> KubeClient::list(
    ResourceType type, ListOptions options, std::function<void(Object)> onObject, std::stop_token stop)
{
    const auto shared = d;
    const QString apiVersion = type.apiVersion();
    const auto handOver = [&](Object object) {
        onObject(std::move(object));
        return !stop.stop_requested(); // onObject may have asked for it
    };
    QString version;
    QString token;
    while (true) {
        const auto reply = co_await Private::send(shared, requests::list(type, options, token), {}, stop);
        if (!reply)
            co_return std::unexpected(reply.error());
        const auto page = readListPage(reply->body, apiVersion, type.kind, options.drop, handOver);
        if (!page)
            co_return std::unexpected(page.error());
        if (version.isEmpty())
            version = page->resourceVersion; // the oldest: from there a watch misses nothing
        if (page->continueToken.isEmpty())
            co_return version;
        if (page->continueToken == token)
            co_return std::unexpected(Error{Error::Kind::Malformed, u"list: a page's continue token is its own"_s});
        token = page->continueToken;
    }
}

Task<void> KubeClient::watch(ResourceType type, ListOptions options, QString resourceVersion,
    std::function<void(WatchEvent)> onEvent, std::stop_token stop)
{
    const auto shared = d;
    std::stop_source ending; // by the caller, or by an event that ends it
    const std::stop_callback onStop(stop, [&ending] { ending.request_stop(); });
    std::optional<Error> failure;
    const auto fail = [&](const Error &error) {
        failure = error;
        ending.request_stop();
    };
    const auto onLine = [&](QByteArrayView line) {
        if (ending.stop_requested())
            return; // what came in one piece with the event that ended it
        if (options.isKnown)
            if (const auto version = modifiedVersion(line); version && options.isKnown(*version))
                return;
        if (auto event = parseWatchEvent(line, options.drop))
            onEvent(*std::move(event));
        else
            fail(event.error());
    };
    LineStream lines;
    const auto onBody = [&](QByteArrayView piece) {
        if (ending.stop_requested())
            return;
        if (const auto fed = lines.feed(piece, onLine); !fed)
            fail(fed.error());
    };

    const HttpRequest request = requests::watch(type, options, resourceVersion, watchLength());
    const auto reply = co_await Private::send(shared, request, onBody, ending.get_token());
    if (failure)
        co_return std::unexpected(*failure);
    co_return reply.transform([](const HttpReply &) { }); // half a line at the end is what a cut stream leaves
}

Task<Object> KubeClient::create(ResourceType type, QJsonObject object, WriteOptions options, std::stop_token stop)
{
    const bool metadataOnly = options.metadataOnly;
    return getWritten(
        requests::create(type, std::move(object), asAllowed(std::move(options))), metadataOnly, std::move(stop));
}

Task<Object> KubeClient::replace(ResourceType type, QJsonObject object, WriteOptions options, std::stop_token stop)
{
    const bool metadataOnly = options.metadataOnly;
    return getWritten(
        requests::replace(type, std::move(object), asAllowed(std::move(options))), metadataOnly, std::move(stop));
}

Task<Object> KubeClient::apply(ResourceType type, ObjectKey key, QString subresource, QJsonObject fields,
    WriteOptions options, std::stop_token stop)
{
    const bool metadataOnly = options.metadataOnly;
    return getWritten(requests::apply(type, key, subresource, std::move(fields), asAllowed(std::move(options))),
        metadataOnly, std::move(stop));
}

Task<Object> KubeClient::patch(ResourceType type, ObjectKey key, QString subresource, PatchType patchType,
    QJsonValue body, WriteOptions options, std::stop_token stop)
{
    const bool metadataOnly = options.metadataOnly;
    return getWritten(requests::patch(type, key, subresource, patchType, body, asAllowed(std::move(options))),
        metadataOnly, std::move(stop));
}

Task<Object> KubeClient::scale(ResourceType type, ObjectKey key, int replicas, Preconditions preconditions,
    WriteOptions options, std::stop_token stop)
{
    const bool metadataOnly = options.metadataOnly;
    return getWritten(requests::scale(type, key, replicas, preconditions, asAllowed(std::move(options))), metadataOnly,
        std::move(stop));
}

Task<void> KubeClient::remove(ResourceType type, ObjectKey key, Preconditions preconditions, std::stop_token stop)
{
    const HttpRequest request = requests::remove(type, key, preconditions, asAllowed({}));
    const auto reply = co_await Private::send(d, request, {}, std::move(stop));
    co_return reply.transform([](const HttpReply &) { });
}

Task<QJsonObject> KubeClient::getJson(QByteArray target, std::stop_token stop, QByteArray accept, JsonDrop drop)
{
    const auto reply = co_await Private::send(d, requests::read(target, accept), {}, std::move(stop));
    co_return reply.and_then([&drop](const HttpReply &answer) { return parseJsonObject(answer.body, drop); });
}

Task<QByteArray> KubeClient::getText(QByteArray target, std::stop_token stop)
{
    const auto reply = co_await Private::send(d, requests::read(target, "*/*"_ba), {}, std::move(stop));
    co_return reply.transform([](const HttpReply &answer) { return answer.body; });
}

Task<void> KubeClient::streamText(QByteArray target, Transport::BodySink onBody, std::stop_token stop)
{
    HttpRequest request = requests::read(target, "*/*"_ba);
    request.deadline = std::chrono::hours(24);
    const auto reply = co_await Private::send(d, std::move(request), std::move(onBody), std::move(stop));
    co_return reply.transform([](const HttpReply &) { });
}

Task<bool> KubeClient::mayI(
    QString verb, ResourceType type, QString nameSpace, QString subresource, std::stop_token stop)
{
    const HttpRequest request = accessReviewRequest({.verb = std::move(verb),
        .type = std::move(type),
        .nameSpace = std::move(nameSpace),
        .subresource = std::move(subresource)});
    const auto reply = co_await Private::send(d, request, {}, std::move(stop));
    co_return reply.and_then([](const HttpReply &answer) { return parseJsonObject(answer.body); })
        .and_then(accessReviewAnswer);
}

Task<bool> KubeClient::mayAccount(ObjectKey account, AccessQuestion question, std::stop_token stop)
{
    const auto reply = co_await Private::send(d, accountReviewRequest(account, question), {}, std::move(stop));
    co_return reply.and_then([](const HttpReply &answer) { return parseJsonObject(answer.body); })
        .and_then(accessReviewAnswer);
}

Task<QString> KubeClient::whoAmI(std::stop_token stop)
{
    const auto reply = co_await Private::send(d, selfReviewRequest(), {}, std::move(stop));
    co_return reply.and_then([](const HttpReply &answer) { return parseJsonObject(answer.body); })
        .and_then(selfReviewAnswer);
}

} // namespace patronus
