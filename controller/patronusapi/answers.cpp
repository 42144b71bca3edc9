// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/answers.h"
#include "patronusapi/ratelimit.h"

#include "core/json.h"
#include "core/log.h"

using namespace Qt::StringLiterals;

namespace patronus {

/// The API's own words, or the beginning of what it sent in their place.
static QString messageOf(const HttpReply &reply)
{
    if (const auto body = parseJsonObject(reply.body)) {
        const QString message = valueAt(*body, u"error.message").toString();
        if (!message.isEmpty())
            return redact(message);
    }
    return redact(QString::fromUtf8(reply.body.first(std::min(reply.body.size(), qsizetype(200)))).simplified());
}

Error errorOf(const HttpReply &reply, const QString &what, const QDateTime &wallTime)
{
    using enum Error::Kind;
    const QString message = messageOf(reply);
    Error error{Invalid,
        u"%1: the Patronus API answered %2%3"_s.arg(what)
            .arg(reply.status)
            .arg(message.isEmpty() ? QString() : u": "_s + message)};
    error.metricType = "api_error";
    error.retryAfter = retryAfter(reply, wallTime);
    switch (reply.status) {
    case 401:
    case 403:
        error.kind = Unauthorized;
        error.metricType = "unauthorized";
        break;
    case 404:
        error.kind = NotFound;
        break;
    case 408:
        error.kind = Server;
        break; // it waited too long for us: the same request may pass
    case 409:
        error.kind = Conflict;
        break;
    case 429:
        error.kind = Throttled;
        error.metricType = "rate_limited";
        break;
    default:
        if (reply.status >= 500)
            error.kind = Server;
        else if (reply.status < 400)
            error.kind = Malformed; // a redirect, or a success that is not the one of this call
    }
    return error;
}

Error malformed(Error error)
{
    error.kind = Error::Kind::Malformed;
    error.message = u"the Patronus API's answer: "_s + error.message;
    error.metricType = "api_error";
    return error;
}

namespace {

/// Reads the members of an answer; the first mistake is kept, with the path to it.
class Reader
{
public:
    Reader(const QJsonObject &object, QString path) : m_object(object), m_path(std::move(path)) { }

    template <typename T> T need(QStringView name)
    {
        const auto value = required<T>(m_object, name);
        if (!value)
            fail(value.error());
        return value.value_or(T());
    }
    template <typename T> T may(QStringView name)
    {
        const auto value = optional<T>(m_object, name);
        if (!value) {
            fail(value.error());
            return T();
        }
        return value->value_or(T());
    }
    /// A text that may not be empty.
    QString text(QStringView name)
    {
        const QString value = need<QString>(name);
        if (value.isEmpty())
            fail({Error::Kind::Malformed, u"%1: it is empty"_s.arg(name)});
        return value;
    }
    /// The day, in UTC, of a time as of RFC 3339.
    QDate day(QStringView name)
    {
        const QString value = need<QString>(name);
        const QDate read = QDateTime::fromString(value, Qt::ISODate).toUTC().date();
        if (!read.isValid())
            fail({Error::Kind::Malformed, u"%1: \"%2\" is no time"_s.arg(name, value.left(40))});
        return read;
    }
    template <typename T, size_t count>
    T choice(QStringView name, const std::array<std::pair<QLatin1StringView, T>, count> &known)
    {
        const QString value = need<QString>(name);
        const auto found = std::ranges::find(known, value, [](const auto &entry) { return entry.first; });
        if (found == known.end()) {
            fail({Error::Kind::Malformed, u"%1: \"%2\" is not known"_s.arg(name, value.left(40))});
            return {};
        }
        return found->second;
    }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    void fail(Error error)
    {
        error.message = m_path + error.message;
        if (!m_error)
            m_error = malformed(std::move(error));
    }

    const QJsonObject &m_object;
    const QString m_path;
    std::optional<Error> m_error;
};

/// What a page was asked with, for an API that does not say how many there are in all.
struct Asked {
    int limit;
    qint64 offset;
};

template <typename T, typename Function>
Expected<RemotePage<T>> pageOf(
    const HttpReply &reply, const QString &member, std::optional<Asked> asked, const Function &read)
{
    const auto body = parseJsonObject(reply.body);
    if (!body)
        return std::unexpected(malformed(body.error()));
    const auto array = required<QJsonArray>(*body, member);
    if (!array)
        return std::unexpected(malformed(array.error()));
    const auto total = optional<qint64>(*body, u"total");
    if (!total)
        return std::unexpected(malformed(total.error()));

    RemotePage<T> page;
    page.items.reserve(array->size());
    for (qsizetype i = 0; i < array->size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(member).arg(i);
        if (!array->at(i).isObject())
            return std::unexpected(malformed({Error::Kind::Malformed, path + ": an object is needed"_L1}));
        const QJsonObject object = array->at(i).toObject();
        Reader reader(object, path + u'.');
        page.items.append(read(reader, object));
        if (reader.error())
            return std::unexpected(*reader.error());
    }
    if (!*total && !asked)
        return std::unexpected(malformed({Error::Kind::Malformed, u"total: it is not there"_s}));
    const bool isFull = asked && page.items.size() >= asked->limit; // there may be more
    page.total = *total ? **total : asked->offset + page.items.size() + (isFull ? 1 : 0);
    return page;
}

constexpr std::array pathStatuses{
    std::pair("up"_L1, RemotePath::Status::Up),
    std::pair("degraded"_L1, RemotePath::Status::Degraded),
    std::pair("down"_L1, RemotePath::Status::Down),
};
constexpr std::array healthStatuses{
    std::pair("healthy"_L1, RemoteHealth::Status::Healthy),
    std::pair("degraded"_L1, RemoteHealth::Status::Degraded),
    std::pair("unhealthy"_L1, RemoteHealth::Status::Unhealthy),
};

} // namespace

Expected<RemotePage<QJsonObject>> objectsOf(const HttpReply &reply, RemoteKind kind)
{
    return pageOf<QJsonObject>(
        reply, QLatin1StringView(collectionName(kind)), {}, [](Reader &reader, const QJsonObject &object) {
            reader.text(u"name");
            return object;
        });
}

Expected<RemotePage<RemotePath>> pathsOf(const HttpReply &reply)
{
    return pageOf<RemotePath>(reply, u"paths"_s, {}, [](Reader &reader, const QJsonObject &) {
        return RemotePath{
            .id = reader.text(u"id"),
            .sourceSite = reader.text(u"source_site_id"),
            .destinationSite = reader.text(u"dest_site_id"),
            .status = reader.choice(u"status", pathStatuses),
            .latencyMs = reader.may<double>(u"latency_ms"),
            .packetLossPercent = reader.may<double>(u"packet_loss_pct"),
            .jitterMs = reader.may<double>(u"jitter_ms"),
        };
    });
}

Expected<RemotePage<TrafficStats>> trafficOf(const HttpReply &reply, int limit, qint64 offset)
{
    return pageOf<TrafficStats>(reply, u"stats"_s, Asked{limit, offset}, [](Reader &reader, const QJsonObject &) {
        return TrafficStats{
            .policy = reader.text(u"policy_id"),
            .day = reader.day(u"timestamp"),
            .bytesSent = reader.need<qint64>(u"bytes_sent"),
            .bytesReceived = reader.need<qint64>(u"bytes_received"),
            .flowsActive = reader.need<qint64>(u"flows_active"),
        };
    });
}

Expected<RemoteHealth> healthOf(const HttpReply &reply)
{
    const auto body = parseJsonObject(reply.body);
    if (!body)
        return std::unexpected(malformed(body.error()));
    Reader reader(*body, QString());
    const RemoteHealth health{
        .status = reader.choice(u"status", healthStatuses),
        .version = reader.may<QString>(u"version"),
        .uptimeSeconds = reader.may<qint64>(u"uptime_seconds"),
    };
    if (reader.error())
        return std::unexpected(*reader.error());
    return health;
}

} // namespace patronus
