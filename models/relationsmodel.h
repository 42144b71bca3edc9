// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QAbstractListModel>

namespace patronus {

/// What one Site or Policy refers to, what refers to it, and which Policies stand in each other's way; follows every
/// change.
class RelationsModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        ResourceRole
        = Qt::UserRole + 100, ///< ClusterModel::Resource; KeyRole has the key, empty where nothing is there
        RightRole,
        BodyRole,
    };

    /// @p cluster has to outlive it.
    explicit RelationsModel(const ClusterModel &cluster, QObject *parent = nullptr);

    /// An empty @p key has no relations.
    void setObject(ClusterModel::Resource resource, const ObjectKey &key);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    struct Relation {
        ClusterModel::Resource resource;
        ObjectKey key; ///< empty: there is nothing to open
        State state;
        QString title, right, body;
        friend bool operator==(const Relation &, const Relation &) = default;
    };
    void refresh();
    [[nodiscard]] QList<Relation> ofSite(const Object &site) const;
    [[nodiscard]] QList<Relation> ofPolicy(const Object &policy) const;
    void addOrder(QList<Relation> &relations, const Object &policy) const;
    [[nodiscard]] Relation toSite(const QString &name, const QString &title, const QString &body) const;
    [[nodiscard]] Relation to(
        ClusterModel::Resource resource, const ObjectKey &key, const QString &title, const QString &body = {}) const;

    const ClusterModel &m_cluster;
    ClusterModel::Resource m_resource = ClusterModel::Resource::Sites;
    ObjectKey m_key;
    QList<Relation> m_relations;
};

} // namespace patronus
