// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

/// @p object as a person would write it, to be made anew in any cluster: apiVersion, kind, labels, annotations,
/// finalizers and everything beside metadata and status. Gone are
/// - what a server gives: uid, resourceVersion, generation, creationTimestamp, managedFields, selfLink, deletion times;
/// - status, and kubectl's copy of what was applied;
/// - our finalizer: the operator sets it again before it sends anything, and where there is no operator it would hold
///   the object for ever. Other finalizers stay: nobody here knows whether somebody sets them again;
/// - ownerReferences: they name UIDs, and where those are not there the garbage collector removes the object;
/// - labels, annotations and finalizers with nothing in them.
/// The annotation remote-name stays: it says whose a name in the Patronus API is.
[[nodiscard]] QJsonObject sanitized(const QJsonObject &object);

/// Where two JSON objects differ, as paths ("spec.mesh.peerWith"), in alphabetical order; empty: they are equal. A list
/// is one value.
[[nodiscard]] QStringList differingPaths(const QJsonObject &a, const QJsonObject &b);

} // namespace patronus
