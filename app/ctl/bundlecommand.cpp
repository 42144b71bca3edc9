// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/session.h"
#include "operations/bundlefolder.h"
#include "operations/supportbundle.h"
#include "sdwan/names.h"

#include <QLocale>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runBundle(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    const auto failed = [&terminal](const Error &error) {
        terminal.say(u"error: no bundle was made: "_s + error.message);
        return 1;
    };
    const auto target = co_await readTarget(session.client(), session.context(), options.nameSpace, stop);
    if (!target)
        co_return failed(target.error());
    const SupportScope scope{.target = *target,
        .diagnosis = {.version = programVersion(),
            .operatorKey = {options.operatorNamespace, names::operatorName},
            .nameSpace = options.nameSpace},
        .program = programName(),
        .progress = terminal.progress()};
    const auto bundle = co_await gatherSupportBundle(session.client(), session.clock(), scope, stop);
    if (!bundle)
        co_return failed(bundle.error());
    const auto path = BundleFolder::write(bundle->files, options.folder, bundle->name).and_then([](const auto &folder) {
        return folder->keep();
    });
    if (!path)
        co_return failed(path.error());
    for (auto it = bundle->files.begin(); it != bundle->files.end(); ++it)
        terminal.say(
            u"%1  %2"_s.arg(QLocale::c().formattedDataSize(it->size(), 0, QLocale::DataSizeTraditionalFormat), 9)
                .arg(it.key()));
    for (const QString &missing : bundle->missing)
        terminal.say(u"note: without "_s + missing);
    terminal.say(
        u"%1 values that look like secrets were left out: redacted.txt names them. Look at it before you send it."_s
            .arg(bundle->redacted.size()));
    std::printf("%s\n", qUtf8Printable(*path));
    co_return 0;
}

} // namespace patronus
