// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <unistd.h>
#include <vector>

namespace patronus {

inline double cpuSeconds(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

inline double residentMiB()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly)
        ? file.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE)) / 1048576
        : 0;
}

/// A line of figures of what was measured many times; sorts @p times (milliseconds).
inline void printTimes(const char *what, std::vector<double> &times)
{
    if (times.empty())
        return;
    std::ranges::sort(times);
    const auto at = [&](double share) { return times[size_t(double(times.size() - 1) * share)]; };
    std::printf(
        "%-44s median %5.1f  p99 %5.1f  p99.9 %5.1f  max %5.1f ms\n", what, at(0.5), at(0.99), at(0.999), at(1));
}

/// How long the event loop was away, seen by a timer that wants to fire every 5 ms.
class Stalls
{
public:
    Stalls()
    {
        m_ticking.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_ticking, &QTimer::timeout, &m_ticking, [this] { tick(); });
    }
    void start()
    {
        m_wall.clear();
        m_own.clear();
        m_lastWall = 0;
        m_ticking.start(5);
    }
    void stop() { m_ticking.stop(); }
    void print()
    {
        printTimes("event loop away (wall clock):", m_wall);
        printTimes("of that its own work (CPU of the thread):", m_own);
    }

private:
    void tick()
    {
        const double wall = cpuSeconds(CLOCK_MONOTONIC) * 1000, own = cpuSeconds(CLOCK_THREAD_CPUTIME_ID) * 1000;
        if (m_lastWall > 0) {
            m_wall.push_back(std::max(0.0, wall - m_lastWall - 5));
            m_own.push_back(own - m_lastOwn);
        }
        m_lastWall = wall;
        m_lastOwn = own;
    }

    QTimer m_ticking;
    std::vector<double> m_wall, m_own; // ms; own: of that, this thread's CPU time
    double m_lastWall = 0, m_lastOwn = 0;
};

} // namespace patronus
