// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/egress.h"

#include <QHostAddress>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool holds(const QJsonObject &expression, const QJsonObject &labels)
{
    const QString name = expression["key"_L1].toString(), how = expression["operator"_L1].toString();
    const bool isThere = labels.contains(name);
    if (how == "Exists"_L1 || how == "DoesNotExist"_L1)
        return isThere == (how == "Exists"_L1);
    const bool isAmong = isThere && expression["values"_L1].toArray().contains(labels[name]);
    return isAmong == (how == "In"_L1);
}

/// A label selector; an empty one selects all.
bool selects(const QJsonObject &selector, const QJsonObject &labels)
{
    const QJsonObject wanted = selector["matchLabels"_L1].toObject();
    for (auto it = wanted.begin(); it != wanted.end(); ++it)
        if (labels[it.key()] != *it)
            return false;
    const QJsonArray expressions = selector["matchExpressions"_L1].toArray();
    return std::ranges::all_of(
        expressions, [&](const QJsonValue &expression) { return holds(expression.toObject(), labels); });
}

bool isInBlock(const QJsonObject &block, const QString &address)
{
    const QHostAddress ip(address);
    if (ip.isNull())
        return true; // not known
    const auto contains = [&ip](const QString &cidr) { return ip.isInSubnet(QHostAddress::parseSubnet(cidr)); };
    const QJsonArray exceptions = block["except"_L1].toArray();
    return contains(block["cidr"_L1].toString())
        && std::ranges::none_of(exceptions, [&](const QJsonValue &cidr) { return contains(cidr.toString()); });
}

bool isPeer(const QJsonObject &peer, const Destination &destination, const QString &ownNamespace)
{
    if (peer.contains("ipBlock"_L1))
        return isInBlock(peer["ipBlock"_L1].toObject(), destination.address);
    if (destination.namespaceLabels.isEmpty())
        return false; // selectors select pods of the cluster alone
    const bool isThere = peer.contains("namespaceSelector"_L1)
        ? selects(peer["namespaceSelector"_L1].toObject(), destination.namespaceLabels)
        : destination.namespaceLabels["kubernetes.io/metadata.name"_L1] == ownNamespace;
    if (!isThere)
        return false;
    return !peer.contains("podSelector"_L1) || destination.podLabels.isEmpty()
        || selects(peer["podSelector"_L1].toObject(), destination.podLabels);
}

bool isPort(const QJsonObject &port, const Destination &destination)
{
    if (port["protocol"_L1].toString(u"TCP"_s) != destination.protocol)
        return false;
    const QJsonValue number = port["port"_L1];
    if (!number.isDouble())
        return true; // all of them, or one by a name that only the pod knows
    const int first = number.toInt(), last = port["endPort"_L1].toInt(first);
    return std::ranges::any_of(destination.ports, [&](int wanted) { return first <= wanted && wanted <= last; });
}

bool allows(const QJsonObject &rule, const Destination &destination, const QString &ownNamespace)
{
    const QJsonArray ports = rule["ports"_L1].toArray(), peers = rule["to"_L1].toArray();
    const auto byPort = [&](const QJsonValue &port) { return isPort(port.toObject(), destination); };
    const auto byPeer = [&](const QJsonValue &peer) { return isPeer(peer.toObject(), destination, ownNamespace); };
    return (ports.isEmpty() || std::ranges::any_of(ports, byPort))
        && (peers.isEmpty() || std::ranges::any_of(peers, byPeer));
}

bool concernsEgress(const QJsonObject &policy)
{
    const QJsonArray types = policy["policyTypes"_L1].toArray();
    return types.isEmpty() ? policy.contains("egress"_L1) : types.contains(u"Egress"_s);
}

} // namespace

Egress egressTo(const Destination &destination, const QList<Object> &policies, const QJsonObject &podLabels)
{
    Egress egress = Egress::Free;
    for (const Object &policy : policies) {
        const QJsonObject spec = policy.spec();
        if (!concernsEgress(spec) || !selects(spec["podSelector"_L1].toObject(), podLabels))
            continue;
        egress = Egress::Blocked;
        const QJsonArray rules = spec["egress"_L1].toArray();
        const auto lets
            = [&](const QJsonValue &rule) { return allows(rule.toObject(), destination, policy.key().nameSpace); };
        if (std::ranges::any_of(rules, lets))
            return Egress::Allowed;
    }
    return egress;
}

} // namespace patronus
