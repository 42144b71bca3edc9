// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/execrequest.h"

#include <QProcessEnvironment>

#include <functional>
#include <memory>

namespace patronus {

class ProcessTalk;

/// What a credential plugin gave. Never logged.
struct ExecCredential {
    QString token = {};
    QByteArray certificatePem = {}; ///< with keyPem: the client certificate to use
    QByteArray keyPem = {};
    QDateTime expires = {}; ///< invalid: not known

    friend bool operator==(const ExecCredential &, const ExecCredential &) = default;
};

/// Asked before each run of a plugin, which does not run without a yes: a kubeconfig from somebody else runs what that
/// person wrote. Whoever answers remembers. It has to end soon after a stop is requested.
using ExecPolicy = std::function<QCoro::Task<bool>(ExecRequest request, std::stop_token stop)>;

/// Told of each run that begins: gives what a person follows it by. @p takesLines: the plugin asks the person
/// something, and waits for lines.
using ExecAttendant = std::function<std::shared_ptr<ProcessTalk>(const ExecRequest &request, bool takesLines)>;

struct ExecOptions {
    ExecPolicy policy = {}; ///< empty: every plugin may run
    ExecAttendant attendant = {}; ///< empty: nobody follows
    std::chrono::milliseconds timeLimit = std::chrono::seconds(60); ///< the plugin is killed then
    bool isInteractive = false; ///< a plugin may talk to the person at this process' terminal
    QProcessEnvironment environment
        = QProcessEnvironment::systemEnvironment(); ///< the plugin's, and where PATH is from
};

/// A credential plugin of a kubeconfig, and what it last gave.
///
/// It runs at most once at a time, for all who wait, and never without the policy's yes. A plugin whose interactiveMode
/// is Always gets the terminal or the attendant's lines; one that would only like to (IfAvailable), the terminal alone:
/// what it needs of a person without one, a page to visit, it says on stderr. What it gives is kept until ten seconds
/// before it expires, or until rejected(). After a failure it rests for 1 s, doubled up to 60 s, and its error is
/// repeated meanwhile; after a no of the policy, or when the attendant stopped it, until retryNow(). The same protocol
/// as client-go's (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
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

    /// A person asks: the rest after a failure, and a refusal, are forgotten.
    void retryNow();

private:
    struct Private;
    const std::shared_ptr<Private> d;
};

} // namespace patronus
