// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/manualclock.h"

#include <QCoreApplication>
#include <QTimeZone>

namespace patronus {

using namespace std::chrono_literals;

namespace {

qint64 milliseconds(Clock::time_point time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

} // namespace

ManualClock::ManualClock() : m_now(time_point(1h)), m_timers([this] { return now(); }, [this] { onEarlier(); })
{
    setWallTime(QDateTime(QDate(2026, 1, 1), QTime(0, 0), QTimeZone::UTC));
}

ManualClock::~ManualClock() = default;

Clock::time_point ManualClock::now() const
{
    return m_now;
}

QDateTime ManualClock::wallTime() const
{
    return QDateTime::fromMSecsSinceEpoch(m_wallStart + milliseconds(now()), QTimeZone::UTC);
}

std::unique_ptr<Timer> ManualClock::makeTimer(std::function<void()> onTimeout)
{
    return m_timers.makeTimer(std::move(onTimeout));
}

void ManualClock::advance(duration time)
{
    const time_point end = now() + time;
    for (auto next = m_timers.earliest(); next && *next <= end; next = m_timers.earliest()) {
        m_now = std::max(now(), *next);
        m_timers.fireDue(now());
        QCoreApplication::processEvents();
    }
    m_now = end;
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

void ManualClock::skip(duration time)
{
    m_now = now() + time;
    onEarlier();
}

void ManualClock::setWallTime(const QDateTime &time)
{
    m_wallStart = time.toMSecsSinceEpoch() - milliseconds(now());
}

std::optional<Clock::duration> ManualClock::untilNextTimer() const
{
    return m_timers.earliest().transform([this](time_point due) { return std::max(due - now(), duration(0)); });
}

void ManualClock::onEarlier()
{
    if (m_posted || !m_timers.earliest() || *m_timers.earliest() > now())
        return;
    m_posted = true;
    QMetaObject::invokeMethod(
        &m_context,
        [this] {
            m_posted = false;
            m_timers.fireDue(now());
        },
        Qt::QueuedConnection);
}

} // namespace patronus
