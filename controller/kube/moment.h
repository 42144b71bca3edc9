// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <coroutine>
#include <memory>
#include <utility>

namespace patronus {

/// Something that one coroutine waits for: `co_await moment`. It comes once; later calls do nothing. Copies share it,
/// so that whoever makes it come may outlive the coroutine, or the other way round. Event-loop thread only.
class Moment
{
public:
    /// Resumes the coroutine from within, as its last act: the caller may be gone afterwards.
    void come() const
    {
        const auto state = m_state;
        state->hasCome = true;
        if (const auto waiter = std::exchange(state->waiter, nullptr))
            waiter.resume();
    }

    [[nodiscard]] bool await_ready() const noexcept { return m_state->hasCome; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { m_state->waiter = waiter; }
    void await_resume() const noexcept { }

    friend bool operator==(const Moment &a, const Moment &b) { return a.m_state == b.m_state; }

private:
    struct State {
        std::coroutine_handle<> waiter = nullptr;
        bool hasCome = false;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace patronus
