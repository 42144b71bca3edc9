// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/log.h"

#include <QProcessEnvironment>
#include <QUrl>

#include <variant>

namespace patronus {

/// All that can be set of the operator, checked. Every setting is an environment variable and a flag of the same name
/// (`PATRONUS_API_URL`, `--patronus-api-url`); the flag wins. docs/operations.md and `--help` list them.
struct OperatorOptions {
    enum class Command {
        Run,
        Check, ///< look at everything once, print a table, end
    };
    Command command = Command::Run;

    QString kubeconfig = {}; ///< --kubeconfig; empty: $KUBECONFIG, the service account, ~/.kube/config, as kubectl
    QString context = {}; ///< --context; empty: the current one

    QUrl apiUrl = QUrl(QStringLiteral("http://patronus-api:8081"));
    QString token = {}; ///< never to be logged
    QString tokenFile = {};
    QString usernameFile = {}, passwordFile = {}; ///< both or none
    QString caFile = {};

    quint16 metricsPort = 8080, healthPort = 8081; ///< 0: any

    struct LeaderElection {
        bool enabled = false;
        std::chrono::milliseconds leaseDuration = std::chrono::seconds(15); ///< whole seconds
        std::chrono::milliseconds renewDeadline = std::chrono::seconds(10);
        std::chrono::milliseconds retryPeriod = std::chrono::seconds(2);
    };
    LeaderElection leaderElection = {};

    std::chrono::milliseconds successInterval = std::chrono::minutes(5);
    std::chrono::milliseconds errorInterval = std::chrono::minutes(1);
    int concurrency = 16;
    QStringList watchNamespaces = {}; ///< empty: all

    QString logFilter = QStringLiteral("info"); ///< setLogFilter() takes it
    LogFormat logFormat = LogFormat::Text;

    QString podName = {}; ///< POD_NAME, else the host's name
    QString podNamespace = {}; ///< POD_NAMESPACE, else the service account's, else "patronus-system"

    QStringList notes = {}; ///< what was understood and ignored, to be logged at the start
};

struct HelpText {
    QString text; ///< for standard output, with its last newline
};
struct VersionText {
    QString text;
};
/// All that is wrong with the settings, each in a line that names the variable and the flag. No secret is in it.
struct Mistakes {
    QStringList lines;
};

using ParsedOptions = std::variant<OperatorOptions, HelpText, VersionText, Mistakes>;

/// Reads @p arguments (without the program's name) and @p environment. It looks at files, to say that they cannot be
/// read and for the namespace in @p serviceAccount, and changes nothing. `--help` and `--version` win over mistakes.
[[nodiscard]] ParsedOptions parseOptions(const QStringList &arguments, const QProcessEnvironment &environment,
    const QString &serviceAccount = QStringLiteral("/var/run/secrets/kubernetes.io/serviceaccount"));

} // namespace patronus
