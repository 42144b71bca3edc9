// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/backupwish.h"
#include "operations/crds.h"
#include "operations/migration.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> run(Session &session, CtlOptions options, bool isMigration, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    const Expected<QList<QJsonObject>> definitions = options.files.isEmpty() ? builtInCrds() : readCrds(options.files);
    if (!definitions)
        co_return terminal.refuse(definitions.error().message);
    const auto backup = backupWish(options, options.backupFolder);
    if (!backup)
        co_return terminal.refuse(backup.error().message);
    const auto desk = co_await ActionDesk::open(session, options, stop);
    if (!desk)
        co_return terminal.refuse(desk.error().message);
    const ActionWorld world = (*desk)->world();
    const CrdUpgradeWish wish{.definitions = *definitions, .acceptLoss = options.acceptLoss, .backup = *backup};
    const std::unique_ptr<Action> action
        = isMigration ? makeMigration(world, wish) : std::make_unique<CrdUpgrade>(world, wish);
    co_return co_await act(session, options, *action, stop);
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runUpgradeCrds(Session &session, CtlOptions options, std::stop_token stop)
{
    return run(session, std::move(options), false, std::move(stop));
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runMigrate(Session &session, CtlOptions options, std::stop_token stop)
{
    return run(session, std::move(options), true, std::move(stop));
}

} // namespace patronus
