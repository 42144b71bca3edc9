// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/actions.h"

#include "operations/edit.h"
#include "operations/maintenance.h"
#include "operations/pause.h"
#include "operations/removal.h"
#include "operations/restart.h"

using namespace Qt::StringLiterals;

namespace patronus {

std::unique_ptr<Action> makeAction(ActionWorld world, const ActionRequest &request, const QString &stateFolder)
{
    using Kind = ActionRequest::Kind;
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
        return std::make_unique<Removal>(std::move(world), request.objects, stateFolder + u"/deleted"_s);
    case Kind::Edit:
        return std::make_unique<Edit>(std::move(world), request.edits);
    case Kind::Restart:
        break;
    }
    return std::make_unique<Restart>(std::move(world), std::chrono::minutes(5));
}

} // namespace patronus
