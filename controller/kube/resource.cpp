// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/resource.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace patronus {

QByteArray ResourceType::path(const QString &nameSpace, const QString &name, const QString &subresource) const
{
    QByteArray path = group.isEmpty() ? "/api"_ba : "/apis/"_ba + QUrl::toPercentEncoding(group);
    path += '/' + QUrl::toPercentEncoding(version);
    if (namespaced && !nameSpace.isEmpty())
        path += "/namespaces/" + QUrl::toPercentEncoding(nameSpace);
    path += '/' + QUrl::toPercentEncoding(plural);
    if (!name.isEmpty())
        path += '/' + QUrl::toPercentEncoding(name);
    if (!name.isEmpty() && !subresource.isEmpty())
        path += '/' + QUrl::toPercentEncoding(subresource);
    return path;
}

namespace resources {

const ResourceType &sites()
{
    static const ResourceType type{u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"sites"_s, u"Site"_s};
    return type;
}

const ResourceType &policies()
{
    static const ResourceType type{u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"policies"_s, u"Policy"_s};
    return type;
}

const ResourceType &leases()
{
    static const ResourceType type{u"coordination.k8s.io"_s, u"v1"_s, u"leases"_s, u"Lease"_s};
    return type;
}

const ResourceType &events()
{
    static const ResourceType type{{}, u"v1"_s, u"events"_s, u"Event"_s};
    return type;
}

const ResourceType &pods()
{
    static const ResourceType type{{}, u"v1"_s, u"pods"_s, u"Pod"_s};
    return type;
}

const ResourceType &namespaces()
{
    static const ResourceType type{{}, u"v1"_s, u"namespaces"_s, u"Namespace"_s, false};
    return type;
}

const ResourceType &services()
{
    static const ResourceType type{{}, u"v1"_s, u"services"_s, u"Service"_s};
    return type;
}

const ResourceType &secrets()
{
    static const ResourceType type{{}, u"v1"_s, u"secrets"_s, u"Secret"_s};
    return type;
}

const ResourceType &configMaps()
{
    static const ResourceType type{{}, u"v1"_s, u"configmaps"_s, u"ConfigMap"_s};
    return type;
}

const ResourceType &serviceAccounts()
{
    static const ResourceType type{{}, u"v1"_s, u"serviceaccounts"_s, u"ServiceAccount"_s};
    return type;
}

const ResourceType &endpointSlices()
{
    static const ResourceType type{u"discovery.k8s.io"_s, u"v1"_s, u"endpointslices"_s, u"EndpointSlice"_s};
    return type;
}

const ResourceType &networkPolicies()
{
    static const ResourceType type{u"networking.k8s.io"_s, u"v1"_s, u"networkpolicies"_s, u"NetworkPolicy"_s};
    return type;
}

const ResourceType &autoscalers()
{
    static const ResourceType type{
        u"autoscaling"_s, u"v2"_s, u"horizontalpodautoscalers"_s, u"HorizontalPodAutoscaler"_s};
    return type;
}

const ResourceType &deployments()
{
    static const ResourceType type{u"apps"_s, u"v1"_s, u"deployments"_s, u"Deployment"_s};
    return type;
}

const ResourceType &replicaSets()
{
    static const ResourceType type{u"apps"_s, u"v1"_s, u"replicasets"_s, u"ReplicaSet"_s};
    return type;
}

const ResourceType &customResourceDefinitions()
{
    static const ResourceType type{
        u"apiextensions.k8s.io"_s, u"v1"_s, u"customresourcedefinitions"_s, u"CustomResourceDefinition"_s, false};
    return type;
}

} // namespace resources

} // namespace patronus
