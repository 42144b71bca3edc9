// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/client.h"
#include "patronusapi/answers.h"
#include "patronusapi/apiconnection.h"

#include "core/json.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace patronus {

using Verb = HttpRequest::Verb;

static HttpRequest requestOf(Verb verb, const QByteArray &target)
{
    return {.verb = verb, .target = target, .headers = {{"accept", "application/json"}}, .deadline = requestDeadline};
}

static QByteArray objectTarget(RemoteKind kind, const QString &name)
{
    return "/api/v1/"_ba + collectionName(kind) + '/' + QUrl::toPercentEncoding(name);
}

static QByteArray pageQuery(int limit, qint64 offset)
{
    return "limit=" + QByteArray::number(limit) + "&offset=" + QByteArray::number(offset);
}

static QString nameOf(RemoteKind kind, const QString &name)
{
    return (kind == RemoteKind::Site ? u"site \"%1\""_s : u"policy \"%1\""_s).arg(name);
}

struct HttpPatronusClient::Private {
    const std::shared_ptr<ApiConnection> connection;

    /// What @p read makes of the answer to a GET of @p target; another status than 200 is an error.
    template <typename T, typename Function>
    static Task<T> get(
        std::shared_ptr<ApiConnection> connection, QByteArray target, QString what, Function read, std::stop_token stop)
    {
        const Expected<HttpReply> reply = co_await connection->send(requestOf(Verb::Get, target), stop);
        if (!reply)
            co_return std::unexpected(reply.error());
        if (reply->status != 200)
            co_return std::unexpected(errorOf(*reply, what, connection->wallTime()));
        co_return read(*reply);
    }
};

HttpPatronusClient::HttpPatronusClient(
    std::shared_ptr<Transport> transport, PatronusCredentials credentials, Clock &clock, Metrics *metrics)
    : d(new Private{std::make_shared<ApiConnection>(std::move(transport), std::move(credentials), clock, metrics)})
{
}

HttpPatronusClient::~HttpPatronusClient()
{
    d->connection->close();
}

Task<QJsonObject> HttpPatronusClient::put(RemoteKind kind, QString name, QJsonObject body, std::stop_token stop)
{
    const auto connection = d->connection;
    HttpRequest request = requestOf(Verb::Put, objectTarget(kind, name));
    request.headers.emplaceBack("content-type", "application/json");
    request.body = toJson(body);
    const Expected<HttpReply> reply = co_await connection->send(std::move(request), stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    if (reply->status != 200 && reply->status != 201)
        co_return std::unexpected(errorOf(*reply, u"putting "_s + nameOf(kind, name), connection->wallTime()));
    co_return parseJsonObject(reply->body).transform_error(malformed);
}

Task<void> HttpPatronusClient::remove(RemoteKind kind, QString name, std::stop_token stop)
{
    const auto connection = d->connection;
    const Expected<HttpReply> reply
        = co_await connection->send(requestOf(Verb::Delete, objectTarget(kind, name)), stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    const bool isGone = (reply->status >= 200 && reply->status < 300) || reply->status == 404;
    if (!isGone)
        co_return std::unexpected(errorOf(*reply, u"removing "_s + nameOf(kind, name), connection->wallTime()));
    co_return {};
}

Task<RemotePage<QJsonObject>> HttpPatronusClient::list(RemoteKind kind, int limit, qint64 offset, std::stop_token stop)
{
    const QByteArray target = "/api/v1/"_ba + collectionName(kind) + "?status=all&" + pageQuery(limit, offset);
    return Private::get<RemotePage<QJsonObject>>(
        d->connection, target, u"listing the "_s + QLatin1StringView(collectionName(kind)),
        [kind](const HttpReply &reply) { return objectsOf(reply, kind); }, stop);
}

Task<std::optional<QJsonObject>> HttpPatronusClient::find(RemoteKind kind, QString name, std::stop_token stop)
{
    const auto connection = d->connection;
    const Expected<HttpReply> reply = co_await connection->send(requestOf(Verb::Get, objectTarget(kind, name)), stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    if (reply->status == 404)
        co_return std::nullopt;
    if (reply->status != 200)
        co_return std::unexpected(errorOf(*reply, u"reading "_s + nameOf(kind, name), connection->wallTime()));
    co_return parseJsonObject(reply->body).transform_error(malformed).transform([](QJsonObject object) {
        return std::optional(std::move(object));
    });
}

Task<RemotePage<RemotePath>> HttpPatronusClient::paths(int limit, qint64 offset, std::stop_token stop)
{
    return Private::get<RemotePage<RemotePath>>(
        d->connection, "/api/v1/paths?" + pageQuery(limit, offset), u"listing the paths"_s, pathsOf, stop);
}

Task<RemotePage<TrafficStats>> HttpPatronusClient::trafficStats(
    QDate since, int limit, qint64 offset, std::stop_token stop)
{
    const QByteArray from
        = since.isValid() ? "since=" + since.toString(Qt::ISODate).toLatin1() + "T00%3A00%3A00Z&" : QByteArray();
    const QByteArray target = "/api/v1/traffic/stats?aggregation=1d&" + from + pageQuery(limit, offset);
    return Private::get<RemotePage<TrafficStats>>(
        d->connection, target, u"reading the traffic statistics"_s,
        [limit, offset](const HttpReply &reply) { return trafficOf(reply, limit, offset); }, stop);
}

Task<RemoteHealth> HttpPatronusClient::health(std::stop_token stop)
{
    const auto connection = d->connection;
    const Expected<HttpReply> reply = co_await connection->sendOpen(requestOf(Verb::Get, "/health"), stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    if (reply->status != 200)
        co_return std::unexpected(errorOf(*reply, u"asking for the health"_s, connection->wallTime()));
    co_return healthOf(*reply);
}

std::chrono::milliseconds HttpPatronusClient::sustainableInterval(int requests) const
{
    return std::chrono::ceil<std::chrono::milliseconds>(d->connection->limit().sustainableInterval(requests));
}

} // namespace patronus
