// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/accessreview.h"

#include <QList>

namespace patronus {

/// What the operator does with the Kubernetes API in a day, a verb each, as the guide's RBAC allows it: Sites, Policies
/// and Events in @p watched (empty: all namespaces), Leases in @p ownNamespace.
[[nodiscard]] QList<AccessQuestion> neededAccess(const QString &ownNamespace, const QString &watched);

} // namespace patronus
