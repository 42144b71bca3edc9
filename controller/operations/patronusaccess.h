// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// Where a setting of the operator has its value: in the Deployment itself, or in a key of a Secret or a ConfigMap.
struct SettingSource {
    QString text = {}; ///< the value itself
    bool isSecret = false; ///< else a ConfigMap
    QString name = {}, key = {}; ///< of that; empty: in the Deployment

    [[nodiscard]] bool isGiven() const { return !text.isEmpty() || !name.isEmpty(); }
    friend bool operator==(const SettingSource &, const SettingSource &) = default;
};

/// How the operator reaches the Patronus API, as its Deployment says: its PATRONUS_API_… variables, those that name a
/// file led back to the Secret or ConfigMap that is mounted there.
struct PatronusAccess {
    QString url = {};
    SettingSource token = {}, username = {}, password = {}, ca = {};

    [[nodiscard]] bool hasCredentials() const { return token.isGiven() || (username.isGiven() && password.isGiven()); }
    friend bool operator==(const PatronusAccess &, const PatronusAccess &) = default;
};

/// The URL alone: of the variable, else the operator's own default.
[[nodiscard]] QString patronusUrlOf(const Object &deployment);
/// Reads @p deployment. Invalid where a file is of a volume that is neither of the two.
[[nodiscard]] Expected<PatronusAccess> patronusAccessOf(const Object &deployment);

/// The value of @p setting of a Deployment in @p nameSpace, without white space around it. NotFound where the key is
/// missing; Forbidden, in the server's words, with verb and resource. @p client has to outlive the answer.
[[nodiscard]] Task<QString> readSetting(
    KubeClient &client, QString nameSpace, SettingSource setting, std::stop_token stop);

/// The Service that @p host means in a pod of @p nameSpace, aliases (ExternalName) followed. NotFound for a host that
/// is none of the cluster. @p client has to outlive the answer.
[[nodiscard]] Task<Object> serviceBehind(KubeClient &client, QString host, QString nameSpace, std::stop_token stop);

/// A container's port.
struct PodPort {
    ObjectKey pod;
    int port = 0;
};

/// The pod and port behind the host and port of @p url as a pod of @p nameSpace would resolve it: a ready one of the
/// Service's. NotFound, with what is missing, for a host that is no Service of the cluster and for one without ready
/// pods. @p client has to outlive the answer.
[[nodiscard]] Task<PodPort> podBehind(KubeClient &client, QUrl url, QString nameSpace, std::stop_token stop);

} // namespace patronus
