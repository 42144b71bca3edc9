// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/kubecontext.h"

namespace patronus {

/// A credential plugin that is about to run, with all that decides what it will do and who gets what it prints.
struct ExecRequest {
    QString context = {}; ///< that wants its credentials
    QUrl server = {}; ///< that they go to
    ExecConfig exec = {};
    QString program = {}; ///< the file that runs, absolute

    /// "/usr/bin/login", then the arguments.
    [[nodiscard]] QStringList commandLine() const { return QStringList(program) + exec.arguments; }

    /// A hash of all of it and of which file the program is now (where links lead, its size, its times). Whoever has
    /// agreed to one fingerprint has not agreed to another.
    [[nodiscard]] QByteArray fingerprint() const;
};

} // namespace patronus
