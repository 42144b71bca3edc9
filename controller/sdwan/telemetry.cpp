// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/telemetry.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

static constexpr auto objectPause = 1min; // between writes of numbers alone
static constexpr double writesPerSecond = 20;
static constexpr int pageSize = 1000;

Telemetry::Telemetry(PatronusClient &client, const Inventory &inventory, Clock &clock)
    : m_client(client), m_inventory(inventory), m_clock(clock), m_refilled(clock.now())
{
}

Task<void> Telemetry::sweep(std::stop_token stop)
{
    m_requests = 0;
    const Expected<Sites> sites = co_await readPaths(stop);
    if (!sites)
        co_return std::unexpected(sites.error());
    const QDate today = m_clock.wallTime().toUTC().date();
    const Expected<Policies> policies = co_await readTraffic(today, stop);
    if (!policies)
        co_return std::unexpected(policies.error());
    m_sites = *sites;
    m_policies = *policies;
    m_day = today;
    m_read = true;
    const auto now = m_clock.now();
    m_written.removeIf([now](const auto &entry) { return now - entry.value() > objectPause; });
    co_return Expected<void>();
}

Task<Telemetry::Sites> Telemetry::readPaths(std::stop_token stop)
{
    Sites sites;
    const auto count = [&sites](const QString &name, const QString &peer, const RemotePath &path) {
        Site &site = sites[name];
        ++site.paths;
        if (path.status != RemotePath::Status::Down)
            site.peers.insert(peer);
        site.active += path.status == RemotePath::Status::Up ? 1 : 0;
        const double score = path.status == RemotePath::Status::Up ? 100
            : path.status == RemotePath::Status::Degraded          ? 50
                                                                   : 0;
        site.health += std::clamp(score - path.packetLossPercent, 0.0, 100.0);
    };
    for (qint64 offset = 0;;) {
        ++m_requests;
        const auto page = co_await m_client.paths(pageSize, offset, stop);
        if (!page)
            co_return std::unexpected(page.error());
        for (const RemotePath &path : page->items) {
            count(path.sourceSite, path.destinationSite, path);
            count(path.destinationSite, path.sourceSite, path);
        }
        offset += page->items.size();
        if (page->items.isEmpty() || offset >= page->total)
            co_return sites;
    }
}

/// Days that have ended do not change: they are read by the first sweep of a day, and then only today's row of each
/// Policy.
Task<Telemetry::Policies> Telemetry::readTraffic(QDate today, std::stop_token stop)
{
    const bool isWhole = m_day != today;
    Policies policies = m_policies;
    for (Policy &policy : policies) {
        policy.bytesToday = 0;
        if (isWhole)
            policy.bytesBefore = 0; // the flows stay: after midnight there is no row of the new day yet
        else
            policy.flows = 0;
    }
    QSet<QString> seen;
    for (qint64 offset = 0;;) {
        ++m_requests;
        const auto page = co_await m_client.trafficStats(isWhole ? QDate() : today, pageSize, offset, stop);
        if (!page)
            co_return std::unexpected(page.error());
        for (const TrafficStats &row : page->items) {
            const QString name = m_inventory.nameOf(RemoteKind::Policy, row.policy);
            Policy &policy = policies[name];
            seen.insert(name);
            (row.day < today ? policy.bytesBefore : policy.bytesToday) += row.bytesSent + row.bytesReceived;
            if (row.day >= today)
                policy.flows = row.flowsActive;
        }
        offset += page->items.size();
        if (page->items.isEmpty() || offset >= page->total)
            break;
    }
    if (isWhole) // what the API does not know any more
        policies.removeIf([&seen](const auto &entry) { return !seen.contains(entry.key()); });
    co_return policies;
}

StatusNumbers Telemetry::numbersOf(RemoteKind kind, const QString &name) const
{
    if (!m_read)
        return {};
    if (kind == RemoteKind::Policy) {
        const Policy policy = m_policies.value(name);
        return {{u"matchedFlows"_s, policy.flows}, {u"bytesRouted"_s, policy.bytesBefore + policy.bytesToday}};
    }
    const Site site = m_sites.value(name);
    StatusNumbers numbers{{u"peers"_s, site.peers.size()}, {u"activePaths"_s, site.active}};
    if (site.paths > 0) // no path, no health: absent is not zero
        numbers.insert("healthScore"_L1, std::round(site.health / site.paths));
    return numbers;
}

/// Whether @p now is far enough from @p before to be written.
static bool isNews(const StatusNumbers &before, const StatusNumbers &now)
{
    const auto differs = [&](QLatin1StringView name, auto &&far) {
        const QJsonValue a = before[name];
        const QJsonValue b = now[name];
        return a.type() != b.type() || far(a.toDouble(), b.toDouble());
    };
    const auto any = [](double a, double b) { return a != b; };
    const auto fivePoints = [](double a, double b) { return std::abs(a - b) >= 5; };
    const auto tenPercent = [](double a, double b) { return std::abs(a - b) > 0.1 * std::max(std::abs(a), 1.0); };
    return differs("peers"_L1, any) || differs("activePaths"_L1, any) || differs("healthScore"_L1, fivePoints)
        || differs("matchedFlows"_L1, tenPercent) || differs("bytesRouted"_L1, tenPercent);
}

bool Telemetry::hasNews(RemoteKind kind, const Object &object) const
{
    const StatusNumbers numbers = numbersOf(kind, object.key().name);
    return !numbers.isEmpty() && isNews(object.value(u"status").toObject(), numbers);
}

StatusNumbers Telemetry::worthWriting(RemoteKind kind, const Object &object)
{
    if (!hasNews(kind, object))
        return {};
    const auto now = m_clock.now();
    const auto last = m_written.constFind(object.uid());
    if (last != m_written.cend() && now - *last < objectPause)
        return {};
    m_tokens = std::min(
        writesPerSecond, m_tokens + writesPerSecond * std::chrono::duration<double>(now - m_refilled).count());
    m_refilled = now;
    if (m_tokens < 1)
        return {};
    --m_tokens;
    return ridingAlong(kind, object);
}

StatusNumbers Telemetry::ridingAlong(RemoteKind kind, const Object &object)
{
    m_written.insert(object.uid(), m_clock.now());
    return numbersOf(kind, object.key().name);
}

} // namespace patronus
