// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/options.h"
#include "core/log.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <sys/signalfd.h>

using namespace patronus;

/// Delivers SIGTERM and SIGINT as events: to be called before any thread is started.
static int blockStopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int argc, char **argv)
{
    const int stopSignals = blockStopSignals();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("patronus-sim"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PATRONUS_VERSION));

    const auto options = readSimulatorOptions(QCoreApplication::arguments());
    if (!options) {
        std::fprintf(stderr, "%s\nTry 'patronus-sim --help'.\n", qUtf8Printable(options.error().message));
        return 2;
    }
    if (options->showHelp || options->showVersion) {
        std::fputs(options->showHelp ? qUtf8Printable(simulatorHelp()) : "patronus-sim " PATRONUS_VERSION "\n", stdout);
        return 0;
    }

    installLogHandler(LogFormat::Text);
    SystemClock clock;
    PatronusSimulator simulator(options->settings, clock);
    if (const auto listening = simulator.listen(options->address, options->port); !listening) {
        std::fprintf(stderr, "patronus-sim: %s\n", qUtf8Printable(listening.error().message));
        return 1;
    }
    std::printf("listening on %s\n", qUtf8Printable(simulator.url().toString()));
    std::fflush(stdout);

    const QSocketNotifier onStop(stopSignals, QSocketNotifier::Read);
    QObject::connect(&onStop, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}
