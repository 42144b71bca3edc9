// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

namespace patronus {

/// A kind of object as the API server addresses it.
struct ResourceType {
    QString group; ///< empty for the core group
    QString version;
    QString plural;
    QString kind;
    bool namespaced = true;

    [[nodiscard]] QString apiVersion() const { return group.isEmpty() ? version : group + QLatin1Char('/') + version; }
    /// "PLURAL.GROUP", the name of its CustomResourceDefinition; of the core group the plural alone.
    [[nodiscard]] QString groupResource() const { return group.isEmpty() ? plural : plural + QLatin1Char('.') + group; }
    /// "/apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME][/SUBRESOURCE]", percent-encoded. An empty namespace of a
    /// namespaced resource means all namespaces.
    [[nodiscard]] QByteArray path(
        const QString &nameSpace, const QString &name = {}, const QString &subresource = {}) const;

    friend bool operator==(const ResourceType &, const ResourceType &) = default;
};

/// The types that this project uses.
namespace resources {
[[nodiscard]] const ResourceType &sites(); ///< sdwan.patronus.dev/v1alpha1
[[nodiscard]] const ResourceType &policies(); ///< sdwan.patronus.dev/v1alpha1
[[nodiscard]] const ResourceType &leases(); ///< coordination.k8s.io/v1
[[nodiscard]] const ResourceType &events(); ///< core v1
[[nodiscard]] const ResourceType &pods(); ///< core v1
[[nodiscard]] const ResourceType &namespaces(); ///< core v1
[[nodiscard]] const ResourceType &services(); ///< core v1
[[nodiscard]] const ResourceType &secrets(); ///< core v1
[[nodiscard]] const ResourceType &configMaps(); ///< core v1
[[nodiscard]] const ResourceType &serviceAccounts(); ///< core v1
[[nodiscard]] const ResourceType &endpointSlices(); ///< discovery.k8s.io/v1
[[nodiscard]] const ResourceType &networkPolicies(); ///< networking.k8s.io/v1
[[nodiscard]] const ResourceType &autoscalers(); ///< horizontalpodautoscalers of autoscaling/v2
[[nodiscard]] const ResourceType &deployments(); ///< apps/v1
[[nodiscard]] const ResourceType &replicaSets(); ///< apps/v1
[[nodiscard]] const ResourceType &customResourceDefinitions(); ///< apiextensions.k8s.io/v1
} // namespace resources

} // namespace patronus
