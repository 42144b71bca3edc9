// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/backupwish.h"
#include "operations/uninstall.h"

using namespace Qt::StringLiterals;

namespace patronus {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runUninstall(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto backup = backupWish(options, options.backupFolder);
    if (!backup)
        co_return session.terminal().refuse(backup.error().message);
    const auto desk = co_await ActionDesk::open(session, options, stop);
    if (!desk)
        co_return session.terminal().refuse(desk.error().message);
    const auto uninstall = makeUninstall((*desk)->world(), session.connection(),
        {.drain = {.orphan = options.orphan, .forceFinalizers = options.forceFinalizers, .limit = options.timeout},
            .crds = options.crds,
            .backup = *backup,
            .helm = {.program = options.helm, .release = options.release, .limit = options.timeout}});
    co_return co_await act(session, options, *uninstall, stop);
}

} // namespace patronus
