// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <map>

namespace patronus {

/// The running timers of a clock, the earliest first and equal ones in order of start(). What every Clock is made of:
/// the clock says what time it is and calls fireDue() in time.
class TimerQueue
{
public:
    /// @p now is the clock's time; @p onEarlier is called from start() when the queue's earliest due time became
    /// earlier.
    TimerQueue(std::function<Clock::time_point()> now, std::function<void()> onEarlier);
    ~TimerQueue();
    TimerQueue(const TimerQueue &) = delete;
    TimerQueue &operator=(const TimerQueue &) = delete;

    [[nodiscard]] std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout);
    /// When the next timer is due; nullopt when none is running.
    [[nodiscard]] std::optional<Clock::time_point> earliest() const;
    /// Calls back for every timer that is due at @p time and was started before this call; after @p longest for one
    /// more at most: the others stay due.
    void fireDue(Clock::time_point time, std::chrono::nanoseconds longest = std::chrono::nanoseconds::max());

private:
    class QueuedTimer;
    struct State;
    const std::shared_ptr<State> m_state; // timers share it, so that one may outlive its clock without harm
};

} // namespace patronus
