// SPDX-License-Identifier: GPL-3.0-or-later
// kubectl-patronus: what a person does to a Patronus SD-WAN in a cluster, as a plugin of kubectl.
#include "app/ctl/session.h"
#include "core/log.h"
#include "core/stopsignal.h"

#include <QCoreApplication>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

/// What runs a command that needs a cluster.
auto commandOf(CtlOptions::Command command) -> QCoro::Task<int> (*)(Session &, CtlOptions, std::stop_token)
{
    using enum CtlOptions::Command;
    switch (command) {
    case Backup:
        return runBackup;
    case Restore:
        return runRestore;
    case JournalRevert:
        return runJournalRevert;
    case Recover:
        return runRecover;
    case Rollback:
    case Upgrade:
        return runRelease;
    case UpgradeCrds:
        return runUpgradeCrds;
    case Uninstall:
        return runUninstall;
    case Migrate:
        return runMigrate;
    case Diagnose:
        return runDiagnose;
    case Drift:
        return runDrift;
    case Preview:
        return runPreview;
    case Bundle:
        return runBundle;
    default:
        return runMaintenance;
    }
}

int run(const CtlOptions &options, const StopSignal &signal)
{
    if (options.command == CtlOptions::Command::Journal)
        return runJournal(options);
    if (options.command == CtlOptions::Command::Completion)
        return runCompletion(options);
    const auto session = Session::open(options);
    if (!session) {
        std::fprintf(stderr, "error: %s\n", qUtf8Printable(redact(session.error().message)));
        return 1;
    }
    std::stop_source stop;
    QObject::connect(&signal, &StopSignal::arrived, qApp, [&stop] { stop.request_stop(); });
    return QCoro::waitFor(commandOf(options.command)(**session, options, stop.get_token()));
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // nothing here needs glib's event loop
    const QCoreApplication application(argc, argv);
    if (QCoreApplication::arguments().value(1) == "__complete"_L1)
        return runComplete(QCoreApplication::arguments().sliced(2));
    const auto options = parseCtlOptions(QCoreApplication::arguments().sliced(1));
    if (!options) {
        std::fputs(qUtf8Printable(options.error().text), options.error().exitCode == 0 ? stdout : stderr);
        return options.error().exitCode;
    }
    installLogHandler(LogFormat::Text);
    if (const auto filter = setLogFilter(qEnvironmentVariable("RUST_LOG", u"warn"_s)); !filter) {
        std::fprintf(stderr, "error: RUST_LOG: %s\n", qUtf8Printable(filter.error().message));
        return 2;
    }
    const auto signal = StopSignal::install();
    if (!signal) {
        std::fprintf(stderr, "error: %s\n", qUtf8Printable(signal.error().message));
        return 1;
    }
    return run(*options, **signal);
}
