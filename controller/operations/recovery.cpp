// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/recovery.h"

#include "operations/actionsequence.h"
#include "operations/bundle.h"
#include "operations/manifests.h"
#include "sdwan/names.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// What has to be known where the operator was in another namespace when @p bundle was made than it is now.
QStringList warningsOf(const QDir &bundle, const QString &nameSpace)
{
    QFile file(bundle.filePath(bundleDeploymentFile));
    if (!file.open(QIODevice::ReadOnly)) // it is not in every backup
        return {};
    const auto objects = readManifests(file.readAll());
    const QString before = objects && !objects->isEmpty() ? Object(objects->first()).key().nameSpace : QString();
    if (before.isEmpty() || before == nameSpace)
        return {};
    return {u"the operator was in the namespace %1 when the backup was made, and is installed in %2: Secrets that its "
            "values name have to be there"_s.arg(before, nameSpace)};
}

} // namespace

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
            .warnings = warningsOf(bundle, world.operatorNamespace),
            .object = names::operatorName},
        std::move(parts));
}

} // namespace patronus
