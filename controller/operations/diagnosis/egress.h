// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QSet>

namespace patronus {

/// Where a pod wants to connect to.
struct Destination {
    QSet<int> ports = {}; ///< one of them is enough
    QString protocol = QStringLiteral("TCP");
    QString address = {}; ///< IP; empty: not known
    QJsonObject namespaceLabels = {}, podLabels = {}; ///< of a pod of the cluster; empty: it is none, or not known
};

/// How the NetworkPolicies of a namespace stand to a connection.
enum class Egress {
    Free, ///< no policy selects the pod
    Allowed, ///< a rule lets it through, or may: an address that is not known cannot be compared
    Blocked,
};

/// Whether @p policies, of its own namespace, let a pod with @p podLabels connect to @p destination
/// (https://kubernetes.io/docs/concepts/services-networking/network-policies/). Ports of a Service are those of its
/// pods: that is what most networks compare.
[[nodiscard]] Egress egressTo(
    const Destination &destination, const QList<Object> &policies, const QJsonObject &podLabels);

} // namespace patronus
