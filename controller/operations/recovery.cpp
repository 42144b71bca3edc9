// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/recovery.h"

#include "operations/actionsequence.h"
#include "operations/bundle.h"
#include "sdwan/names.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace patronus {

std::unique_ptr<Action> makeRecovery(const ActionWorld &world, KubeConnection &connection, const RecoveryWish &wish)
{
    const QDir bundle(wish.bundle);
    std::vector<std::unique_ptr<Action>> parts;
    parts.push_back(std::make_unique<HelmInstall>(world, connection, wish.helm,
        HelmInstallWish{.chart = wish.chart,
            .valuesFiles = QStringList{bundle.absoluteFilePath(bundleValuesFile)} + wish.valuesFiles,
            .sealed = {.file = bundle.absoluteFilePath(bundleSecretValuesFile),
                .key = wish.decryptKey,
                .passphrase = wish.passphrase}}));
    parts.push_back(std::make_unique<RestoreAction>(world,
        RestoreWish{.files = {.paths = {wish.bundle}, .verifyKey = wish.verifyKey, .digest = wish.digest},
            .choices = {.createNamespaces = true},
            .mustBeReady = true,
            .limit = wish.limit}));
    return std::make_unique<ActionSequence>(world,
        ActionPlan{.title = u"Recover the operator, its Sites and Policies"_s,
            .button = u"Recover the operator"_s,
            .object = names::operatorName},
        std::move(parts));
}

} // namespace patronus
