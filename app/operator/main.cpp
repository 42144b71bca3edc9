// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"
#include "operator.h"

#include "core/log.h"
#include "core/stopsignal.h"

#include <QCoreApplication>

#include <cstdio>

using namespace patronus;

static int run(const OperatorOptions &options, const StopSignal &signal)
{
    Operator program(options);
    int exitCode = 0;
    QObject::connect(&program, &Operator::finished, qApp, [&exitCode](int code) {
        exitCode = code;
        QCoreApplication::exit(code);
    });
    QObject::connect(&signal, &StopSignal::arrived, &program, [&program] { program.stop(); });
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

    const auto signal = StopSignal::install();
    if (!signal) {
        std::fprintf(stderr, "patronus-operator: %s\n", qUtf8Printable(signal.error().message));
        return 1;
    }
    return options.command == OperatorOptions::Command::Check ? checkEverything(options) : run(options, **signal);
}
