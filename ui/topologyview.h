// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/topologymodel.h"

#include <QWidget>

class QLabel;
class QSettings;
class QStackedWidget;

namespace patronus {

class TopologyMap;

/// The topology: the map, what is to be known of it in words, and the keys to its lines.
class TopologyView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit TopologyView(ClusterModel &cluster, QWidget *parent = nullptr);

    void setNamespace(const QString &nameSpace);
    void focusMap();
    void saveLooks(QSettings &settings) const; ///< where somebody has zoomed or moved the map to
    void restoreLooks(QSettings &settings);
    [[nodiscard]] TopologyMap &map() { return *m_map; }

Q_SIGNALS:
    void selectionChanged(); ///< of the map, or the selected Site has changed
    void opened(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key);

private:
    void refresh();

    ClusterModel &m_cluster;
    TopologyModel m_topology;
    TopologyMap *m_map;
    QLabel *m_count;
    QLabel *m_live;
    QStackedWidget *m_pages;
    QLabel *m_empty;
    QString m_seenVersion; // of the selected Site, to tell its changes from others'
};

} // namespace patronus
