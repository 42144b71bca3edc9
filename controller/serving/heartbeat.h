// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <atomic>

namespace patronus {

/// Tells other threads that the event loop turns: it stamps the time every second from there.
class Heartbeat
{
public:
    /// Beats from now on. @p clock has to outlive it.
    explicit Heartbeat(Clock &clock);
    Q_DISABLE_COPY_MOVE(Heartbeat)

    /// How long ago the loop last turned. May be called from any thread.
    [[nodiscard]] Clock::duration age() const;

private:
    void beat();

    const Clock &m_clock;
    std::atomic<Clock::time_point> m_last;
    const std::unique_ptr<Timer> m_timer;
};

} // namespace patronus
