// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "kube/resource.h"
#include "patronusapi/types.h"

#include <QStringList>

namespace patronus {

/// What is wrong with one member of a spec.
struct Problem {
    QString path; ///< "spec.wireguard.publicKey"
    QString message; ///< what is wrong and what is allowed

    friend bool operator==(const Problem &, const Problem &) = default;
};

/// What a missing Site means for the object that refers to it (docs/decisions/0005-references.md).
enum class MissingReference {
    SendAnyway, ///< a Site stands by itself: the API joins the peers as they come
    Wait, ///< a Policy would route traffic to nowhere
};

/// Everything in which Sites and Policies differ for the reconciler: pure functions of one object.
struct Kind {
    RemoteKind remote;
    const ResourceType &(*resource)();
    const char *label; ///< `controller` and `kind` label: "site", "policy"
    MissingReference missingReference;

    /// The stricter rules of crds.md, beyond what the schema refuses; empty: valid.
    QList<Problem> (*validate)(const Object &object);
    /// What PUT sends (patronus-api.md). Asks for a valid object.
    QJsonObject (*remoteBody)(const Object &object);
    /// Names of the Sites that the spec refers to, each once.
    QStringList (*references)(const Object &object);
};

[[nodiscard]] const Kind &siteKind(); ///< site.cpp
[[nodiscard]] const Kind &policyKind(); ///< policy.cpp

} // namespace patronus
