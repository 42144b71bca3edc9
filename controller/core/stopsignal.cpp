// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stopsignal.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

std::array<int, 2> signalPipe;

/// Signals reach the event loop as a byte in a pipe: nothing else is safe in a handler.
void onSignal(int /*number*/)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

} // namespace

Expected<std::unique_ptr<StopSignal>> StopSignal::install()
{
    if (::pipe(signalPipe.data()) != 0)
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"no pipe for signals: "_s + QString::fromLocal8Bit(std::strerror(errno))});
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
    return std::unique_ptr<StopSignal>(new StopSignal(signalPipe[0]));
}

StopSignal::StopSignal(int fd) : m_notifier(fd, QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        m_notifier.setEnabled(false);
        Q_EMIT arrived();
    });
}

} // namespace patronus
