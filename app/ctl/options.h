// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QUrl>

#include <chrono>
#include <expected>

namespace patronus {

/// What `kubectl patronus` was asked for, checked.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of the commands, and there is one of it
struct CtlOptions {
    enum class Command {
        Backup,
        Restore,
        Recover,
        MaintenanceStart,
        MaintenanceStatus,
        MaintenanceResume,
        Stop,
        Start,
        Journal,
        JournalRevert,
        Rollback,
        UpgradeCrds,
        Uninstall,
        Migrate,
        Upgrade,
        Diagnose,
        Drift,
        Preview,
        Bundle,
        Completion,
    };
    Command command = Command::Backup;

    QString kubeconfig = {}; ///< empty: KUBECONFIG, the service account in a pod, ~/.kube/config, as kubectl
    QString context = {}; ///< empty: the current one
    QString nameSpace = {}; ///< empty: all
    QString operatorNamespace = QStringLiteral("patronus-system");

    // backup
    QString folder = QStringLiteral("."); ///< where the bundle goes
    QString signKey = {}, encryptFor = {}, passphraseFile = {};
    int keep = 0; ///< bundles that stay there; 0: all

    enum class Format { Table, Wide, Json, Yaml };
    Format format = Format::Table;
    bool yes = false; ///< do it without asking
    bool dryRun = false;

    // restore
    QStringList files = {};
    bool acceptEdited = false;
    QString verifyKey = {}, decryptKey = {}; ///< the latter for recover
    QString digest = {};
    bool update = false, createNamespaces = false, skipConflicts = false;
    bool wait = false, stopOperator = false;
    std::chrono::seconds timeout = std::chrono::minutes(5);

    std::chrono::seconds since = {}; ///< journal: how far back; zero: all

    // diagnose
    QStringList checks = {}; ///< ids; empty: all

    QString shell = {}; ///< completion

    // preview
    QStringList objects = {}; ///< "site/NAME", "policy/NAME"
    bool isDelete = false; ///< what is named is deleted

    // the way to the Patronus API
    QUrl patronusApiUrl = {}; ///< empty: as the operator's Deployment says
    QString patronusApiTokenFile = {}; ///< for that URL; empty: none is sent
    QString patronusApiCaFile = {}; ///< for that URL; empty: the system's authorities

    // maintenance
    QString reason = {};
    std::chrono::seconds holdFor = {}; ///< zero: nobody says how long

    // rollback
    bool list = false, deployment = false;
    int revision = 0; ///< 0: the one before
    QString helm = {}, release = {}; ///< empty: found

    QStringList valuesFiles = {}; ///< upgrade
    bool resetValues = false;

    bool acceptLoss = false; ///< upgrade-crds, migrate
    bool orphan = false, crds = false, forceFinalizers = false; ///< uninstall
    QString backupFolder = QStringLiteral("."); ///< of what is saved before something goes
};

/// What to print in place of doing anything: a mistake (exit 2), or the answer to --help and --version (exit 0).
struct CtlEnd {
    int exitCode;
    QString text; ///< with its last newline
};

/// Reads @p arguments, without the program's name, by kubectl's conventions: `--flag=VALUE`, `--flag VALUE`, `-f
/// VALUE`, flags before, between and after arguments. Changes nothing and looks at no file.
[[nodiscard]] std::expected<CtlOptions, CtlEnd> parseCtlOptions(const QStringList &arguments);

} // namespace patronus
