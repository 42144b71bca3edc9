// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/object.h"
#include "kube/resource.h"

#include <QMap>

namespace patronus {

/// What is to be restored: of a bundle, or of files as kubectl writes them.
struct RestoreSource {
    QList<QJsonObject> crds = {}; ///< sanitized(), as all of it
    QList<QJsonObject> objects = {}; ///< Sites, then Policies, each once
    QStringList notes = {}; ///< what in it is left alone, and what its maker had to say
    QJsonObject cluster = {}; ///< ClusterIdentity of the bundle; empty: a file says none
};

/// Sorts what was read by kind. Invalid where one object is there twice with different contents.
[[nodiscard]] Expected<RestoreSource> restoreSourceOf(const QList<QJsonObject> &objects);

/// What the cluster has.
struct RestoreFacts {
    QList<Object> sites = {}, policies = {}; ///< of all namespaces that could be read
    QList<ObjectKey> absentCrds = {};
    QStringList absentNamespaces = {};
};

struct RestoreChoices {
    bool update = false; ///< change objects that are there and differ; else they are skipped
    bool createNamespaces = false; ///< make the ones that are not there; else their objects are conflicts
    bool skipConflicts = false; ///< restore what can be, and leave the rest out
};

/// One object and what becomes of it.
struct RestoreItem {
    enum class Action {
        Create,
        Update,
        Identical, ///< is there, and as wanted
        Skip, ///< is there, differs, and is left alone
        Conflict, ///< cannot be restored as it is: nothing at all is written before that is solved
    };
    ResourceType type;
    ObjectKey key;
    Action action = Action::Create;
    QString reason = {}; ///< for a person; empty where the action says it all
    QJsonObject wanted = {};
    Object present = {}; ///< as it was seen; null where it is not there
    bool waitsForType = false; ///< cannot be tried out before its CRD or its namespace is made
};

[[nodiscard]] const char *actionName(RestoreItem::Action action); ///< "create", "update" …
[[nodiscard]] inline bool isWritten(const RestoreItem &item)
{
    return item.action == RestoreItem::Action::Create || item.action == RestoreItem::Action::Update;
}

/// CRDs and namespaces first, then Sites, then Policies.
struct RestorePlan {
    QList<RestoreItem> items = {};

    [[nodiscard]] qsizetype count(RestoreItem::Action action) const;
    /// Whether something has to be written that others wait for.
    [[nodiscard]] bool hasPrerequisites() const;
};

/// What to do with each object. The Patronus API knows one name space and Kubernetes many, so an object whose name
/// somebody has in another namespace is a Conflict, unless both are in the source and one of them had recorded the name
/// (annotation remote-name): then the operator decides it as before.
[[nodiscard]] RestorePlan planRestore(
    const RestoreSource &source, const RestoreFacts &facts, const RestoreChoices &choices);

/// Whether @p present is what @p wanted says, but for finalizers and what the operator noted on it; else where not.
[[nodiscard]] QStringList restoreDifferences(const QJsonObject &wanted, const QJsonObject &present);

/// The JSON merge patch (RFC 7396) that makes @p present what @p wanted says and touches nothing else.
[[nodiscard]] QJsonObject restorePatch(const QJsonObject &wanted, const QJsonObject &present);

} // namespace patronus
