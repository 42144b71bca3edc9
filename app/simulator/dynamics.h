// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/database.h"
#include "patronusapi/types.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <chrono>
#include <deque>
#include <map>

namespace patronus::simulator {

/// The telemetry of a network that nobody built: paths whose latency walks and that fail at times, traffic of policies,
/// failovers. It moves only in step(); the same seed, objects and steps give the same numbers.
///
/// A path joins two Sites as soon as one of them has its mesh enabled and names the other in peer_with, and the other
/// has not disabled its own. Its id is "a--b" with the names in alphabetical order, and never changes.
class Dynamics
{
public:
    struct Health {
        QDateTime time;
        double latencyMs, packetLossPercent, jitterMs;
        int score; ///< 0 to 100
        RemotePath::Status status;
    };
    struct Path {
        QString source, destination;
        std::deque<Health> history; ///< the newest last; never empty, at most 60
        double usualLatencyMs = 0; ///< what the walk comes back to
        std::optional<RemotePath::Status> pinned; ///< set by hand
    };
    struct Traffic {
        double bytesSent = 0, bytesReceived = 0, packetsSent = 0, packetsReceived = 0;
        qint64 flowsActive = 0;
    };
    struct Failover {
        QString id;
        QDateTime time;
        QString policy, from, to, reason;
        qint64 durationMs;
    };
    using Paths = std::map<QString, Path>;
    using TrafficRows = std::map<qint64, Traffic>; ///< by the start of the interval, seconds since 1970

    /// @p database has to outlive it.
    Dynamics(const Database &database, quint32 seed);

    /// Brings paths and policies to what the database has. For after each change of it; cheap when called twice.
    void objectsChanged() { m_stale = true; }
    /// Moves everything by @p interval, which ended at @p now.
    void step(std::chrono::milliseconds interval, const QDateTime &now);
    /// Keeps a path at @p status from now on; nullopt lets it move again. False when there is no such path.
    bool pin(const QString &pathId, std::optional<RemotePath::Status> status, const QDateTime &now);

    [[nodiscard]] const Paths &paths(const QDateTime &now); ///< @p now: when a path that is new begins
    /// Rows of @p policy in intervals of @p seconds: a day, or what divides an hour. Minutes are kept for an hour, days
    /// for a week.
    [[nodiscard]] TrafficRows traffic(const QString &policy, int seconds) const;
    [[nodiscard]] const std::deque<Failover> &failovers() const
    {
        return m_failovers;
    } ///< the newest last, at most 1,000
    /// A Site is inactive while it has paths and all of them are down; nullopt: it is active. Of the paths that there
    /// were at the last step() or paths(): looking at all Sites at each PUT would make many PUTs slow.
    [[nodiscard]] std::optional<QDateTime> inactiveSince(const QString &site) const;
    [[nodiscard]] QDateTime lastStep() const { return m_lastStep; }
    void clear(); ///< forgets all telemetry, keeps the seed's sequence going

private:
    struct Flow {
        TrafficRows minutes, days;
        double bytesPerSecond = 0;
        bool onBackup = false;
        QDateTime switchedAt;
    };

    void refresh(const QDateTime &now);
    [[nodiscard]] Health moved(const Path &path, const QDateTime &now);
    void moveTraffic(const QString &policy, Flow &flow, double seconds, const QDateTime &now);
    void failOver(const QString &policy, Flow &flow, const QDateTime &now);

    const Database &m_database;
    QRandomGenerator m_random;
    Paths m_paths;
    std::map<QString, QStringList> m_pathsOfSite;
    std::map<QString, Flow> m_flows;
    std::deque<Failover> m_failovers;
    QDateTime m_lastStep;
    quint64 m_failoverCount = 0;
    bool m_stale = true;
};

[[nodiscard]] QLatin1StringView statusName(RemotePath::Status status); ///< "up", "degraded", "down"

} // namespace patronus::simulator
