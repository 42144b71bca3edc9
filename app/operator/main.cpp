// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"
#include "operator.h"

#include "core/log.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <unistd.h>

using namespace patronus;

static int signalPipe[2];

/// Signals reach the event loop as a byte in a pipe: nothing else is safe in a handler.
static void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

static int run(const OperatorOptions &options)
{
    Operator program(options);
    int exitCode = 0;
    QObject::connect(&program, &Operator::finished, qApp, [&exitCode](int code) {
        exitCode = code;
        QCoreApplication::exit(code);
    });
    QSocketNotifier signalled(signalPipe[0], QSocketNotifier::Read);
    QObject::connect(&signalled, &QSocketNotifier::activated, &program, [&] {
        signalled.setEnabled(false);
        program.stop();
    });
    if (const auto started = program.start(); !started) {
        std::fprintf(stderr, "patronus-operator: %s\n", qUtf8Printable(redact(started.error().message)));
        return 2;
    }
    QCoreApplication::exec();
    return exitCode;
}

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // nothing here needs glib's event loop, and Qt's own costs less a turn
    const QCoreApplication application(argc, argv);
    const ParsedOptions parsed
        = parseOptions(QCoreApplication::arguments().sliced(1), QProcessEnvironment::systemEnvironment());
    if (const auto *help = std::get_if<HelpText>(&parsed))
        return std::fputs(qUtf8Printable(help->text), stdout) < 0 ? 1 : 0;
    if (const auto *version = std::get_if<VersionText>(&parsed))
        return std::fputs(qUtf8Printable(version->text), stdout) < 0 ? 1 : 0;
    if (const auto *mistakes = std::get_if<Mistakes>(&parsed)) {
        for (const QString &line : mistakes->lines)
            std::fprintf(stderr, "patronus-operator: %s\n", qUtf8Printable(line));
        return 2;
    }
    const auto options = std::get<OperatorOptions>(parsed);
    installLogHandler(options.logFormat);
    if (const auto filter = setLogFilter(options.logFilter); !filter)
        return 2; // parseOptions() has checked it
    for (const QString &note : options.notes)
        qCInfo(logApp).noquote() << note;

    if (::pipe(signalPipe) != 0)
        return 1;
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
    return options.command == OperatorOptions::Command::Check ? checkEverything(options) : run(options);
}
