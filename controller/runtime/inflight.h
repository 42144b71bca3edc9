// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <coroutine>
#include <memory>
#include <utility>
#include <vector>

namespace patronus {

/// Counts what is under way, so that a stop() can wait for its end. Event-loop thread only.
class InFlight
{
    struct State {
        int count = 0;
        std::vector<std::coroutine_handle<>> waiters;
    };

public:
    /// One that is under way, from enter() to its destruction; may outlive the InFlight.
    class Guard
    {
    public:
        explicit Guard(std::shared_ptr<State> state) : m_state(std::move(state)) { ++m_state->count; }
        Guard(Guard &&) noexcept = default;
        Guard &operator=(Guard &&) = delete;
        ~Guard()
        {
            if (!m_state || --m_state->count > 0)
                return;
            for (const auto waiter : std::exchange(m_state->waiters, {}))
                waiter.resume();
        }

    private:
        std::shared_ptr<State> m_state;
    };

    /// A coroutine declares it before all else, so that whoever waits finds it ended.
    [[nodiscard]] Guard enter() { return Guard(m_state); }
    [[nodiscard]] int count() const { return m_state->count; }

    /// Ends when nothing is under way: at once, or from within the end of the last Guard.
    [[nodiscard]] QCoro::Task<> ended() const { return wait(m_state); }

private:
    struct Waiting {
        State &state;

        bool await_ready() const noexcept { return state.count == 0; }
        void await_suspend(std::coroutine_handle<> waiter) const { state.waiters.push_back(waiter); }
        void await_resume() const noexcept { }
    };

    static QCoro::Task<> wait(std::shared_ptr<State> state)
    {
        while (state->count > 0) // somebody who waits as well may have begun anew
            co_await Waiting{*state};
    }

    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace patronus
