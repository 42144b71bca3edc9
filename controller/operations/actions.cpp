// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/actions.h"

#include "operations/backupaction.h"
#include "operations/crds.h"
#include "operations/crdupgrade.h"
#include "operations/edit.h"
#include "operations/helmrollback.h"
#include "operations/helmupgrade.h"
#include "operations/maintenance.h"
#include "operations/migration.h"
#include "operations/pause.h"
#include "operations/recovery.h"
#include "operations/removal.h"
#include "operations/restart.h"
#include "operations/restoreaction.h"
#include "operations/revert.h"
#include "operations/rolloutundo.h"
#include "operations/uninstall.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Kind = ActionRequest::Kind;
constexpr std::chrono::minutes untilReady(5);

Backup::Options backupOf(const ActionWorld &world, const ActionRequest &request, const ActionMaker &maker)
{
    return {.program = maker.program,
        .operatorNamespace = world.operatorNamespace,
        .folder = request.paths.value(0, maker.stateFolder),
        .signKey = request.keys.sign,
        .encryptFor = request.keys.encryptFor,
        .passphrase = request.keys.passphrase};
}

/// What sets another operator, or none, in the place of the one that there is.
std::unique_ptr<Action> makeOfRelease(ActionWorld world, const ActionRequest &request, const ActionMaker &maker)
{
    const Backup::Options backup = backupOf(world, request, maker);
    const HelmChoice helm{.program = maker.helm, .limit = untilReady};
    const CrdUpgradeWish crds{.definitions = builtInCrds(), .acceptLoss = request.acceptLoss, .backup = backup};
    switch (request.kind) {
    case Kind::Upgrade:
        return std::make_unique<HelmUpgrade>(std::move(world), maker.connection, helm,
            HelmUpgradeWish{.chart = request.chart, .valuesFiles = request.paths, .resetValues = request.resetValues});
    case Kind::UndoRollout:
        return std::make_unique<RolloutUndo>(std::move(world), request.revision, untilReady);
    case Kind::UpgradeCrds:
        return std::make_unique<CrdUpgrade>(std::move(world), crds);
    case Kind::Migrate:
        return makeMigration(world, crds);
    case Kind::Uninstall:
        return makeUninstall(world, maker.connection, {.backup = backup, .helm = helm});
    case Kind::Recover:
        if (!request.nameSpace.isEmpty())
            world.operatorNamespace = request.nameSpace;
        return makeRecovery(world, maker.connection,
            {.bundle = request.paths.value(0),
                .verifyKey = request.keys.verify,
                .decryptKey = request.keys.decrypt,
                .passphrase = request.keys.passphrase,
                .chart = request.chart,
                .valuesFiles = request.paths.mid(1),
                .helm = helm,
                .limit = untilReady});
    default:
        return std::make_unique<HelmRollback>(std::move(world), maker.connection, helm, request.revision);
    }
}

std::unique_ptr<Action> makeBackup(const ActionWorld &world, const ActionRequest &request, const ActionMaker &maker)
{
    return std::make_unique<BackupAction>(world, backupOf(world, request, maker));
}

std::unique_ptr<Action> makeRestore(const ActionWorld &world, const ActionRequest &request)
{
    auto restore = std::make_unique<RestoreAction>(world,
        RestoreWish{.files = {.paths = request.paths, .verifyKey = request.keys.verify},
            .choices = {.update = request.update,
                .createNamespaces = request.createNamespaces,
                .skipConflicts = request.skipConflicts},
            .limit = request.stopOperator ? std::chrono::seconds(0) : std::chrono::minutes(2)});
    if (request.stopOperator)
        return withOperatorStopped(world, std::move(restore));
    return restore;
}

} // namespace

std::unique_ptr<Action> makeAction(ActionWorld world, const ActionRequest &request, const ActionMaker &maker)
{
    const auto maintenance = [&](MaintenanceWish::Aim aim) {
        return std::make_unique<Maintenance>(
            std::move(world), MaintenanceWish{.aim = aim, .reason = request.reason, .holdFor = request.holdFor});
    };
    switch (request.kind) {
    case Kind::Hold:
        return maintenance(MaintenanceWish::Aim::Hold);
    case Kind::Stop:
        return maintenance(MaintenanceWish::Aim::Stop);
    case Kind::BringBack:
        return maintenance(MaintenanceWish::Aim::BringBack);
    case Kind::Pause:
        return std::make_unique<Pause>(std::move(world), request.objects, Pause::Aim::Pause);
    case Kind::Resume:
        return std::make_unique<Pause>(std::move(world), request.objects, Pause::Aim::Resume);
    case Kind::Remove:
        return std::make_unique<Removal>(std::move(world), request.objects, maker.stateFolder + u"/deleted"_s);
    case Kind::Edit:
        return std::make_unique<Edit>(std::move(world), request.edits);
    case Kind::Backup:
        return makeBackup(world, request, maker);
    case Kind::Restore:
        return makeRestore(world, request);
    case Kind::RollBack:
    case Kind::Upgrade:
    case Kind::UndoRollout:
    case Kind::UpgradeCrds:
    case Kind::Migrate:
    case Kind::Uninstall:
    case Kind::Recover:
        return makeOfRelease(std::move(world), request, maker);
    case Kind::Revert:
        return std::make_unique<Revert>(std::move(world), request.entry);
    case Kind::Restart:
        break;
    }
    return std::make_unique<Restart>(std::move(world), untilReady);
}

} // namespace patronus
