// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmfacts.h"

#include "kube/discovery.h"
#include "operations/counted.h"
#include "operations/diff.h"
#include "operations/excerpt.h"
#include "operations/manifests.h"
#include "operations/owners.h"
#include "operations/structuralschema.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using What = ManifestDifference::What;

/// The definitions in the cluster, each with that of the same name in the chart of @p release.
QList<std::pair<Object, QJsonObject>> crdPairs(const QList<Object> &crds, const HelmRelease &release)
{
    QList<std::pair<Object, QJsonObject>> pairs;
    for (const QByteArray &file : release.crds) {
        const auto definitions = readManifests(file);
        for (const QJsonObject &definition : definitions.value_or(QList<QJsonObject>())) {
            const auto present = std::ranges::find(crds, Object(definition).key(), &Object::key);
            if (present != crds.end())
                pairs.append({*present, definition});
        }
    }
    return pairs;
}

/// Whether one is the replaced operator's and the other is not.
bool isMixed(const Object &present, const QJsonObject &brought)
{
    const auto isOld
        = [](const QJsonObject &definition) { return snakeCaseField(schemaOf(versionOf(definition))).has_value(); };
    return isOld(present.json()) != isOld(brought);
}

const QJsonObject *deploymentIn(const QList<QJsonObject> &manifest)
{
    const auto found = std::ranges::find_if(manifest, [](const QJsonObject &object) {
        return object["kind"_L1] == "Deployment"_L1 && Object(object).key().name == names::operatorName;
    });
    return found == manifest.end() ? nullptr : &*found;
}

} // namespace

QStringList HelmFacts::warnings(const QList<QJsonObject> &manifest) const
{
    QStringList lines;
    const QJsonObject *const planned = deploymentIn(manifest);
    if (deployment) {
        lines += ownersOf(deployment->deployment);
        if (const auto &record = deployment->record)
            lines.append(u"the operator is held at %1 by %2%3: Helm ends that, since its manifest says %4. "
                         "The record stays: kubectl patronus maintenance resume then brings it to %5"_s
                             .arg(counted(deployment->rollout.wanted, u"replica"_s), record->actor,
                                 record->reason.isEmpty() ? QString() : u" ("_s + record->reason + u')')
                             .arg(planned ? (*planned)["spec"_L1]["replicas"_L1].toInt(1) : 1)
                             .arg(record->replicas));
    }
    for (const QString &scaler : autoscalers)
        lines.append(
            u"the HorizontalPodAutoscaler %1 scales the operator: it changes the number that Helm sets"_s.arg(scaler));
    lines += backup;
    const HelmRelease &newest = last();
    if (newest.isPending())
        lines.append(u"revision %1 is %2 since %3: a helm that was ended on its way left it so, unless one is at "
                     "work right now; make sure that none is"_s.arg(newest.revision)
                         .arg(newest.status, newest.updated.toString(Qt::ISODate)));
    if (newest.status == "failed"_L1)
        lines.append(u"revision %1 has failed (%2): some of its objects may never have come to be, so what is shown "
                     "here may differ from what is"_s.arg(newest.revision)
                         .arg(newest.description));
    return lines;
}

QStringList lossesOf(const QList<ManifestDifference> &differences)
{
    QStringList obstacles;
    for (const ManifestDifference &difference : differences) {
        if (difference.what != What::Removed)
            continue;
        const QString lost = difference.kind == "CustomResourceDefinition"_L1
            ? u"every object of that kind goes with it"_s
            : difference.kind == "Namespace"_L1             ? u"everything in it goes with it"_s
            : difference.kind == "PersistentVolumeClaim"_L1 ? u"its data may go with it"_s
                                                            : QString();
        if (!lost.isEmpty())
            obstacles.append(
                u"%1 %2 would be deleted, and %3: annotate it with helm.sh/resource-policy=keep in the "
                "release that has it (helm upgrade) first"_s.arg(difference.kind, difference.key.name, lost));
    }
    return obstacles;
}

QStringList HelmFacts::consequences(
    const QList<QJsonObject> &manifest, const QList<ManifestDifference> &differences) const
{
    QStringList lines;
    const auto count = [&](What what) { return std::ranges::count(differences, what, &ManifestDifference::what); };
    lines.append(u"Objects: %1 changed, %2 made, %3 deleted, %4 left alone."_s.arg(count(What::Changed))
            .arg(count(What::Created))
            .arg(count(What::Removed))
            .arg(count(What::Left)));
    if (const QJsonObject *const planned = deploymentIn(manifest); planned && deployment)
        lines.append(u"The operator has %1, and gets %2."_s.arg(counted(deployment->rollout.wanted, u"replica"_s))
                .arg((*planned)["spec"_L1]["replicas"_L1].toInt(1)));
    else if (!planned)
        lines.append(u"That revision has no Deployment %1."_s.arg(names::operatorName));
    lines.append(u"Helm touches neither CRDs nor Sites and Policies."_s);
    return lines;
}

QStringList HelmFacts::crdWarnings(const HelmRelease &release) const
{
    QStringList warnings;
    for (const auto &[present, brought] : crdPairs(crds, release)) {
        QStringList missing = schemaFields(schemaOf(versionOf(brought)));
        for (const QString &field : schemaFields(schemaOf(versionOf(present.json()))))
            missing.removeAll(field);
        if (!missing.isEmpty() && !isMixed(present, brought))
            warnings.append(u"the CRD %1 in the cluster is older than that of %2: it does not keep %3. Helm never "
                            "upgrades CRDs: kubectl patronus upgrade-crds"_s.arg(
                                present.key().name, release.chartText(), someOf(missing, 3)));
    }
    return warnings;
}

QStringList HelmFacts::crdObstacles(const HelmRelease &release) const
{
    QStringList obstacles;
    for (const auto &[present, brought] : crdPairs(crds, release))
        if (isMixed(present, brought))
            obstacles.append(u"the CRD %1 in the cluster and the operator of %2 speak different languages (one has "
                             "public_key, one publicKey): kubectl patronus migrate leads from the replaced operator, "
                             "and docs/migration.md has the way back"_s.arg(present.key().name, release.chartText()));
    return obstacles;
}

QStringList valuesDiff(const HelmRelease &from, const HelmRelease &to)
{
    QStringList lines;
    for (const QString &line : diffLines(from.values(), to.values()))
        lines.append(line.first(2) + u"values."_s + line.sliced(2));
    return lines;
}

} // namespace patronus
