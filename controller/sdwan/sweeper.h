// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "patronusapi/inventory.h"
#include "sdwan/telemetry.h"

#include <QObject>

namespace patronus {

/// Reads the Patronus API again and again: the inventory for drift, the telemetry for numbers. A failed sweep is tried
/// again from 1 s on, doubled up to the error interval; both stretch to what a known rate limit leaves.
class Sweeper : public QObject
{
    Q_OBJECT

public:
    struct Intervals {
        std::chrono::milliseconds inventory = std::chrono::minutes(5);
        std::chrono::milliseconds telemetry = std::chrono::minutes(1);
        std::chrono::milliseconds error = std::chrono::minutes(1); ///< longest pause after a failure
    };

    /// All have to outlive it. @p shortest gives the interval that a rate limit leaves for a number of requests.
    Sweeper(Inventory &inventory, Telemetry &telemetry, Clock &clock, Intervals intervals,
        std::function<std::chrono::milliseconds(int requests)> shortest);
    ~Sweeper() override;

    void start();
    [[nodiscard]] Task<void> stop(); ///< ends when nothing is in flight

Q_SIGNALS:
    /// What waited for a sweep can go on: the API is read, at start or after it could not be; or it could not be read
    /// at start, and every object has to say so.
    void inventorySettled();
    void telemetryRead(); ///< after each sweep of the numbers

private:
    Task<void> repeatInventory();
    Task<void> repeatTelemetry();
    [[nodiscard]] Clock::duration pauseAfter(
        const Expected<void> &swept, int failures, std::chrono::milliseconds interval, int requests) const;

    Inventory &m_inventory;
    Telemetry &m_telemetry;
    Clock &m_clock;
    const Intervals m_intervals;
    const std::function<std::chrono::milliseconds(int)> m_shortest;
    std::stop_source m_stop;
    std::optional<Task<void>> m_inventoryLoop, m_telemetryLoop;
};

} // namespace patronus
