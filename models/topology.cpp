// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/topology.h"

#include "core/json.h"
#include "sdwan/conditions.h"
#include "sdwan/kind.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds batchInterval(100);
constexpr size_t longestStretch = 100; // objects of either kind: what is looked at in five milliseconds

State worst(State a, State b)
{
    return severityRank(a) < severityRank(b) ? a : b;
}

/// What a link that ends at @p node can be at best: to a Site that is not there, none is well.
State stateAt(const TopologyNode &node)
{
    return node.sites.isEmpty() ? State::Degraded : node.state;
}

TopologyLink &linkOf(QMap<std::pair<int, int>, TopologyLink> &links, int one, int other)
{
    TopologyLink &link = links[std::minmax({one, other})];
    std::tie(link.from, link.to) = std::minmax({one, other});
    return link;
}

int placeOf(const TopologyPicture &picture, const QString &name)
{
    const auto node = std::ranges::lower_bound(picture.nodes, name, {}, &TopologyNode::name);
    return int(node - picture.nodes.begin());
}

} // namespace

QList<PolicyPath> pathsOf(const Object &policy)
{
    QList<PolicyPath> paths;
    const QJsonValue action = policy.value(u"spec.action");
    for (const auto &[member, isBackup] : {std::pair("primaryPath"_L1, false), std::pair("backupPath"_L1, true)})
        if (const QString site = action[member]["siteRef"_L1].toString(); !site.isEmpty())
            paths.append({.site = site, .id = action[member]["pathId"_L1].toString(), .isBackup = isBackup});
    return paths;
}

Topology::Topology(const Store &sites, const Store &policies, Clock &clock)
    : m_siteStore(sites), m_policyStore(policies), m_timer(clock.makeTimer([this] { goOn(); }))
{
    const auto follow = [this](const Store &store, std::set<ObjectKey> &pending) {
        connect(&store, &Store::upserted, this, [this, &pending](const Object &after) { note(pending, after); });
        connect(&store, &Store::removed, this, [this, &pending](const Object &last) { note(pending, last); });
        store.forEach([this, &pending](const Object &object) { note(pending, object); });
    };
    follow(sites, m_pendingSites);
    follow(policies, m_pendingPolicies);
}

Topology::~Topology() = default;

void Topology::note(std::set<ObjectKey> &pending, const Object &object)
{
    pending.insert(object.key());
    if (!std::exchange(m_waiting, true))
        m_timer->start(batchInterval);
}

void Topology::goOn()
{
    for (size_t taken = 0; taken < longestStretch && !m_pendingSites.empty(); ++taken)
        takeSite(m_pendingSites.extract(m_pendingSites.begin()).value());
    for (size_t taken = 0; taken < longestStretch && !m_pendingPolicies.empty(); ++taken)
        takePolicy(m_pendingPolicies.extract(m_pendingPolicies.begin()).value());
    m_waiting = !m_pendingSites.empty() || !m_pendingPolicies.empty();
    if (m_waiting)
        m_timer->start({}); // when the event loop has had its turn
    else if (std::exchange(m_isChanged, false))
        Q_EMIT changed();
}

void Topology::takeSite(const ObjectKey &key)
{
    const auto site = m_siteStore.find(key);
    if (!site) {
        m_siteReferences.remove(key);
        m_named.erase({key.name, key});
        m_isChanged |= m_sites.remove(key);
        return;
    }
    std::ignore = site->json(); // its values at once: several are asked for
    SiteFacts facts{siteKind().references(*site), stateOf(*site), reasonOf(*site)};
    facts.peers.removeAll(key.name); // InvalidSpec, and no peering
    facts.peers.removeDuplicates();
    const auto held = m_sites.constFind(key);
    if (held != m_sites.cend() && *held == facts)
        return;
    m_siteReferences.set(key, facts.peers);
    m_named.emplace(key.name, key);
    m_sites.insert(key, facts);
    m_isChanged = true;
}

void Topology::takePolicy(const ObjectKey &key)
{
    const auto policy = m_policyStore.find(key);
    if (!policy) {
        m_policyReferences.remove(key);
        m_isChanged |= m_policies.remove(key);
        return;
    }
    std::ignore = policy->json();
    const PolicyFacts facts{pathsOf(*policy), stateOf(*policy)};
    const auto held = m_policies.constFind(key);
    if (held != m_policies.cend() && *held == facts)
        return;
    m_policyReferences.set(key, policyKind().references(*policy));
    m_policies.insert(key, facts);
    m_isChanged = true;
}

QList<ObjectKey> Topology::sitesNamed(const QString &name) const
{
    QList<ObjectKey> keys;
    for (auto it = m_named.lower_bound({name, {}}); it != m_named.end() && it->first == name; ++it)
        keys.append(it->second);
    std::ranges::sort(keys, {},
        [this](const ObjectKey &key) { return std::pair(m_sites.value(key).reason == reasons::NameConflict, key); });
    return keys;
}

bool Topology::isNamed(const QString &name) const
{
    const auto it = m_named.lower_bound({name, {}});
    return it != m_named.end() && it->first == name;
}

QList<ObjectKey> Topology::peersOf(const QString &name) const
{
    return m_siteReferences.referrers(name);
}

QList<ObjectKey> Topology::policiesOf(const QString &name) const
{
    return m_policyReferences.referrers(name);
}

/// A path's id names both its ends ("hq--branch") where the Patronus API gives them so; it need not.
std::optional<std::pair<QString, QString>> Topology::endsOf(const PolicyPath &path) const
{
    for (qsizetype dashes = path.id.indexOf("--"_L1); dashes >= 0; dashes = path.id.indexOf("--"_L1, dashes + 1)) {
        const QString one = path.id.first(dashes), other = path.id.sliced(dashes + 2);
        const auto isThere = [&](const QString &name) { return name == path.site || isNamed(name); };
        if (one != other && isThere(one) && isThere(other))
            return std::pair(one, other);
    }
    return std::nullopt;
}

TopologyPicture Topology::picture() const
{
    QSet<QString> names;
    for (const auto &[name, key] : m_named)
        if (key == sitesNamed(name).first()) { // the name's owner: what others want does not count
            names.insert(name);
            for (const QString &peer : m_sites.constFind(key)->peers)
                names.insert(peer);
        }
    for (const PolicyFacts &policy : m_policies)
        for (const PolicyPath &path : policy.paths)
            names.insert(path.site);
    QStringList sorted(names.begin(), names.end());
    std::ranges::sort(sorted);

    TopologyPicture picture;
    picture.nodes.reserve(sorted.size());
    for (const QString &name : std::as_const(sorted)) {
        TopologyNode node{.name = name, .sites = sitesNamed(name), .policies = policiesOf(name)};
        if (!node.sites.isEmpty()) {
            const SiteFacts &site = *m_sites.constFind(node.sites.first());
            node.state = site.state;
            node.reason = site.reason;
        }
        picture.nodes.append(std::move(node));
    }
    QMap<std::pair<int, int>, TopologyLink> links;
    addPeerings(picture, links);
    addPaths(picture, links);
    picture.links = links.values();
    return picture;
}

void Topology::addPeerings(const TopologyPicture &picture, QMap<std::pair<int, int>, TopologyLink> &links) const
{
    for (int place = 0; place < picture.nodes.size(); ++place) {
        const TopologyNode &node = picture.nodes[place];
        if (node.sites.isEmpty())
            continue;
        for (const QString &peer : m_sites.constFind(node.sites.first())->peers) {
            const int other = placeOf(picture, peer);
            TopologyLink &link = linkOf(links, place, other);
            link.isOneSided = !link.isPeering; // what is met a second time is mutual
            link.isPeering = true;
            link.peering = worst(stateAt(node), stateAt(picture.nodes[other]));
        }
    }
}

void Topology::addPaths(const TopologyPicture &picture, QMap<std::pair<int, int>, TopologyLink> &links) const
{
    for (auto policy = m_policies.begin(); policy != m_policies.end(); ++policy)
        for (const PolicyPath &path : policy->paths) {
            const auto ends = endsOf(path);
            if (!ends)
                continue;
            const int one = placeOf(picture, ends->first), other = placeOf(picture, ends->second);
            TopologyLink &link = linkOf(links, one, other);
            if (link.policies.isEmpty() || link.policies.last() != policy.key())
                link.policies.append(policy.key());
            link.paths = worst(
                link.paths, worst(policy->state, worst(stateAt(picture.nodes[one]), stateAt(picture.nodes[other]))));
        }
    for (TopologyLink &link : links)
        std::ranges::sort(link.policies);
}

} // namespace patronus
