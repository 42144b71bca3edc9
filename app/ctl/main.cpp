// SPDX-License-Identifier: GPL-3.0-or-later
// kubectl-patronus: what a person does to a Patronus SD-WAN in a cluster, as a plugin of kubectl.
#include "app/ctl/session.h"
#include "core/log.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

int signalPipe[2];

/// Signals reach the event loop as a byte in a pipe: nothing else is safe in a handler.
void onSignal(int /*number*/)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

int run(const CtlOptions &options)
{
    if (options.command == CtlOptions::Command::Journal)
        return runJournal(options);
    const auto session = Session::open(options);
    if (!session) {
        std::fprintf(stderr, "error: %s\n", qUtf8Printable(redact(session.error().message)));
        return 1;
    }
    std::stop_source stop;
    QSocketNotifier signalled(signalPipe[0], QSocketNotifier::Read);
    QObject::connect(&signalled, &QSocketNotifier::activated, qApp, [&] {
        signalled.setEnabled(false);
        stop.request_stop();
    });
    switch (options.command) {
    case CtlOptions::Command::Backup:
        return QCoro::waitFor(runBackup(**session, options, stop.get_token()));
    case CtlOptions::Command::Restore:
        return QCoro::waitFor(runRestore(**session, options, stop.get_token()));
    default: // the journal is above
        return QCoro::waitFor(runMaintenance(**session, options, stop.get_token()));
    }
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // nothing here needs glib's event loop
    const QCoreApplication application(argc, argv);
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
    if (::pipe(signalPipe) != 0)
        return 1;
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
    return run(*options);
}
