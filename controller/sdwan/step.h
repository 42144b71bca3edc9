// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "kube/resource.h"
#include "patronusapi/types.h"

#include <variant>

namespace patronus {

/// PUT of one object to the Patronus API.
struct PutRemote {
    RemoteKind kind;
    QString name;
    QJsonObject body;
    QStringList differences = {}; ///< what differs from the object there; empty when it is not there
};

/// DELETE of one object in the Patronus API; gone already is success.
struct DeleteRemote {
    RemoteKind kind;
    QString name;
};

/// Puts the finalizer and the remote-name annotation on @c object.
struct SetFinalizer {
    ResourceType type;
    Object object;
};

/// Takes the finalizer off @c object, so that it can go.
struct RemoveFinalizer {
    ResourceType type;
    Object object;
};

/// Server-side apply of the operator's part of the status.
struct PatchStatus {
    ResourceType type;
    Object object; ///< as it was seen
    QJsonObject status;
};

/// A core/v1 Event on @c object.
struct RecordEvent {
    ResourceType type;
    Object object;
    bool isWarning = false;
    QLatin1StringView reason;
    QString message;
};

/// One change of the world, decided and not yet made.
using Step = std::variant<PutRemote, DeleteRemote, SetFinalizer, RemoveFinalizer, PatchStatus, RecordEvent>;

/// The request that the step is, as far as it is decided before it is sent.
struct StepRequest {
    bool isRemote = false; ///< to the Patronus API; else to Kubernetes
    const char *method = "";
    QString path = {};
    QJsonObject body = {}; ///< empty: none, or made at the moment of sending
};
[[nodiscard]] StepRequest requestOf(const Step &step);
/// The step in a line for people: "PUT /api/v1/sites/hq (changes location)".
[[nodiscard]] QString describe(const Step &step);
/// What the step sends, as indented JSON; empty where it sends nothing.
[[nodiscard]] QByteArray payload(const Step &step);

} // namespace patronus
