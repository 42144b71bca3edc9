// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clock.h"

#include "core/timerqueue.h"

#include <QSocketNotifier>

#include <coroutine>
#include <ctime>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

// After it whoever else waits for the event loop has a turn: sockets, and in a window the mouse and the picture.
constexpr std::chrono::milliseconds longestTurn(5);

timespec toTimespec(std::chrono::nanoseconds time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

Clock::time_point bootTime()
{
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return Clock::time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

// Suspends a coroutine and leaves its handle where a callback finds it.
struct LeaveHandle {
    std::coroutine_handle<> &handle;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) const noexcept { handle = awaiting; }
    void await_resume() const noexcept { }
};

} // namespace

Task<void> Clock::sleep(duration delay, std::stop_token stop)
{
    const auto cancelled = [] { return std::unexpected(Error{Error::Kind::Cancelled, u"stopped while waiting"_s}); };
    if (stop.stop_requested())
        co_return cancelled();

    // Whoever comes first, the timer or the stop, takes the handle; both end with this frame, which a resume may
    // destroy.
    std::coroutine_handle<> sleeper;
    const auto wake = [&sleeper] {
        if (const auto handle = std::exchange(sleeper, nullptr))
            handle.resume();
    };
    const std::unique_ptr<Timer> timer = makeTimer(wake);
    const std::stop_callback onStop(stop, wake);
    timer->start(delay);
    co_await LeaveHandle{sleeper};

    if (stop.stop_requested())
        co_return cancelled();
    co_return {};
}

struct SystemClock::Private {
    TimerQueue timers{bootTime, [this] { arm(); }};
    int fd = -1;
    Clock::time_point armed = Clock::time_point::max(); // when fd elapses; max(): never
    std::unique_ptr<QSocketNotifier> notifier; // made with the first timer: a clock may be older than the application

    ~Private()
    {
        notifier.reset();
        if (fd >= 0)
            close(fd);
    }

    void open()
    {
        fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
        if (fd < 0)
            qFatal("cannot create a timer: %s", qPrintable(qt_error_string()));
        notifier = std::make_unique<QSocketNotifier>(fd, QSocketNotifier::Read);
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this] { onElapsed(); });
    }

    void arm()
    {
        // A timer that was stopped or put off costs one look at an empty queue, sooner or later, and no call now: most
        // timers watch over a request and never elapse.
        const auto earliest = timers.earliest();
        if (!earliest || *earliest >= armed)
            return;
        armed = *earliest;
        if (!notifier)
            open();
        // An absolute time that has passed elapses at once; all zero would disarm.
        const auto due = std::max(earliest->time_since_epoch(), std::chrono::nanoseconds(1));
        const itimerspec setting{.it_interval = {}, .it_value = toTimespec(due)};
        timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, nullptr);
    }

    void onElapsed()
    {
        quint64 expirations = 0;
        if (read(fd, &expirations, sizeof expirations) < 0)
            return; // set anew meanwhile
        armed = Clock::time_point::max();
        timers.fireDue(bootTime(), longestTurn);
        arm();
    }
};

SystemClock::SystemClock() : d(std::make_unique<Private>())
{
}

SystemClock::~SystemClock() = default;

Clock::time_point SystemClock::now() const
{
    return bootTime();
}

QDateTime SystemClock::wallTime() const
{
    return QDateTime::currentDateTimeUtc();
}

std::unique_ptr<Timer> SystemClock::makeTimer(std::function<void()> onTimeout)
{
    return d->timers.makeTimer(std::move(onTimeout));
}

} // namespace patronus
