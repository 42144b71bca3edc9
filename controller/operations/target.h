// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "kube/kubecontext.h"

namespace patronus {

/// What tells one cluster from another: a name in a kubeconfig may mean another one tomorrow.
struct ClusterIdentity {
    QString server = {}; ///< URL
    QString caSha256 = {}; ///< of the authorities in the kubeconfig, without line ends; empty: the system's
    QString kubeSystemUid = {}; ///< of the namespace kube-system; empty where it may not be read

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static ClusterIdentity fromJson(const QJsonObject &json);
    friend bool operator==(const ClusterIdentity &, const ClusterIdentity &) = default;
};

/// On what an action is done, as it is shown before and written down after.
struct Target {
    QString context;
    ClusterIdentity cluster;
    QString nameSpace; ///< empty: all
    QString user; ///< as whom the server knows us; the kubeconfig's name for it before Kubernetes 1.28
    QString serverVersion; ///< "v1.34.4"

    /// The target block, as label and value, for a person.
    [[nodiscard]] QList<std::pair<QString, QString>> rows() const;
    /// The same as text, a line each, with the class of the context.
    [[nodiscard]] QString text() const;
};

/// Asks the server of @p client, which was made of @p context.
[[nodiscard]] Task<Target> readTarget(KubeClient &client, KubeContext context, QString nameSpace, std::stop_token stop);

} // namespace patronus
