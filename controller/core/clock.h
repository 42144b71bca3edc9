// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QDateTime>

#include <functional>
#include <memory>
#include <stop_token>

namespace patronus {

/// One alarm that can be set again. Calls back from the event loop, never from start(); destroying it stops it.
class Timer
{
public:
    virtual ~Timer() = default;
    /// Calls back once, @p delay from now; an earlier start() is forgotten. Negative counts as zero.
    virtual void start(std::chrono::nanoseconds delay) = 0;
    virtual void stop() = 0;
};

/// Where time comes from: the system's, or a test's that moves by hand.
class Clock
{
public:
    /// Boot time (CLOCK_BOOTTIME): it never jumps, and it runs on while the machine sleeps or the process is frozen.
    using time_point = std::chrono::time_point<Clock, std::chrono::nanoseconds>;
    using duration = std::chrono::nanoseconds;

    virtual ~Clock() = default;
    /// May be called from any thread, as wallTime(); the rest of a clock belongs to the event-loop thread.
    [[nodiscard]] virtual time_point now() const = 0;
    /// UTC, for what people and other machines read; never for measuring.
    [[nodiscard]] virtual QDateTime wallTime() const = 0;
    /// A timer that is not running yet. @p onTimeout may start it again, stop it or destroy it.
    [[nodiscard]] virtual std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) = 0;

    /// Ends after @p delay, or as Cancelled, from within request_stop(), when @p stop is requested.
    /// The clock has to outlive it, and stop is requested on the event-loop thread.
    [[nodiscard]] Task<void> sleep(duration delay, std::stop_token stop);
};

/// The machine's clock. Its timers too run on boot time, by one timerfd for all: what became due while the machine
/// slept or the process was frozen calls back as soon as it goes on, where a QTimer would wait for the rest of its
/// delay again.
class SystemClock : public Clock
{
public:
    SystemClock();
    ~SystemClock() override;

    time_point now() const override;
    QDateTime wallTime() const override;
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override;

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
