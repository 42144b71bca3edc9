// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QSocketNotifier>

#include <memory>

namespace patronus {

/// SIGTERM and SIGINT as an event of the loop. A write to a pipe or socket that nobody reads ends no program any more
/// (SIGPIPE is ignored).
class StopSignal : public QObject
{
    Q_OBJECT

public:
    /// Takes the signals over; once in a process, when there is an application. An error when the system has no pipe
    /// left.
    [[nodiscard]] static Expected<std::unique_ptr<StopSignal>> install();

Q_SIGNALS:
    void arrived(); ///< once, however many come

private:
    explicit StopSignal(int fd);

    QSocketNotifier m_notifier;
};

} // namespace patronus
