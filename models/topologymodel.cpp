// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/topologymodel.h"

#include "models/units.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

TopologyModel::TopologyModel(const ClusterModel &cluster, QObject *parent)
    : QAbstractListModel(parent), m_cluster(cluster)
{
    connect(&cluster.topology(), &Topology::changed, this, [this] {
        if (m_isFollowing)
            refresh();
    });
}

void TopologyModel::setFollowing(bool following)
{
    if (!std::exchange(m_isFollowing, following) && following)
        refresh();
}

void TopologyModel::setNamespace(const QString &nameSpace)
{
    m_namespace = nameSpace;
    if (m_isFollowing)
        refresh();
}

void TopologyModel::refresh()
{
    TopologyPicture picture = narrowed(m_cluster.topology().picture());
    const bool sameNodes
        = std::ranges::equal(m_picture.nodes, picture.nodes, {}, &TopologyNode::name, &TopologyNode::name);
    const auto ends = [](const TopologyLink &link) { return std::pair(link.from, link.to); };
    const bool sameLinks = sameNodes && std::ranges::equal(m_picture.links, picture.links, {}, ends, ends);
    if (sameNodes) {
        m_picture = std::move(picture);
        if (!m_picture.nodes.isEmpty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    } else {
        beginResetModel();
        m_picture = std::move(picture);
        endResetModel();
    }
    if (!sameLinks)
        Q_EMIT linksChanged();
}

TopologyPicture TopologyModel::narrowed(const TopologyPicture &whole) const
{
    if (m_namespace.isEmpty())
        return whole;
    const auto isOwn = [this](const ObjectKey &key) { return key.nameSpace == m_namespace; };
    const auto hasOwnSite = [&](int node) { return std::ranges::any_of(whole.nodes[node].sites, isOwn); };
    const auto isShown = [&](const TopologyLink &link) {
        return hasOwnSite(link.from) || hasOwnSite(link.to) || std::ranges::any_of(link.policies, isOwn);
    };
    QSet<int> kept;
    for (int node = 0; node < whole.nodes.size(); ++node)
        if (hasOwnSite(node) || std::ranges::any_of(whole.nodes[node].policies, isOwn))
            kept.insert(node);
    for (const TopologyLink &link : whole.links)
        if (isShown(link))
            kept << link.from << link.to;

    TopologyPicture picture;
    QHash<int, int> places;
    for (int node = 0; node < whole.nodes.size(); ++node)
        if (kept.contains(node)) {
            places.insert(node, int(picture.nodes.size()));
            picture.nodes.append(whole.nodes[node]);
        }
    for (TopologyLink link : whole.links)
        if (isShown(link)) {
            link.from = places[link.from];
            link.to = places[link.to];
            picture.links.append(link);
        }
    return picture;
}

int TopologyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_picture.nodes.size());
}

QVariant TopologyModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const TopologyNode &node = m_picture.nodes[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return node.name;
    case Qt::AccessibleTextRole:
        return words(node).join(u", "_s);
    case Qt::ToolTipRole:
        return words(node).join(u'\n');
    case KeyRole:
        return QVariant::fromValue(node.sites.isEmpty() ? ObjectKey() : node.sites.first());
    case StateRole:
        return QVariant::fromValue(node.state);
    default:
        return {};
    }
}

QStringList TopologyModel::words(const TopologyNode &node) const
{
    QStringList words;
    if (node.sites.isEmpty())
        words = {node.name, tr("not there: no Site of this name is read here")};
    else
        words = {tr("Site %1 in %2").arg(node.name, node.sites.first().nameSpace),
            node.reason.isEmpty() ? stateName(node.state) : u"%1 · %2"_s.arg(stateName(node.state), node.reason)};
    if (node.sites.size() > 1)
        words.append(tr("%1 Sites want this name: %2").arg(node.sites.size()).arg(units::listed(node.sites)));
    if (const auto peers = m_cluster.topology().peersOf(node.name); !peers.isEmpty())
        words.append(tr("Peer of %1").arg(units::listed(peers)));
    if (!node.policies.isEmpty())
        words.append(tr("Policies: %1").arg(units::listed(node.policies)));
    return words;
}

QString TopologyModel::linkText(const TopologyLink &link) const
{
    QStringList lines{u"%1 – %2"_s.arg(nodes()[link.from].name, nodes()[link.to].name)};
    if (link.isPeering)
        lines.append((link.isOneSided ? tr("Peering that only one of both names: %1") : tr("Peering: %1"))
                .arg(stateName(link.peering)));
    if (!link.policies.isEmpty())
        lines.append(tr("Path of %1: %2").arg(units::listed(link.policies), stateName(link.paths)));
    lines.append(tr("by the state of both ends and of the Policies"));
    return lines.join(u'\n');
}

ObjectKey TopologyModel::worstPolicy(const TopologyLink &link) const
{
    const auto rank = [this](const ObjectKey &key) {
        const auto policy = m_cluster.store(ClusterModel::Resource::Policies).find(key);
        return policy ? severityRank(stateOf(*policy)) : int(std::size(allStates));
    };
    return link.policies.isEmpty() ? ObjectKey() : *std::ranges::min_element(link.policies, {}, rank);
}

} // namespace patronus
