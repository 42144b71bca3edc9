// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/dynamics.h"

#include <QJsonArray>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr size_t healthKept = 60, failoversKept = 1000, minutesKept = 60, daysKept = 7;
static constexpr int secondsOfDay = 86'400;

QLatin1StringView statusName(RemotePath::Status status)
{
    switch (status) {
    case RemotePath::Status::Up:
        return "up"_L1;
    case RemotePath::Status::Degraded:
        return "degraded"_L1;
    case RemotePath::Status::Down:
        return "down"_L1;
    }
    Q_UNREACHABLE_RETURN("down"_L1);
}

/// What a path measures in a state: @p walk is its latency when it is well.
static Dynamics::Health healthOf(RemotePath::Status status, double walk, QRandomGenerator &random, const QDateTime &now)
{
    const double noise = random.generateDouble();
    switch (status) {
    case RemotePath::Status::Up:
        return {now, walk, noise * 0.2, walk * 0.05 + noise, 100 - int(noise * 5), status};
    case RemotePath::Status::Degraded:
        return {now, walk * (2 + noise), 2 + noise * 8, walk * 0.5 + 5 * noise, 70 - int(noise * 30), status};
    case RemotePath::Status::Down:
        break;
    }
    return {now, 0, 100, 0, 0, status};
}

/// The state after @p before, as @p drawn from 0 to 1 decides.
static RemotePath::Status statusAfter(RemotePath::Status before, double drawn)
{
    using enum RemotePath::Status;
    switch (before) {
    case Up:
        return drawn < 0.002 ? Down : drawn < 0.02 ? Degraded : Up;
    case Degraded:
        return drawn < 0.05 ? Down : drawn < 0.35 ? Up : Degraded;
    case Down:
        return drawn < 0.25 ? Up : Down;
    }
    Q_UNREACHABLE_RETURN(before);
}

Dynamics::Dynamics(const Database &database, quint32 seed) : m_database(database), m_random(seed)
{
}

void Dynamics::refresh(const QDateTime &now)
{
    if (!std::exchange(m_stale, false))
        return;

    const auto &sites = m_database.records(RemoteKind::Site);
    std::map<QString, std::pair<QString, QString>> wanted;
    for (const auto &[name, record] : sites) {
        const QJsonObject mesh = record.body["mesh"_L1].toObject();
        if (!mesh["enabled"_L1].toBool())
            continue;
        for (const QJsonValue &value : mesh["peer_with"_L1].toArray()) {
            const QString peer = value.toString();
            const auto other = sites.find(peer);
            if (peer == name || other == sites.end() || !other->second.body["mesh"_L1]["enabled"_L1].toBool(true))
                continue;
            const auto &[first, second] = std::minmax(name, peer);
            wanted.try_emplace(first + "--"_L1 + second, first, second);
        }
    }

    std::erase_if(m_paths, [&](const auto &path) { return !wanted.contains(path.first); });
    m_pathsOfSite.clear();
    for (const auto &[id, ends] : wanted) {
        m_pathsOfSite[ends.first].append(id);
        m_pathsOfSite[ends.second].append(id);
        const auto [path, isNew] = m_paths.try_emplace(id);
        if (!isNew)
            continue;
        path->second.source = ends.first;
        path->second.destination = ends.second;
        path->second.usualLatencyMs = 5 + m_random.generateDouble() * 75;
        path->second.history.push_back(healthOf(RemotePath::Status::Up, path->second.usualLatencyMs, m_random, now));
    }

    const auto &policies = m_database.records(RemoteKind::Policy);
    std::erase_if(m_flows, [&](const auto &flow) { return !policies.contains(flow.first); });
    for (const auto &[name, record] : policies)
        if (const auto [flow, isNew] = m_flows.try_emplace(name); isNew)
            flow->second.bytesPerSecond = 1e4 + m_random.generateDouble() * 1e6;
}

const Dynamics::Paths &Dynamics::paths(const QDateTime &now)
{
    refresh(now);
    return m_paths;
}

Dynamics::Health Dynamics::moved(const Path &path, const QDateTime &now)
{
    const RemotePath::Status before = path.history.back().status;
    const double drawn = m_random.generateDouble(); // also for a pinned path: the others' walk stays the same
    const RemotePath::Status after = path.pinned.value_or(statusAfter(before, drawn));
    // The walk goes on from what was measured while the path was well, and is drawn back to what is usual for it.
    const double last = before == RemotePath::Status::Up ? path.history.back().latencyMs : path.usualLatencyMs;
    const double walk
        = last + (path.usualLatencyMs - last) * 0.1 + (m_random.generateDouble() - 0.5) * path.usualLatencyMs * 0.1;
    return healthOf(after, std::max(0.1, walk), m_random, now);
}

void Dynamics::step(std::chrono::milliseconds interval, const QDateTime &now)
{
    refresh(now);
    m_lastStep = now;
    for (auto &[id, path] : m_paths) {
        path.history.push_back(moved(path, now));
        if (path.history.size() > healthKept)
            path.history.pop_front();
    }
    for (auto &[name, flow] : m_flows) {
        failOver(name, flow, now);
        moveTraffic(name, flow, double(interval.count()) / 1000, now);
    }
}

void Dynamics::moveTraffic(const QString &policy, Flow &flow, double seconds, const QDateTime &now)
{
    const QJsonObject action = m_database.find(RemoteKind::Policy, policy)->body["action"_L1].toObject();
    const QString pathId = action[flow.onBackup ? "backup_path"_L1 : "primary_path"_L1]["path_id"_L1].toString();
    const auto path = m_paths.find(pathId);
    const bool isDown = path != m_paths.end() && path->second.history.back().status == RemotePath::Status::Down;

    flow.bytesPerSecond = std::clamp(flow.bytesPerSecond * (0.95 + m_random.generateDouble() * 0.1), 1e3, 1e8);
    const double bytes = isDown ? 0 : flow.bytesPerSecond * seconds;
    const Traffic moved{bytes, bytes * 0.6, std::floor(bytes / 900), std::floor(bytes / 1500),
        isDown ? 0 : qint64(flow.bytesPerSecond / 2e4) + 1};
    const auto add = [&](TrafficRows &rows, int length, size_t kept) {
        const qint64 start = now.toSecsSinceEpoch() / length * length;
        Traffic &row = rows[start];
        row.bytesSent += moved.bytesSent;
        row.bytesReceived += moved.bytesReceived;
        row.packetsSent += moved.packetsSent;
        row.packetsReceived += moved.packetsReceived;
        row.flowsActive = moved.flowsActive;
        if (rows.size() > kept)
            rows.erase(rows.begin());
    };
    add(flow.minutes, 60, minutesKept);
    add(flow.days, secondsOfDay, daysKept);
}

/// "30s", "5m", "1h"; what is not of that form is half a minute.
static qint64 cooldownSeconds(const QString &text)
{
    const qint64 count = QStringView(text).chopped(text.isEmpty() ? 0 : 1).toLongLong();
    if (text.endsWith(u'h'))
        return count * 3600;
    if (text.endsWith(u'm'))
        return count * 60;
    return text.endsWith(u's') ? count : 30;
}

void Dynamics::failOver(const QString &policy, Flow &flow, const QDateTime &now)
{
    const QJsonObject body = m_database.find(RemoteKind::Policy, policy)->body;
    const QJsonObject action = body["action"_L1].toObject();
    const QString primary = action["primary_path"_L1]["path_id"_L1].toString();
    const QString backup = action["backup_path"_L1]["path_id"_L1].toString();
    const auto path = m_paths.find(primary);
    if (path == m_paths.end() || backup.isEmpty())
        return;

    const bool isDown = path->second.history.back().status == RemotePath::Status::Down;
    const auto note = [&](const QString &from, const QString &to, const QString &reason) {
        flow.onBackup = !flow.onBackup;
        flow.switchedAt = now;
        const QString id = u"failover-%1"_s.arg(++m_failoverCount);
        m_failovers.push_back({id, now, policy, from, to, reason, qint64(20 + m_random.bounded(400))});
        if (m_failovers.size() > failoversKept)
            m_failovers.pop_front();
    };
    if (isDown && !flow.onBackup)
        note(primary, backup, u"path_down"_s);
    else if (!isDown && flow.onBackup
        && flow.switchedAt.secsTo(now) >= cooldownSeconds(body["failover"_L1]["cooldown"_L1].toString()))
        note(backup, primary, u"path_recovered"_s);
}

bool Dynamics::pin(const QString &pathId, std::optional<RemotePath::Status> status, const QDateTime &now)
{
    refresh(now);
    const auto found = m_paths.find(pathId);
    if (found == m_paths.end())
        return false;
    Path &path = found->second;
    path.pinned = status;
    if (status && path.history.back().status != *status) {
        path.history.push_back(healthOf(*status, path.usualLatencyMs, m_random, now));
        if (path.history.size() > healthKept)
            path.history.pop_front();
        for (auto &[name, flow] : m_flows)
            failOver(name, flow, now);
    }
    return true;
}

Dynamics::TrafficRows Dynamics::traffic(const QString &policy, int seconds) const
{
    const auto flow = m_flows.find(policy);
    if (flow == m_flows.end())
        return {};
    if (seconds == secondsOfDay)
        return flow->second.days;
    TrafficRows rows;
    for (const auto &[start, minute] : flow->second.minutes) {
        Traffic &row = rows[start / seconds * seconds];
        row.bytesSent += minute.bytesSent;
        row.bytesReceived += minute.bytesReceived;
        row.packetsSent += minute.packetsSent;
        row.packetsReceived += minute.packetsReceived;
        row.flowsActive = minute.flowsActive;
    }
    return rows;
}

std::optional<QDateTime> Dynamics::inactiveSince(const QString &site) const
{
    const auto ids = m_pathsOfSite.find(site);
    if (ids == m_pathsOfSite.end())
        return {};
    QDateTime since;
    for (const QString &id : ids->second) {
        const auto &history = m_paths.at(id).history;
        const auto lastAlive = std::find_if(history.rbegin(), history.rend(),
            [](const Health &health) { return health.status != RemotePath::Status::Down; });
        if (lastAlive == history.rbegin())
            return {};
        const QDateTime time = lastAlive == history.rend() ? history.front().time : lastAlive->time;
        since = since.isValid() ? std::max(since, time) : time;
    }
    return since;
}

void Dynamics::clear()
{
    m_paths.clear();
    m_pathsOfSite.clear();
    m_flows.clear();
    m_failovers.clear();
    m_stale = true;
}

} // namespace patronus::simulator
