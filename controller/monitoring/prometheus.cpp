// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/prometheus.h"

#include "core/json.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr double noData = std::numeric_limits<double>::quiet_NaN();
constexpr qint64 mostPoints = 11'000; // of a series, by Prometheus' own limit

/// What Services are recognised by, the surest first. The empty value of a name is no name.
struct Sign {
    QLatin1StringView label, value; // of metadata.labels
    QLatin1StringView name = {}; // in place of a label
};
constexpr Sign signs[] = {
    {"app.kubernetes.io/name"_L1, "prometheus"_L1}, // kube-prometheus, OpenShift, prometheus-community/prometheus
    {{}, {}, "prometheus-k8s"_L1},
    {{}, {}, "prometheus-server"_L1},
    {{}, {}, "prometheus"_L1},
    {"app"_L1, "kube-prometheus-stack-prometheus"_L1},
    {"app"_L1, "prometheus"_L1},
    {"operated-prometheus"_L1, "true"_L1}, // of the Prometheus Operator itself: any of the replicas
    {{}, {}, "prometheus-operated"_L1},
};

/// The sign that @p service shows, and how sure it is; nullopt: it shows none.
std::optional<std::pair<size_t, QString>> signOf(const Object &service)
{
    for (size_t i = 0; i < std::size(signs); ++i) {
        const Sign &sign = signs[i];
        if (!sign.name.isEmpty() && service.key().name == sign.name)
            return std::pair(i, u"the name"_s);
        if (!sign.label.isEmpty() && service.label(sign.label) == sign.value)
            return std::pair(i, u"label %1=%2"_s.arg(sign.label, sign.value));
    }
    return std::nullopt;
}

/// The port that serves the query API: by the names that the charts give it, by its number, else the first.
std::optional<QJsonObject> queryPort(const Object &service)
{
    const QJsonArray ports = service.spec().value("ports"_L1).toArray();
    const auto rank = [](const QJsonObject &port) {
        static const QStringList names{u"web"_s, u"http-web"_s, u"http"_s, u"https"_s};
        const qsizetype named = names.indexOf(port.value("name"_L1).toString());
        return named >= 0 ? named : port.value("port"_L1).toInt() == 9090 ? names.size() : names.size() + 1;
    };
    std::optional<QJsonObject> best;
    for (const QJsonValue &value : ports)
        if (const QJsonObject port = value.toObject(); !best || rank(port) < rank(*best))
            best = port;
    return best;
}

/// Prometheus writes numbers as text, since JSON has no NaN and no infinity.
double numberOf(const QJsonValue &value)
{
    const QString text = value.toString();
    if (text == "+Inf"_L1)
        return std::numeric_limits<double>::infinity();
    if (text == "-Inf"_L1)
        return -std::numeric_limits<double>::infinity();
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    return isNumber ? number : noData;
}

/// A [time, "value"] pair; nullopt: it is none.
std::optional<Point> pointOf(const QJsonValue &value)
{
    const QJsonArray pair = value.toArray();
    if (pair.size() != 2 || !pair[0].isDouble() || !pair[1].isString())
        return std::nullopt;
    return Point{WallTime(std::chrono::milliseconds(std::llround(pair[0].toDouble() * 1000))), numberOf(pair[1])};
}

/// One point for each step of @p range: what the server left out is no data.
QList<Point> filledUp(const QList<Point> &points, const MetricHistory::Range &range)
{
    QList<Point> filled;
    for (WallTime time = range.from; time <= range.to && filled.size() < mostPoints; time += range.step)
        filled.append({time, noData});
    for (const Point &point : points)
        if (const auto index = (point.time - range.from + range.step / 2) / range.step;
            point.time >= range.from && index < filled.size())
            filled[index].value = point.value;
    return filled;
}

Error malformed(const QString &what)
{
    return {.kind = Error::Kind::Malformed, .message = u"this is no answer of Prometheus' query API: "_s + what};
}

QByteArray inSeconds(WallTime time)
{
    return QByteArray::number(double(time.time_since_epoch().count()) / 1000, 'f', 3);
}

/// Why an answer with @p status is none.
Error refusal(int status, const PrometheusSignIn &signIn)
{
    const auto refused = [&](Error::Kind kind, const QString &why) {
        const QString text = u"%1 (status %2)"_s.arg(why).arg(status);
        return Error{.kind = kind, .message = signIn.remedy.isEmpty() ? text : text + u": "_s + signIn.remedy};
    };
    if (status == 401)
        return refused(Error::Kind::Unauthorized,
            signIn.headers.isEmpty() ? u"it does not answer who has not signed in"_s
                                     : u"it does not take what one signs in with"_s);
    if (status == 403)
        return refused(Error::Kind::Forbidden,
            signIn.headers.isEmpty() ? u"it does not answer who has not signed in"_s
                                     : u"who is signed in may not ask it"_s);
    if (status >= 300 && status < 400)
        return refused(Error::Kind::Unauthorized, u"it sends elsewhere, as to a page for signing in"_s);
    return {.kind = Error::Kind::Server, .message = u"the answer has status %1"_s.arg(status)};
}

Task<QByteArray> readUrl(
    std::shared_ptr<Transport> transport, QByteArray target, PrometheusSignIn signIn, std::stop_token stop)
{
    const HttpHeaders headers = HttpHeaders{{"accept", "application/json"}} + signIn.headers;
    const auto reply = co_await transport->send({.target = target, .headers = headers}, stop);
    if (!reply)
        co_return std::unexpected(reply.error());
    if (reply->status == 200 || reply->status == 400 || reply->status == 422) // the latter with what is wrong
        co_return reply->body;
    co_return std::unexpected(refusal(reply->status, signIn));
}

Task<QList<Series>> ask(std::function<Task<QByteArray>(QByteArray, std::stop_token)> read, QByteArray target,
    QString where, std::optional<MetricHistory::Range> range, std::stop_token stop)
{
    const auto body = co_await read(target, stop);
    auto answer = body.and_then([&](const QByteArray &text) { return parsePrometheusAnswer(text, range); });
    if (!answer) {
        Error error = answer.error();
        error.message = where + u": "_s + error.message;
        co_return std::unexpected(error);
    }
    co_return answer;
}

} // namespace

QList<PrometheusService> prometheusServices(const QList<Object> &services)
{
    QList<std::pair<size_t, PrometheusService>> found;
    for (const Object &service : services) {
        const auto sign = signOf(service);
        const auto port = queryPort(service);
        if (!sign || !port || service.spec().value("type"_L1) == "ExternalName"_L1)
            continue;
        const QString name = port->value("name"_L1).toString();
        found.append({sign->first,
            {.key = service.key(),
                .port = name.isEmpty() ? QString::number(port->value("port"_L1).toInt()) : name,
                .isHttps = name.startsWith("https"_L1) || port->value("appProtocol"_L1) == "https"_L1,
                .sign = sign->second}});
    }
    std::ranges::sort(found, [](const auto &a, const auto &b) {
        return std::pair(a.first, a.second.key) < std::pair(b.first, b.second.key);
    });
    QList<PrometheusService> result;
    for (const auto &[rank, service] : found)
        result.append(service);
    return result;
}

Expected<QList<Series>> parsePrometheusAnswer(QByteArrayView body, const std::optional<MetricHistory::Range> &range)
{
    const auto json = parseJsonObject(body);
    if (!json)
        return std::unexpected(malformed(json.error().message));
    if (json->value("status"_L1) == "error"_L1)
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"%1: %2"_s.arg(json->value("errorType"_L1).toString(), json->value("error"_L1).toString())});
    const QJsonObject data = json->value("data"_L1).toObject();
    const QString type = data.value("resultType"_L1).toString();
    const bool isMatrix = type == "matrix"_L1;
    if (!isMatrix && (range || type != "vector"_L1))
        return std::unexpected(malformed(u"resultType is '%1'"_s.arg(type)));
    QList<Series> result;
    for (const QJsonValue &one : data.value("result"_L1).toArray()) {
        Series series;
        const QJsonObject labels = one["metric"_L1].toObject();
        for (auto it = labels.begin(); it != labels.end(); ++it)
            series.labels.insert(it.key(), it.value().toString());
        for (const QJsonValue &value : isMatrix ? one["values"_L1].toArray() : QJsonArray{one["value"_L1]}) {
            const auto point = pointOf(value);
            if (!point)
                return std::unexpected(malformed(u"a value is no pair of a time and a text"_s));
            series.points.append(*point);
        }
        if (range)
            series.points = filledUp(series.points, *range);
        result.append(series);
    }
    return result;
}

Prometheus::Prometheus(std::shared_ptr<Transport> transport, const QUrl &url, const PrometheusSignIn &signIn)
    : m_where(url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::StripTrailingSlash)
              .toString()),
      m_path(url.adjusted(QUrl::StripTrailingSlash).path(QUrl::FullyEncoded).toUtf8()),
      m_read([transport, signIn](
                 QByteArray target, std::stop_token stop) { return readUrl(transport, target, signIn, stop); })
{
}

Prometheus::Prometheus(KubeClient &client, const PrometheusService &service)
    : m_where(u"Service %1, through the API server"_s.arg(service.key.text())),
      m_path("/api/v1/namespaces/" + QUrl::toPercentEncoding(service.key.nameSpace) + "/services/"
          + (service.isHttps ? "https:" : "") + QUrl::toPercentEncoding(service.key.name) + ':'
          + QUrl::toPercentEncoding(service.port) + "/proxy"),
      m_read([&client](QByteArray target, std::stop_token stop) { return client.getText(target, stop); })
{
}

Task<QList<Series>> Prometheus::range(QString promql, MetricHistory::Range range, std::stop_token stop) const
{
    const QByteArray target = m_path + "/api/v1/query_range?query=" + QUrl::toPercentEncoding(promql)
        + "&start=" + inSeconds(range.from) + "&end=" + inSeconds(range.to)
        + "&step=" + QByteArray::number(double(range.step.count()) / 1000, 'f', 3);
    return ask(m_read, target, m_where, range, std::move(stop));
}

Task<QList<Series>> Prometheus::now(QString promql, std::stop_token stop) const
{
    const QByteArray target = m_path + "/api/v1/query?query=" + QUrl::toPercentEncoding(promql);
    return ask(m_read, target, m_where, std::nullopt, std::move(stop));
}

} // namespace patronus
