// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/change.h"
#include "operations/previewedobject.h"

namespace patronus {

/// Changes of Sites and Policies that somebody thinks of making, or objects as they are.
struct PreviewRequest {
    QList<Change> changes = {}; ///< of other kinds: left out
    QList<QJsonObject> manifests = {}; ///< as `kubectl apply` takes them; of other kinds: left out, and noted
    QList<std::pair<const Kind *, ObjectKey>> objects = {};
    bool isDelete = false; ///< manifests and objects are deleted; else applied, or looked at as they are
    bool isAll = false; ///< every object is looked at as it is, those without a step are left out of the answer
    QString nameSpace = QStringLiteral("default"); ///< of manifests that name none
};

struct ChangesPreview {
    QList<PreviewedObject> objects = {}; ///< as they were asked for, then those that follow
    QStringList notes = {};
};

/// Whom it asks; all of it outlives what runs.
struct PreviewWorld {
    KubeClient &client;
    PatronusClient *patronus; ///< may be null
    Clock &clock;
};

/// What `kubectl apply` would send for @p manifest where @p live is there: a JSON merge patch that takes away what was
/// applied before and is no longer in it (annotation last-applied-configuration), and sets what is in it
/// (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes).
[[nodiscard]] QJsonObject applyPatch(const QJsonObject &manifest, const Object &live);

/// Has the server try each change out (dryRun=All, fieldValidation=Strict), lays its answers over what the cluster has,
/// and previews every object concerned. Sites and Policies of all namespaces have to be readable: Forbidden names verb
/// and resource. Nothing is changed.
[[nodiscard]] Task<ChangesPreview> previewChanges(PreviewWorld world, PreviewRequest request, std::stop_token stop);

} // namespace patronus
