// SPDX-License-Identifier: GPL-3.0-or-later
// patronus-console: the window on the Sites, the Policies and the operator of a cluster.
#include "app/console/console.h"
#include "app/console/screenshots.h"
#include "core/log.h"
#include "ui/theme.h"

#include <QApplication>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

/// Gives the exit code.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has both and waits
QCoro::Task<int> takePictures(Console &console, QString folder, Clock &clock)
{
    if (!console.session()) {
        std::fprintf(stderr, "patronus-console: %s\n", qPrintable(console.window().problem()));
        co_return 1;
    }
    const auto paths = co_await takeScreenshots(console.window(), console.session()->model(), folder, clock);
    if (!paths) {
        std::fprintf(stderr, "patronus-console: %s\n", qPrintable(paths.error().message));
        co_return 1;
    }
    for (const QString &path : *paths)
        std::printf("%s\n", qPrintable(path));
    co_return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const auto options = parseConsoleOptions(arguments); // before there is a display: --help needs none
    if (!options) {
        std::fprintf(options.error().exitCode == 0 ? stdout : stderr, "%s\n", qPrintable(options.error().text));
        return options.error().exitCode;
    }
    const QApplication application(argc, argv);
    QApplication::setOrganizationName(u"patronus"_s);
    QApplication::setApplicationName(u"patronus-console"_s);
    QApplication::setApplicationVersion(QStringLiteral(PATRONUS_VERSION));
    QApplication::setDesktopFileName(u"dev.patronus.console"_s);
    installLogHandler(LogFormat::Text);
    theme::apply(theme::chosen());

    SystemClock clock;
    Console console(*options, clock);
    console.start();
    if (options->screenshots.isEmpty())
        return QApplication::exec();
    return QCoro::waitFor(takePictures(console, options->screenshots, clock));
}
