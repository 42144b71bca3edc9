// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QAbstractListModel>

namespace patronus {

/// The nodes of the topology, by name, and the links between them; of all namespaces or of one. KeyRole is the Site,
/// empty where there is none.
class TopologyModel : public QAbstractListModel
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit TopologyModel(const ClusterModel &cluster, QObject *parent = nullptr);

    /// While nobody looks it stays as it is.
    void setFollowing(bool following);
    /// Empty: all. Else the Sites of it, and what they and its Policies are connected with.
    void setNamespace(const QString &nameSpace);

    [[nodiscard]] const QList<TopologyNode> &nodes() const { return m_picture.nodes; }
    [[nodiscard]] const QList<TopologyLink> &links() const { return m_picture.links; }
    [[nodiscard]] QString linkText(const TopologyLink &link) const; ///< in words, in lines
    /// Of the Policies on a link the one that is worst, or nothing.
    [[nodiscard]] ObjectKey worstPolicy(const TopologyLink &link) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void linksChanged(); ///< or nodes came or went; after the model says so

private:
    void refresh();
    [[nodiscard]] TopologyPicture narrowed(const TopologyPicture &whole) const;
    [[nodiscard]] QStringList words(const TopologyNode &node) const;

    const ClusterModel &m_cluster;
    QString m_namespace;
    bool m_isFollowing = false;
    TopologyPicture m_picture;
};

} // namespace patronus
