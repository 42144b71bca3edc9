// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/state.h"
#include "runtime/store.h"
#include "runtime/triggers.h"

#include <QMap>

#include <memory>
#include <set>

namespace patronus {

/// One path of a Policy's action.
struct PolicyPath {
    QString site; ///< the name that it refers to
    QString id; ///< as the Patronus API calls the path; may be empty
    bool isBackup = false;
    friend bool operator==(const PolicyPath &, const PolicyPath &) = default;
};
[[nodiscard]] QList<PolicyPath> pathsOf(const Object &policy); ///< the primary first

/// A name that a Site has, or that others think one has.
struct TopologyNode {
    QString name;
    QList<ObjectKey> sites = {}; ///< of that name, the one that owns it first; empty: there is none
    State state = State::Unknown; ///< of the first
    QString reason = {};
    QList<ObjectKey> policies = {}; ///< that refer to it
    friend bool operator==(const TopologyNode &, const TopologyNode &) = default;
};

/// What connects two nodes. Its health is the worst of its ends and of the Policies on it.
struct TopologyLink {
    int from = 0, to = 0; ///< places in the list of nodes, the lower first
    bool isPeering = false;
    bool isOneSided = false; ///< only one of both names the other
    QList<ObjectKey> policies = {}; ///< whose path runs here
    State peering = State::Ready, paths = State::Ready;
    friend bool operator==(const TopologyLink &, const TopologyLink &) = default;
};

struct TopologyPicture {
    QList<TopologyNode> nodes; ///< by name
    QList<TopologyLink> links; ///< by their ends
};

/// Who refers to whom among Sites and Policies, by name and over all namespaces, as the operator resolves names
/// (docs/decisions/0005-references.md). It takes changes over ten times a second, in stretches of milliseconds.
class Topology : public QObject
{
    Q_OBJECT

public:
    /// Follows both stores, which have to outlive it, as @p clock.
    Topology(const Store &sites, const Store &policies, Clock &clock);
    ~Topology() override;

    [[nodiscard]] TopologyPicture picture() const; ///< reads every Site and Policy
    [[nodiscard]] QList<ObjectKey> sitesNamed(const QString &name) const; ///< the one that owns the name first
    [[nodiscard]] QList<ObjectKey> peersOf(const QString &name) const; ///< Sites that name it, sorted
    [[nodiscard]] QList<ObjectKey> policiesOf(const QString &name) const; ///< Policies that name it, sorted

Q_SIGNALS:
    void changed(); ///< what it answers; ten times a second at most

private:
    struct SiteFacts {
        QStringList peers;
        State state = State::Unknown;
        QString reason = {};
        friend bool operator==(const SiteFacts &, const SiteFacts &) = default;
    };
    struct PolicyFacts {
        QList<PolicyPath> paths;
        State state = State::Unknown;
        friend bool operator==(const PolicyFacts &, const PolicyFacts &) = default;
    };
    void note(std::set<ObjectKey> &pending, const Object &object);
    void goOn();
    void takeSite(const ObjectKey &key);
    void takePolicy(const ObjectKey &key);
    void addPeerings(const TopologyPicture &picture, QMap<std::pair<int, int>, TopologyLink> &links) const;
    void addPaths(const TopologyPicture &picture, QMap<std::pair<int, int>, TopologyLink> &links) const;
    [[nodiscard]] bool isNamed(const QString &name) const; ///< there is such a Site
    [[nodiscard]] std::optional<std::pair<QString, QString>> endsOf(const PolicyPath &path) const;

    const Store &m_siteStore, &m_policyStore;
    std::set<ObjectKey> m_pendingSites, m_pendingPolicies; // have changed, and were not looked at yet
    QHash<ObjectKey, SiteFacts> m_sites;
    QHash<ObjectKey, PolicyFacts> m_policies;
    std::set<std::pair<QString, ObjectKey>> m_named; // Sites, by name
    ReferenceIndex m_siteReferences, m_policyReferences;
    std::unique_ptr<Timer> m_timer;
    bool m_waiting = false, m_isChanged = false;
};

} // namespace patronus
