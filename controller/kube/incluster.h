// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/kubecontext.h"

#include <QProcessEnvironment>

namespace patronus {

/// Whether this process runs in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are set.
[[nodiscard]] bool isInCluster(const QProcessEnvironment &environment);

/// The API server as a pod reaches it
/// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/): the service's address from @p environment,
/// token, CA and namespace from the service account's @p folder. Token and CA are files, so that both rotate;
/// POD_NAMESPACE goes before the folder's namespace. Invalid, with what is missing, outside a pod or without a service
/// account.
[[nodiscard]] Expected<KubeContext> inClusterContext(const QProcessEnvironment &environment,
    const QString &folder = QStringLiteral("/var/run/secrets/kubernetes.io/serviceaccount"));

/// The context that a program starts with: of --kubeconfig @p kubeconfig or KUBECONFIG where one is given, or @p
/// context is; else the pod's own in a pod; else of HOME/.kube/config. @p context may be empty: the current one.
[[nodiscard]] Expected<KubeContext> startContext(
    const QProcessEnvironment &environment, const QString &kubeconfig, const QString &context);

} // namespace patronus
