// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/timerqueue.h"

#include <QObject>

#include <atomic>

namespace patronus {

/// A clock that a test moves by hand. It starts at one hour of boot time and on 2026-01-01T00:00:00Z.
///
/// Timers call back from advance(), each at its own due time and in the order of due times. One that is due as soon as
/// it is started calls back from the event loop, as with SystemClock. now() and wallTime() may be read from any thread.
class ManualClock : public Clock
{
public:
    ManualClock();
    ~ManualClock() override;

    time_point now() const override;
    QDateTime wallTime() const override;
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override;

    /// Moves both times forward by @p time and runs every timer that is due on the way, also those that are started on
    /// the way; then what they posted to the event loop (deferred deletes too).
    void advance(duration time);
    /// Moves both times forward and runs nothing, as while the process is frozen; what fell due calls back from the
    /// event loop, once each, as at the thaw.
    void skip(duration time);
    /// Sets the wall time alone, as somebody who corrects the machine's clock.
    void setWallTime(const QDateTime &time);
    /// How long until the next timer is due; nullopt when none is running.
    [[nodiscard]] std::optional<duration> untilNextTimer() const;

private:
    void onEarlier();

    std::atomic<time_point> m_now;
    std::atomic<qint64> m_wallStart; // wall time of boot, in ms since the epoch
    QObject m_context; // of what is posted; ends with the clock
    bool m_posted = false;
    TimerQueue m_timers;
};

} // namespace patronus
