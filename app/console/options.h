// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QUrl>

#include <expected>

namespace patronus {

/// What the console was started with.
struct ConsoleOptions {
    QString kubeconfig = {}; ///< empty: KUBECONFIG, or ~/.kube/config
    QString context = {}; ///< connected to at once; empty: the user chooses
    QString nameSpace = {}; ///< the only one that is read; empty: all
    QString operatorNamespace = QStringLiteral("patronus-system"); ///< where the operator's Deployment and Lease are
    QUrl prometheusUrl = {}; ///< that has the operator's metrics; empty: looked for in the cluster
    QUrl metricsUrl = {}; ///< of the operator; empty: its pods, through the API server
    QUrl patronusApiUrl = {}; ///< for previews; empty: without the API's side
    QString operatorLog = {}; ///< a file to follow; empty: the pods' logs
    QString bundle = {}; ///< a folder that is shown in place of a cluster
    bool readOnly = false; ///< changes are not even tried out
    QString screenshots = {}; ///< a folder: pictures of each view, then the end
};

/// Reads the command line. The error is what to print: a mistake (exit 2), or the answer to --help and --version (exit
/// 0).
struct OptionsEnd {
    int exitCode;
    QString text;
};
[[nodiscard]] std::expected<ConsoleOptions, OptionsEnd> parseConsoleOptions(const QStringList &arguments);

} // namespace patronus
