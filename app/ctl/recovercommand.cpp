// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/passphrase.h"
#include "operations/recovery.h"

using namespace Qt::StringLiterals;

namespace patronus {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRecover(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    if (options.files.size() < 2) {
        (void)terminal.refuse(u"CHART is missing: a folder or a .tgz"_s);
        co_return 2; // wrong usage
    }
    const auto passphrase = readPassphrase(options);
    if (!passphrase)
        co_return terminal.refuse(passphrase.error().message);
    const auto desk = co_await ActionDesk::open(session, options, stop);
    if (!desk)
        co_return terminal.refuse(desk.error().message);
    const auto recovery = makeRecovery((*desk)->world(), session.connection(),
        {.bundle = options.files[0],
            .digest = options.digest,
            .verifyKey = options.verifyKey,
            .decryptKey = options.decryptKey,
            .passphrase = *passphrase,
            .chart = options.files[1],
            .valuesFiles = options.valuesFiles,
            .helm = {.program = options.helm, .release = options.release, .limit = options.timeout},
            .limit = options.timeout});
    co_return co_await act(session, options, *recovery, stop);
}

} // namespace patronus
