// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/timerqueue.h"

#include <limits>
#include <utility>

namespace patronus {

using Callback = std::shared_ptr<const std::function<void()>>;
using Due = std::pair<Clock::time_point, quint64>; // due time, then order of start()

struct TimerQueue::State {
    std::function<Clock::time_point()> now;
    std::function<void()> onEarlier; // empty once the clock is gone
    std::map<Due, Callback> running;
    quint64 started = 0;
};

class TimerQueue::QueuedTimer final : public Timer
{
public:
    QueuedTimer(std::shared_ptr<State> state, std::function<void()> onTimeout)
        : m_state(std::move(state)), m_callback(std::make_shared<const std::function<void()>>(std::move(onTimeout)))
    {
    }
    ~QueuedTimer() override { stop(); }
    Q_DISABLE_COPY_MOVE(QueuedTimer)

    void start(std::chrono::nanoseconds delay) override
    {
        stop();
        if (!m_state->onEarlier)
            return;
        const Clock::time_point now = m_state->now();
        const auto longest = Clock::time_point::max() - now;
        m_due = Due(now + std::clamp(delay, std::chrono::nanoseconds(0), longest), ++m_state->started);
        m_state->running.emplace(m_due, m_callback);
        if (m_state->running.begin()->first == m_due)
            m_state->onEarlier();
    }
    void stop() override { m_state->running.erase(m_due); }

private:
    const std::shared_ptr<State> m_state;
    const Callback m_callback;
    Due m_due; // no timer has the number 0, so a timer that never started stops nothing
};

TimerQueue::TimerQueue(std::function<Clock::time_point()> now, std::function<void()> onEarlier)
    : m_state(std::make_shared<State>(State{.now = std::move(now), .onEarlier = std::move(onEarlier), .running = {}}))
{
}

TimerQueue::~TimerQueue()
{
    m_state->onEarlier = nullptr;
    m_state->running.clear();
}

std::unique_ptr<Timer> TimerQueue::makeTimer(std::function<void()> onTimeout)
{
    return std::make_unique<QueuedTimer>(m_state, std::move(onTimeout));
}

std::optional<Clock::time_point> TimerQueue::earliest() const
{
    if (m_state->running.empty())
        return std::nullopt;
    return m_state->running.begin()->first.first;
}

void TimerQueue::fireDue(Clock::time_point time, std::chrono::nanoseconds longest)
{
    const auto state = m_state; // a callback may destroy the clock
    const quint64 last = state->started; // what a callback starts waits for the next turn of the event loop
    for (auto next = state->running.begin(); next != state->running.end() && next->first.first <= time;) {
        if (next->first.second > last) {
            ++next;
            continue;
        }
        const Callback callback = next->second; // keeps the function alive when it destroys its own timer
        state->running.erase(next);
        (*callback)();
        if (state->now() - time >= longest)
            return;
        next = state->running.begin(); // a callback may have stopped or destroyed any timer
    }
}

} // namespace patronus
