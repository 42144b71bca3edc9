// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/sweeper.h"

#include "core/log.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace std::chrono_literals;

namespace patronus {

static constexpr int pageSize = 1000; // objects a request, as the sweeps ask for them

Sweeper::Sweeper(Inventory &inventory, Telemetry &telemetry, Clock &clock, Intervals intervals,
    std::function<std::chrono::milliseconds(int requests)> shortest)
    : m_inventory(inventory),
      m_telemetry(telemetry),
      m_clock(clock),
      m_intervals(intervals),
      m_shortest(std::move(shortest))
{
}

Sweeper::~Sweeper()
{
    m_stop.request_stop();
}

void Sweeper::start()
{
    m_inventoryLoop = repeatInventory();
    m_telemetryLoop = repeatTelemetry();
}

Task<void> Sweeper::stop()
{
    m_stop.request_stop();
    if (m_inventoryLoop)
        (void)co_await *m_inventoryLoop;
    if (m_telemetryLoop)
        (void)co_await *m_telemetryLoop;
    m_inventoryLoop.reset();
    m_telemetryLoop.reset();
    co_return Expected<void>();
}

Clock::duration Sweeper::pauseAfter(
    const Expected<void> &swept, int failures, std::chrono::milliseconds interval, int requests) const
{
    if (swept)
        return std::max(interval, m_shortest(requests));
    const auto backoff = std::min<Clock::duration>(m_intervals.error, 1s * (1LL << std::min(failures - 1, 10)));
    const auto jittered = backoff * (0.8 + QRandomGenerator::global()->bounded(0.2));
    return std::max<Clock::duration>(
        std::chrono::duration_cast<Clock::duration>(jittered), swept.error().retryAfter.value_or(0s));
}

Task<void> Sweeper::repeatInventory()
{
    const std::stop_token stop = m_stop.get_token();
    bool known = false;
    for (int failures = 0; !stop.stop_requested();) {
        const Expected<void> swept = co_await m_inventory.sweep(stop);
        if (stop.stop_requested())
            break;
        failures = swept ? 0 : failures + 1;
        if (!swept)
            qCCritical(logPatronus).noquote()
                << "the inventory of the Patronus API could not be read, trying again:" << swept.error().message;
        if (swept ? !known : failures == 1 && !m_inventory.isRead())
            Q_EMIT inventorySettled();
        known = swept.has_value();
        const auto objects = m_inventory.names(RemoteKind::Site).size() + m_inventory.names(RemoteKind::Policy).size();
        (void)co_await m_clock.sleep(
            pauseAfter(swept, failures, m_intervals.inventory, int(objects / pageSize) + 2), stop);
    }
    co_return Expected<void>();
}

Task<void> Sweeper::repeatTelemetry()
{
    const std::stop_token stop = m_stop.get_token();
    for (int failures = 0; !stop.stop_requested();) {
        const Expected<void> swept = co_await m_telemetry.sweep(stop);
        if (stop.stop_requested())
            break;
        failures = swept ? 0 : failures + 1;
        if (swept)
            Q_EMIT telemetryRead();
        else
            qCWarning(logPatronus).noquote() << "telemetry could not be read, trying again:" << swept.error().message;
        (void)co_await m_clock.sleep(pauseAfter(swept, failures, m_intervals.telemetry, m_telemetry.requests()), stop);
    }
    co_return Expected<void>();
}

} // namespace patronus
