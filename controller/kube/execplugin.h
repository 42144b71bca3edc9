// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/kubecontext.h"

#include <QProcessEnvironment>

#include <functional>
#include <memory>

namespace patronus {

/// What a credential plugin gave. Never logged.
struct ExecCredential {
    QString token = {};
    QByteArray certificatePem = {}; ///< with keyPem: the client certificate to use
    QByteArray keyPem = {};
    QDateTime expires = {}; ///< invalid: not known

    friend bool operator==(const ExecCredential &, const ExecCredential &) = default;
};

/// Asked before a plugin runs for the first time, with its whole command line: a kubeconfig from somebody else runs
/// what that person wrote. False refuses.
using ExecPolicy = std::function<QCoro::Task<bool>(QStringList commandLine)>;

struct ExecOptions {
    ExecPolicy policy = {}; ///< empty: every plugin may run
    std::chrono::milliseconds timeLimit = std::chrono::seconds(60); ///< the plugin is killed then
    bool isInteractive = false; ///< a plugin may talk to the person at this process' terminal
    QProcessEnvironment environment
        = QProcessEnvironment::systemEnvironment(); ///< the plugin's, and where PATH is from
};

/// A credential plugin of a kubeconfig, and what it last gave.
///
/// It runs at most once at a time, for all who wait. What it gives is kept until ten seconds before it expires, or
/// until rejected(). After a failure it rests for 1 s, doubled up to 60 s, and its error is repeated meanwhile. The
/// same protocol as client-go's (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
class ExecPlugin
{
public:
    /// @p context has exec set; @p caPem is told to the plugin if it asks for it. @p clock has to outlive this and
    /// every task. Destroying this kills a plugin that runs, and ends the tasks as Cancelled.
    ExecPlugin(KubeContext context, QByteArray caPem, Clock &clock, ExecOptions options);
    ~ExecPlugin();
    Q_DISABLE_COPY_MOVE(ExecPlugin)

    /// The credential for now. Unauthorized with command, exit code, what it said on stderr, and what to do.
    /// When the last task that waits is stopped, the plugin is killed.
    [[nodiscard]] Task<ExecCredential> credential(std::stop_token stop);

    /// What the last good run gave; empty before.
    [[nodiscard]] const ExecCredential &current() const;

    /// The server refused the credential: the next credential() runs the plugin. Within 10 s after a run it is taken
    /// for an answer to the credential before.
    void rejected();

    /// A person asks: the rest after a failure, and a refusal by the policy, are forgotten.
    void retryNow();

private:
    struct Private;
    const std::shared_ptr<Private> d;
};

} // namespace patronus
