// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/diagnosis/gather.h"
#include "operations/progress.h"
#include "operations/target.h"

#include <QMap>

namespace patronus {

/// What somebody who is asked for help has to see of a cluster, as files: the operator's Deployment, pods, Events and
/// logs, its metrics, Sites and Policies, CRDs, network policies, what was allowed, and the diagnosis. No Secret is
/// read, and what looks like one is left out of the rest, and named.
struct SupportBundle {
    QString name; ///< of its folder: "patronus-bundle-CONTEXT-TIME"
    QMap<QString, QByteArray> files = {}; ///< by name
    QStringList redacted = {}; ///< what was left out as a secret: "pods.yaml: items[0].spec…"
    QStringList missing = {}; ///< what could not be read, and why
};

/// Text as it came from the cluster, by file name: logs and metrics.
struct BundledTexts {
    QMap<QString, Expected<QByteArray>> byName = {};
};

/// Puts it together. Pure.
[[nodiscard]] SupportBundle makeSupportBundle(
    const Target &target, const DiagnosisFacts &facts, const BundledTexts &texts, const QString &program);

/// Of what a bundle is gathered.
struct SupportScope {
    Target target;
    DiagnosisScope diagnosis;
    QString program; ///< "kubectl-patronus 0.1.0"
    Progress progress = {};
};
/// Gathers and puts together. It only reads, and tries out as a diagnosis does. @p client and @p clock have to outlive
/// what runs.
[[nodiscard]] Task<SupportBundle> gatherSupportBundle(
    KubeClient &client, Clock &clock, SupportScope scope, std::stop_token stop);

} // namespace patronus
