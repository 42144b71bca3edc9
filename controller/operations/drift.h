// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "patronusapi/client.h"
#include "sdwan/kind.h"

#include <QMap>

namespace patronus {

/// How one Site or Policy stands in its three places: what its spec wants, what its status says, what the Patronus API
/// holds.
struct DriftItem {
    enum class State {
        InSync,
        Paused, ///< somebody said so; the rest of it may differ
        Deleting, ///< waits for the API, or for the operator
        NotReconciled, ///< the operator has not brought this spec to the API, and says why, or has not looked yet
        Changed, ///< the status says it is there, and the API's object differs: changed behind the operator
        Missing, ///< the status says it is there, and it is not
        Orphan, ///< the API has it, and no object
        NameConflict, ///< its name is another object's, in another namespace: the API knows none
        Dangling, ///< it names a Site that is nowhere
        Invalid, ///< the operator would not send this spec
    };
    const Kind *kind;
    ObjectKey key; ///< an orphan has no namespace
    State state = State::InSync;
    QStringList remarks = {}; ///< what was seen beyond the state, and what else is wrong with it
    QString remedy = {}; ///< empty: nothing to do
    bool isAdoptable = false; ///< of NameConflict: nobody has the name now, and it may be taken over
    QStringList fields = {}; ///< where what is wanted and what the API holds differ: "wireguard.listen_port"
    Object object = {}; ///< null for an orphan
    QJsonObject wanted = {}; ///< what would be sent; empty where nothing would be
    std::optional<QJsonObject> remote
        = std::nullopt; ///< of the members that the operator sends; nullopt: it is not there

    [[nodiscard]] QJsonObject toJson() const;
};

[[nodiscard]] const char *stateName(DriftItem::State state); ///< "in-sync", "not-reconciled" …

/// What the Patronus API holds, by kind and name.
using RemoteObjects = QMap<RemoteKind, QMap<QString, QJsonObject>>;
/// Reads all of it. @p client has to outlive the answer.
[[nodiscard]] Task<RemoteObjects> readRemoteObjects(PatronusClient &client, std::stop_token stop);

struct DriftFacts {
    QList<Object> sites = {}, policies = {};
    RemoteObjects remote = {};
    /// Whether @c sites and @c policies are those of all namespaces: else no orphan can be told.
    bool isWhole = true;
};

/// Every object of either side, Sites first, what is not in sync before what is, by namespace and name. Pure.
[[nodiscard]] QList<DriftItem> findDrift(const DriftFacts &facts);

} // namespace patronus
