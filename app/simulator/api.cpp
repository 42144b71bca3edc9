// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/api.h"
#include "app/simulator/query.h"
#include "app/simulator/validation.h"

#include "core/json.h"

#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr int biggestPage = 1000, usualPage = 100;

std::span<const Api::Route> Api::routes()
{
    using enum RemoteKind;
    static const std::array routes{
        Route{"GET", "/health", &Api::health, true},
        Route{"GET", "/version", &Api::version, true},
        Route{"POST", "/api/v1/auth/login", &Api::login, true},
        Route{"POST", "/api/v1/auth/refresh", &Api::refresh, true},
        Route{"GET", "/api/v1/sites", &Api::list<Site>, false},
        Route{"GET", "/api/v1/sites/{name}", &Api::get<Site>, false},
        Route{"PUT", "/api/v1/sites/{name}", &Api::put<Site>, false},
        Route{"DELETE", "/api/v1/sites/{name}", &Api::remove<Site>, false},
        Route{"GET", "/api/v1/policies", &Api::list<Policy>, false},
        Route{"GET", "/api/v1/policies/{name}", &Api::get<Policy>, false},
        Route{"PUT", "/api/v1/policies/{name}", &Api::put<Policy>, false},
        Route{"DELETE", "/api/v1/policies/{name}", &Api::remove<Policy>, false},
        Route{"GET", "/api/v1/paths", &Api::paths, false},
        Route{"GET", "/api/v1/paths/{id}/health", &Api::pathHealth, false},
        Route{"GET", "/api/v1/traffic/stats", &Api::trafficStats, false},
        Route{"GET", "/api/v1/failover/events", &Api::failoverEvents, false},
    };
    return routes;
}

static bool matches(const QByteArray &pattern, const QStringList &path)
{
    const auto parts = pattern.sliced(1).split('/');
    return std::ranges::equal(parts, path, [](const QByteArray &part, const QString &segment) {
        return part.startsWith('{') ? !segment.isEmpty() : QLatin1StringView(part) == segment;
    });
}

const Api::Route *Api::find(const Request &request)
{
    for (const Route &route : routes())
        if (route.method == request.method && matches(route.pattern, request.path))
            return &route;
    return nullptr;
}

Answer Api::withoutRoute(const Request &request)
{
    const QString path = u'/' + request.path.join(u'/');
    QByteArrayList allowed;
    for (const Route &route : routes())
        if (matches(route.pattern, request.path))
            allowed.append(route.method);
    if (allowed.isEmpty())
        return errorAnswer(404, u"not_found"_s, u"there is no call %1"_s.arg(path));
    Answer answer = errorAnswer(
        405, u"method_not_allowed"_s, u"%1 cannot be asked with %2"_s.arg(path, QLatin1StringView(request.method)));
    answer.headers.append({"allow", allowed.join(", ")});
    return answer;
}

Api::Api(Database &database, Dynamics &dynamics, SignIn &signIn, const Clock &clock, QString version)
    : m_database(database),
      m_dynamics(dynamics),
      m_signIn(signIn),
      m_clock(clock),
      m_version(std::move(version)),
      m_start(clock.now())
{
}

Answer Api::health(const Request &)
{
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(m_clock.now() - m_start);
    return {.body
        = {{u"status"_s, u"healthy"_s}, {u"version"_s, m_version}, {u"uptime_seconds"_s, qint64(uptime.count())}}};
}

Answer Api::version(const Request &)
{
    return {.body
        = {{u"version"_s, m_version}, {u"build_date"_s, u"2026-01-01T00:00:00Z"_s}, {u"git_commit"_s, u"simulator"_s}}};
}

/// @p answer with the body of @p request, or the 400 of a body that is no JSON object.
template <typename Function> static Answer withBody(const Request &request, const Function &answer)
{
    const auto body = parseJsonObject(request.body);
    return body ? answer(*body)
                : errorAnswer(400, u"bad_request"_s, u"the body is no JSON object: "_s + body.error().message);
}

Answer Api::login(const Request &request)
{
    return withBody(request, [this](const QJsonObject &body) { return m_signIn.login(body); });
}

Answer Api::refresh(const Request &request)
{
    return withBody(request, [this](const QJsonObject &body) { return m_signIn.refresh(body); });
}

static Answer notFound(const QString &what)
{
    return errorAnswer(404, u"not_found"_s, u"there is no %1"_s.arg(what));
}

static Answer noObject(RemoteKind kind, const QString &name)
{
    return notFound((kind == RemoteKind::Site ? u"site \"%1\""_s : u"policy \"%1\""_s).arg(name));
}

/// What the API adds to the body that was PUT.
QJsonObject Api::stored(RemoteKind kind, const Database::Record &record)
{
    QJsonObject json = record.body;
    json.insert("id"_L1, record.id);
    json.insert("created_at"_L1, timestamp(record.createdAt));
    if (kind == RemoteKind::Policy) {
        json.insert("enabled"_L1, true);
        return json;
    }
    const QJsonObject wireguard = record.body["wireguard"_L1].toObject();
    json.insert("public_key"_L1, wireguard["public_key"_L1]);
    json.insert("endpoints"_L1, wireguard["endpoints"_L1]);
    json.insert("updated_at"_L1, timestamp(record.updatedAt));
    const auto inactiveSince = m_dynamics.inactiveSince(json["name"_L1].toString());
    json.insert("status"_L1, inactiveSince ? u"inactive"_s : u"active"_s);
    const QDateTime lastSeen
        = m_dynamics.lastStep().isValid() ? std::max(m_dynamics.lastStep(), record.updatedAt) : record.updatedAt;
    json.insert("last_seen"_L1, timestamp(inactiveSince.value_or(lastSeen)));
    return json;
}

template <RemoteKind kind> Answer Api::put(const Request &request)
{
    return withBody(request, [&](const QJsonObject &body) {
        const QString name = request.path.last();
        if (const auto refused = refusal(kind, name, body))
            return *refused;
        const bool isNew = m_database.put(kind, name, body, m_clock.wallTime());
        m_dynamics.objectsChanged();
        return Answer{.status = isNew ? 201 : 200, .body = stored(kind, *m_database.find(kind, name))};
    });
}

template <RemoteKind kind> Answer Api::get(const Request &request)
{
    (void)m_dynamics.paths(m_clock.wallTime()); // the status is of the paths that there are now
    const Database::Record *record = m_database.find(kind, request.path.last());
    return record ? Answer{.body = stored(kind, *record)} : noObject(kind, request.path.last());
}

template <RemoteKind kind> Answer Api::remove(const Request &request)
{
    if (!m_database.remove(kind, request.path.last()))
        return noObject(kind, request.path.last());
    m_dynamics.objectsChanged();
    return {.status = 204};
}

static const QStringList pageParameters{u"limit"_s, u"offset"_s};

/// Collects the items of one page: add() is called for all of them, in order.
class PageOf
{
public:
    PageOf(Query &query, QString member)
        : m_member(std::move(member)),
          m_limit(query.number(u"limit"_s, 1, biggestPage, usualPage)),
          m_offset(query.number(u"offset"_s, 0, std::numeric_limits<int>::max(), 0))
    {
    }

    /// @p item makes the JSON, and is asked for those of the page alone.
    template <typename Function> void add(const Function &item)
    {
        if (m_total >= m_offset && m_items.size() < m_limit)
            m_items.append(item());
        ++m_total;
    }

    [[nodiscard]] Answer answer() const
    {
        return {.body = {{m_member, m_items}, {u"total"_s, m_total}, {u"limit"_s, m_limit}, {u"offset"_s, m_offset}}};
    }

private:
    const QString m_member;
    const qint64 m_limit, m_offset;
    QJsonArray m_items;
    qint64 m_total = 0;
};

template <RemoteKind kind> Answer Api::list(const Request &request)
{
    Query query(request, pageParameters + QStringList{u"status"_s});
    const QString status = query.choice(u"status"_s, {u"all"_s, u"active"_s, u"inactive"_s});
    PageOf page(query, QLatin1StringView(collectionName(kind)));
    if (query.refusal())
        return *query.refusal();
    (void)m_dynamics.paths(m_clock.wallTime()); // the status is of the paths that there are now
    for (const auto &[name, record] : m_database.records(kind)) {
        if (status != "all"_L1) {
            // A policy is enabled, which is active, as long as it is there.
            const bool isActive = kind == RemoteKind::Policy || !m_dynamics.inactiveSince(name);
            if (isActive != (status == "active"_L1))
                continue;
        }
        page.add([&, &item = record] { return stored(kind, item); });
    }
    return page.answer();
}

Answer Api::paths(const Request &request)
{
    Query query(request, pageParameters + QStringList{u"site_id"_s, u"status"_s});
    const QString site = query.text(u"site_id"_s);
    const QString status = query.choice(u"status"_s, {u""_s, u"up"_s, u"degraded"_s, u"down"_s});
    PageOf page(query, u"paths"_s);
    if (query.refusal())
        return *query.refusal();
    for (const auto &[id, path] : m_dynamics.paths(m_clock.wallTime())) {
        const Dynamics::Health &health = path.history.back();
        if ((!site.isEmpty() && site != path.source && site != path.destination)
            || (!status.isEmpty() && status != statusName(health.status)))
            continue;
        page.add([&, &pathId = id, &ends = path] {
            return QJsonObject{{u"id"_s, pathId}, {u"source_site_id"_s, ends.source},
                {u"dest_site_id"_s, ends.destination}, {u"latency_ms"_s, health.latencyMs},
                {u"packet_loss_pct"_s, health.packetLossPercent}, {u"jitter_ms"_s, health.jitterMs},
                {u"status"_s, statusName(health.status)}, {u"last_checked"_s, timestamp(health.time)}};
        });
    }
    return page.answer();
}

Answer Api::pathHealth(const Request &request)
{
    Query query(request, {u"since"_s, u"until"_s, u"limit"_s});
    const QDateTime since = query.time(u"since"_s), until = query.time(u"until"_s);
    const qint64 limit = query.number(u"limit"_s, 1, biggestPage, usualPage);
    if (query.refusal())
        return *query.refusal();
    const QString id = request.path.at(3);
    const auto &paths = m_dynamics.paths(m_clock.wallTime());
    const auto found = paths.find(id);
    if (found == paths.end())
        return notFound(u"path \"%1\""_s.arg(id));
    QJsonArray records;
    for (const Dynamics::Health &health : found->second.history) {
        if ((since.isValid() && health.time < since) || (until.isValid() && health.time > until))
            continue;
        records.append(QJsonObject{{u"timestamp"_s, timestamp(health.time)}, {u"latency_ms"_s, health.latencyMs},
            {u"packet_loss_pct"_s, health.packetLossPercent}, {u"jitter_ms"_s, health.jitterMs},
            {u"health_score"_s, health.score}, {u"status"_s, statusName(health.status)}});
        if (records.size() > limit)
            records.removeFirst(); // the newest are wanted
    }
    return {.body = {{u"path_id"_s, id}, {u"health_records"_s, records}}};
}

Answer Api::trafficStats(const Request &request)
{
    Query query(request, pageParameters + QStringList{u"policy_id"_s, u"since"_s, u"aggregation"_s});
    static const QStringList aggregations{u"5m"_s, u"1m"_s, u"15m"_s, u"1h"_s, u"1d"_s}; // the first is the default
    static constexpr std::array seconds{300, 60, 900, 3600, 86'400}; // in the same order
    const QString aggregation = query.choice(u"aggregation"_s, aggregations);
    const QString policy = query.text(u"policy_id"_s);
    const QDateTime since = query.time(u"since"_s);
    PageOf page(query, u"stats"_s);
    if (query.refusal())
        return *query.refusal();
    const int length = seconds.at(size_t(aggregations.indexOf(aggregation)));
    for (const auto &[name, record] : m_database.records(RemoteKind::Policy)) {
        if (!policy.isEmpty() && policy != name && policy != record.id)
            continue;
        for (const auto &[start, row] : m_dynamics.traffic(name, length)) {
            if (since.isValid() && start < since.toSecsSinceEpoch())
                continue;
            page.add([&, &policyName = name, &from = start, &traffic = row] {
                return QJsonObject{{u"timestamp"_s, timestamp(QDateTime::fromSecsSinceEpoch(from))},
                    {u"policy_id"_s, policyName}, {u"bytes_sent"_s, qint64(traffic.bytesSent)},
                    {u"bytes_received"_s, qint64(traffic.bytesReceived)},
                    {u"packets_sent"_s, qint64(traffic.packetsSent)},
                    {u"packets_received"_s, qint64(traffic.packetsReceived)}, {u"flows_active"_s, traffic.flowsActive}};
            });
        }
    }
    return page.answer();
}

Answer Api::failoverEvents(const Request &request)
{
    Query query(request, {u"since"_s, u"limit"_s});
    const QDateTime since = query.time(u"since"_s);
    const qint64 limit = query.number(u"limit"_s, 1, biggestPage, usualPage);
    if (query.refusal())
        return *query.refusal();
    QJsonArray events;
    for (const Dynamics::Failover &event : m_dynamics.failovers()) {
        if (since.isValid() && event.time < since)
            continue;
        events.append(QJsonObject{{u"id"_s, event.id}, {u"timestamp"_s, timestamp(event.time)},
            {u"policy_id"_s, event.policy}, {u"from_path_id"_s, event.from}, {u"to_path_id"_s, event.to},
            {u"reason"_s, event.reason}, {u"duration_ms"_s, event.durationMs}});
        if (events.size() > limit)
            events.removeFirst();
    }
    return {.body = {{u"events"_s, events}}};
}

} // namespace patronus::simulator
