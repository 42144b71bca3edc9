// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// What an API server serves: its types, and the schemas that it holds objects against.
class Discovery
{
public:
    /// @p client has to outlive the calls.
    explicit Discovery(KubeClient &client);

    /// All types with a path of their own (no subresources): the core group first, of each group the preferred version
    /// first. By aggregated discovery, which Kubernetes 1.27 and newer have
    /// (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery); two requests.
    [[nodiscard]] Task<QList<ResourceType>> types(std::stop_token stop);

    /// The schema that objects of this kind are held against, with every reference resolved; nullopt where the kind is
    /// not served. From OpenAPI v3, which every authenticated user may read: no permission on CRDs is needed.
    [[nodiscard]] Task<std::optional<QJsonObject>> servedSchema(
        QString group, QString version, QString kind, std::stop_token stop);

private:
    KubeClient &m_client;
};

/// The types of an APIGroupDiscoveryList.
[[nodiscard]] Expected<QList<ResourceType>> resourceTypesFrom(const QJsonObject &groups);

/// The schema of a kind in an OpenAPI v3 document. References are put in; what refers to itself, or is too large,
/// becomes a schema that takes everything.
[[nodiscard]] std::optional<QJsonObject> schemaFrom(
    const QJsonObject &openApi, const QString &group, const QString &version, const QString &kind);

/// Whether @p schema has a place for the field at @p path ("status.conditions.reason": items of lists are passed
/// through).
[[nodiscard]] bool declares(const QJsonObject &schema, QStringView path);

/// @p value without what @p schema does not declare: what a server would refuse (server-side apply) or prune.
/// x-kubernetes-preserve-unknown-fields and additionalProperties keep what they allow.
[[nodiscard]] QJsonObject project(const QJsonObject &value, const QJsonObject &schema);

/// The path of the first field that is written in snake_case with no camelCase field of that name beside it; nullopt
/// where there is none. A CRD with such fields speaks another language than ours.
[[nodiscard]] std::optional<QString> snakeCaseField(const QJsonObject &schema);

} // namespace patronus
