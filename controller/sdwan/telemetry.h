// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "patronusapi/inventory.h"
#include "sdwan/outcome.h"

#include <QHash>
#include <QObject>

namespace patronus {

/// Numbers of Sites and Policies from one sweep of `/paths` and `/traffic/stats`, and when they are worth a write
/// (crds.md, "Telemetry in status"): any change of a count, 5 points of health, 10 % of flows or bytes; numbers alone
/// at most once a minute an object and 20 a second in all. Event-loop thread only.
///
/// peers: Sites at the other end of paths that are not down; activePaths: paths that are up; healthScore: mean of its
/// paths (up 100, degraded 50, down 0, less the loss in percent); matchedFlows: those of now; bytesRouted: over all
/// days that the API keeps.
class Telemetry : public QObject
{
    Q_OBJECT

public:
    /// All have to outlive it. @p inventory tells whose the API's ids are.
    Telemetry(PatronusClient &client, const Inventory &inventory, Clock &clock);

    /// Reads paths and traffic once; of the traffic what is past only once a day. On an error the numbers stay as they
    /// were.
    [[nodiscard]] Task<void> sweep(std::stop_token stop);
    [[nodiscard]] int requests() const { return m_requests; } ///< that the last sweep took

    /// The numbers that the status of @p object should have, or empty where what it has is near enough or the limits
    /// say not yet. Asking for them counts as writing them.
    [[nodiscard]] StatusNumbers worthWriting(RemoteKind kind, const Object &object);
    /// The numbers for a status that is written anyway: they cost no write, so no limit holds them back. Empty before
    /// the first sweep. Asking for them counts as writing them.
    [[nodiscard]] StatusNumbers ridingAlong(RemoteKind kind, const Object &object);
    /// The same question without counting: for who decides whether to look at the object at all.
    [[nodiscard]] bool hasNews(RemoteKind kind, const Object &object) const;

private:
    [[nodiscard]] StatusNumbers numbersOf(RemoteKind kind, const QString &name) const;

    struct Site {
        QSet<QString> peers;
        int paths = 0, active = 0;
        double health = 0; // sum over paths
    };
    struct Policy {
        qint64 flows = 0;
        qint64 bytesToday = 0, bytesBefore = 0; // before: of all the days that have ended
    };
    using Sites = QHash<QString, Site>;
    using Policies = QHash<QString, Policy>;
    Task<Sites> readPaths(std::stop_token stop);
    Task<Policies> readTraffic(QDate today, std::stop_token stop);

    PatronusClient &m_client;
    const Inventory &m_inventory;
    Clock &m_clock;
    Sites m_sites;
    Policies m_policies;
    bool m_read = false;
    QDate m_day; // of the last sweep, in UTC
    int m_requests = 0;
    QHash<QString, Clock::time_point> m_written; // by UID: when numbers were last written
    double m_tokens = 20;
    Clock::time_point m_refilled;
};

} // namespace patronus
