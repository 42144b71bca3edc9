// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "app/ctl/terminal.h"
#include "core/clock.h"
#include "kube/connection.h"

namespace patronus {

/// The way to the one cluster that a command acts on: decided once, when the program starts.
class Session
{
public:
    /// Reads the kubeconfig. An error is what can be told without the network.
    [[nodiscard]] static Expected<std::unique_ptr<Session>> open(const CtlOptions &options);

    [[nodiscard]] const KubeContext &context() const { return m_connection->context(); }
    [[nodiscard]] KubeConnection &connection() { return *m_connection; }
    [[nodiscard]] KubeClient &client() { return *m_client; }
    [[nodiscard]] Clock &clock() { return m_clock; }
    [[nodiscard]] Terminal &terminal() { return m_terminal; }

private:
    Session() = default;

    SystemClock m_clock;
    Terminal m_terminal;
    std::unique_ptr<KubeConnection> m_connection;
    std::unique_ptr<KubeClient> m_client;
};

[[nodiscard]] QString programName(); ///< "kubectl-patronus 0.1.0"
[[nodiscard]] QString programVersion(); ///< "0.1.0"
[[nodiscard]] QByteArray userAgent();

/// The exit code of a command that looks, where nothing wrong was seen and not all could be looked at.
inline constexpr int couldNotLook = 3;

// The commands: each gives the exit code, after it has told what happened. The session outlives it.
[[nodiscard]] QCoro::Task<int> runBackup(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runRestore(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runRecover(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runMaintenance(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runRelease(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runUpgradeCrds(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runUninstall(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runMigrate(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runDiagnose(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runPreview(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runBundle(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runJournalRevert(Session &session, CtlOptions options, std::stop_token stop);
[[nodiscard]] QCoro::Task<int> runDrift(Session &session, CtlOptions options, std::stop_token stop);
// They need no cluster.
/// Prints what may stand at the end of the command line @p arguments, as kubectl asks a plugin for it.
[[nodiscard]] int runComplete(QStringList arguments);
[[nodiscard]] int runCompletion(const CtlOptions &options);
[[nodiscard]] int runJournal(const CtlOptions &options);

} // namespace patronus
