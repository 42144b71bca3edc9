// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/relationsmodel.h"

#include "core/json.h"
#include "sdwan/kind.h"

using namespace Qt::StringLiterals;

namespace patronus {

using Resource = ClusterModel::Resource;

namespace {

constexpr qsizetype mostOfAKind = 50; // a catch-all shadows thousands

QString pathText(const PolicyPath &path)
{
    return path.id.isEmpty() ? RelationsModel::tr("no path of its own is named")
                             : RelationsModel::tr("path %1").arg(path.id);
}

} // namespace

RelationsModel::RelationsModel(const ClusterModel &cluster, QObject *parent)
    : QAbstractListModel(parent), m_cluster(cluster)
{
    connect(&cluster.topology(), &Topology::changed, this, &RelationsModel::refresh);
    connect(&cluster.policyOrder(), &PolicyOrder::changed, this, &RelationsModel::refresh);
    for (const Resource resource : {Resource::Sites, Resource::Policies})
        connect(&cluster.store(resource), &StoreModel::flushed, this, &RelationsModel::refresh);
}

void RelationsModel::setObject(Resource resource, const ObjectKey &key)
{
    m_resource = resource;
    m_key = key;
    refresh();
}

int RelationsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_relations.size());
}

QVariant RelationsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Relation &relation = m_relations[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return relation.title;
    case Qt::AccessibleTextRole:
        return QStringList{relation.title, relation.right, relation.body}.join(u", "_s);
    case StateRole:
        return QVariant::fromValue(relation.state);
    case KeyRole:
        return QVariant::fromValue(relation.key);
    case ResourceRole:
        return QVariant::fromValue(relation.resource);
    case RightRole:
        return relation.right;
    case BodyRole:
        return relation.body;
    default:
        return {};
    }
}

void RelationsModel::refresh()
{
    const auto object = m_cluster.store(m_resource).find(m_key);
    QList<Relation> relations = !object ? QList<Relation>()
        : m_resource == Resource::Sites ? ofSite(*object)
                                        : ofPolicy(*object);
    if (relations == m_relations)
        return;
    beginResetModel();
    m_relations = std::move(relations);
    endResetModel();
}

RelationsModel::Relation RelationsModel::to(
    Resource resource, const ObjectKey &key, const QString &title, const QString &body) const
{
    const auto object = m_cluster.store(resource).find(key);
    const State state = object ? stateOf(*object) : State::Unknown;
    return {.resource = resource,
        .key = key,
        .state = state,
        .title = title,
        .right
        = state == State::Ready || !object ? stateName(state) : u"%1 · %2"_s.arg(stateName(state), reasonOf(*object)),
        .body = body};
}

RelationsModel::Relation RelationsModel::toSite(const QString &name, const QString &title, const QString &body) const
{
    const QList<ObjectKey> sites = m_cluster.topology().sitesNamed(name);
    if (!sites.isEmpty())
        return to(Resource::Sites, sites.first(), title, body);
    const QString missing = tr("There is no Site of this name in what is read here.");
    return {.resource = Resource::Sites,
        .key = {},
        .state = State::Degraded,
        .title = title,
        .right = tr("not there"),
        .body = body.isEmpty() ? missing : body + u" – "_s + missing};
}

QList<RelationsModel::Relation> RelationsModel::ofSite(const Object &site) const
{
    const Topology &topology = m_cluster.topology();
    const QString own = site.key().name;
    const QStringList peers = siteKind().references(site);
    QList<ObjectKey> naming = topology.peersOf(own);
    QList<Relation> relations;
    for (const QString &peer : peers) {
        const bool isMutual = naming.removeIf([&](const ObjectKey &key) { return key.name == peer; }) > 0;
        const bool isThere = !topology.sitesNamed(peer).isEmpty();
        relations.append(toSite(peer, tr("Peers with %1").arg(peer),
            isThere && !isMutual ? tr("It does not name this Site in turn.") : QString()));
    }
    for (const ObjectKey &key : std::as_const(naming))
        relations.append(
            to(Resource::Sites, key, tr("%1 peers with it").arg(key.name), tr("This Site does not name it in turn.")));
    for (const ObjectKey &key : topology.policiesOf(own)) {
        const auto policy = m_cluster.store(Resource::Policies).find(key);
        for (const PolicyPath &path : policy ? pathsOf(*policy) : QList<PolicyPath>())
            if (path.site == own)
                relations.append(to(Resource::Policies, key,
                    (path.isBackup ? tr("Policy %1 falls back to it") : tr("Policy %1 routes through it"))
                        .arg(key.name),
                    pathText(path)));
    }
    return relations;
}

QList<RelationsModel::Relation> RelationsModel::ofPolicy(const Object &policy) const
{
    QList<Relation> relations;
    for (const PolicyPath &path : pathsOf(policy))
        relations.append(toSite(path.site,
            (path.isBackup ? tr("Falls back to %1") : tr("Routes through %1")).arg(path.site), pathText(path)));
    addOrder(relations, policy);
    return relations;
}

void RelationsModel::addOrder(QList<Relation> &relations, const Object &policy) const
{
    const PolicyOrder &order = m_cluster.policyOrder();
    const auto remark = [&](State state, const QString &title, const QString &body) {
        relations.append(
            {.resource = Resource::Policies, .key = {}, .state = state, .title = title, .right = {}, .body = body});
    };
    if (!order.isSettled())
        remark(State::Working, tr("Still being compared with the other Policies"), {});
    else if (!order.isCompared(policy.key()))
        remark(State::Unknown, tr("Not compared with the other Policies"),
            tr("Its priority and match do not say which packets it means."));
    const auto add = [&](const QList<ObjectKey> &keys, const QString &title, const QString &body) {
        for (const ObjectKey &key : keys.first(std::min(keys.size(), mostOfAKind))) {
            const auto other = m_cluster.store(Resource::Policies).find(key);
            const auto priority = other ? valueAt(other->json(), u"spec.priority").toInteger() : 0;
            relations.append(to(Resource::Policies, key, title.arg(key.name), body.arg(priority)));
        }
        if (keys.size() > mostOfAKind)
            remark(State::Unknown, tr("… and %1 more").arg(keys.size() - mostOfAKind), {});
    };
    const PolicyOrder::Others others = order.others(policy.key());
    const QString own = QString::number(valueAt(policy.json(), u"spec.priority").toInteger());
    add(others.shadowedBy, tr("Shadowed by %1"),
        tr("Its priority %1 comes before %2, and it matches all that this Policy does, which so decides nothing.")
            .arg(u"%1"_s, own));
    add(others.ties, tr("Tied with %1"),
        tr("Both have the priority %1 and traffic in common; which of the two decides is not said."));
    add(others.shadows, tr("Shadows %1"),
        tr("Its priority %1 comes after %2, and this Policy matches all that it does, which so decides nothing.")
            .arg(u"%1"_s, own));
}

} // namespace patronus
