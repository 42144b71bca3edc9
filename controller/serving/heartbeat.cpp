// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/heartbeat.h"

namespace patronus {

Heartbeat::Heartbeat(Clock &clock) : m_clock(clock), m_timer(clock.makeTimer([this] { beat(); }))
{
    beat();
}

Clock::duration Heartbeat::age() const
{
    return m_clock.now() - m_last.load();
}

void Heartbeat::beat()
{
    m_last = m_clock.now();
    m_timer->start(std::chrono::seconds(1));
}

} // namespace patronus
