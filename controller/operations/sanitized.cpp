// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/sanitized.h"

#include "sdwan/names.h"

#include <QJsonArray>

#include <set>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QJsonObject sanitizedMetadata(QJsonObject metadata)
{
    for (const auto name : {"uid"_L1, "resourceVersion"_L1, "generation"_L1, "creationTimestamp"_L1, "managedFields"_L1,
             "selfLink"_L1, "deletionTimestamp"_L1, "deletionGracePeriodSeconds"_L1, "ownerReferences"_L1})
        metadata.remove(name);

    QJsonObject annotations = metadata["annotations"_L1].toObject();
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration"_L1);
    annotations.remove("deployment.kubernetes.io/revision"_L1); // the controller's, who counts
    metadata.insert("annotations"_L1, annotations);

    QJsonArray finalizers;
    for (const QJsonValue &finalizer : metadata["finalizers"_L1].toArray())
        if (finalizer != names::finalizer)
            finalizers.append(finalizer);
    metadata.insert("finalizers"_L1, finalizers);

    for (const auto name : {"annotations"_L1, "labels"_L1})
        if (metadata[name].toObject().isEmpty())
            metadata.remove(name);
    if (finalizers.isEmpty())
        metadata.remove("finalizers"_L1);
    return metadata;
}

void addDifferingPaths(const QJsonObject &a, const QJsonObject &b, const QString &above, QStringList &paths)
{
    std::set<QString> names;
    for (const QJsonObject &object : {a, b})
        for (auto it = object.begin(); it != object.end(); ++it)
            names.insert(it.key());
    for (const QString &name : names) {
        const QJsonValue left = a[name], right = b[name];
        if (left.isObject() && right.isObject())
            addDifferingPaths(left.toObject(), right.toObject(), above + name + u'.', paths);
        else if (left != right)
            paths.append(above + name);
    }
}

} // namespace

QJsonObject sanitized(const QJsonObject &object)
{
    QJsonObject result = object;
    result.remove("status"_L1);
    result.insert("metadata"_L1, sanitizedMetadata(object["metadata"_L1].toObject()));
    return result;
}

QStringList differingPaths(const QJsonObject &a, const QJsonObject &b)
{
    QStringList paths;
    addDifferingPaths(a, b, {}, paths);
    return paths;
}

} // namespace patronus
