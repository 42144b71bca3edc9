// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QProcessEnvironment>
#include <QStringList>

#include <memory>

namespace patronus {

class ProcessTalk;

/// A program to run to its end.
struct ProcessRequest {
    QString program; ///< absolute
    QStringList arguments = {};
    QProcessEnvironment environment = {};
    bool hasTerminal = false; ///< it gets our stdin and stderr; else it has no terminal at all
    std::shared_ptr<ProcessTalk> talk = nullptr; ///< a person who sees its stderr and can stop it; null: nobody
    bool takesLines = false; ///< the person's lines are its stdin; else that is empty
    std::chrono::milliseconds timeLimit = std::chrono::seconds(60);
    qsizetype outputLimit = 1024 * 1024; ///< of stdout; more ends it
    qsizetype errorLimit = 4096; ///< of stderr; the last of it is kept
    QList<int> descriptors = {}; ///< open files that it gets as its descriptors 3, 4, …
};

struct ProcessResult {
    int exitCode = 0;
    QByteArray output = {};
    QByteArray errorOutput = {}; ///< may hold secrets: redact() it
};

/// Runs it without blocking. Unreachable where it could not be started, did not end in time, printed too much or was
/// ended by a signal; Cancelled when @p stop is requested. In each case it is killed with its children (those that it
/// did not put into a session of their own). @p clock has to outlive it.
[[nodiscard]] Task<ProcessResult> runProcess(ProcessRequest request, Clock &clock, std::stop_token stop);

} // namespace patronus
