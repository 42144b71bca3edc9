// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"
#include "ui/commandpalette.h"

#include <QWidget>

class QListWidget;
class QSettings;
class QSplitter;
class QStackedWidget;

namespace patronus {

class DetailPanel;
class LogView;
class ObjectView;
class TopologyView;

/// What a window shows of one connected cluster: the views at the left, the one chosen, and the selected object.
class ClusterPage : public QWidget
{
    Q_OBJECT

public:
    enum class View {
        Overview,
        Sites,
        Policies,
        Topology,
        Metrics,
        Logs,
        Events,
        Drift,
        Diagnosis,
        Maintenance,
        Backups,
        Releases,
        Journal,
    };
    Q_ENUM(View)
    static constexpr View allViews[]
        = {View::Overview, View::Sites, View::Policies, View::Topology, View::Metrics, View::Logs, View::Events,
            View::Drift, View::Diagnosis, View::Maintenance, View::Backups, View::Releases, View::Journal};
    [[nodiscard]] static QString viewName(View view);

    /// @p cluster has to outlive it.
    explicit ClusterPage(ClusterModel &cluster, QWidget *parent = nullptr);

    void showView(View view);
    [[nodiscard]] View view() const;
    void setNamespace(const QString &nameSpace); ///< empty: all
    void edit(ClusterModel::Resource resource, const Object &object); ///< null: a new one is made
    void edit(const EditedObject &edit); ///< its base, as it is now; of none a new one, which begins as its mine says
    void focusFilter(); ///< of the view that is shown, where it has one; the log's search
    void focusRows(); ///< of the view that is shown, where it has some
    void select(ClusterModel::Resource resource, const ObjectKey &key); ///< opens its view and selects it
    [[nodiscard]] DetailPanel &details() { return *m_details; }
    [[nodiscard]] TopologyView &topology() { return *m_topology; }
    [[nodiscard]] ObjectView &objects(ClusterModel::Resource resource);
    [[nodiscard]] QList<CommandPalette::Command> commands(); ///< to open each object
    void saveLooks(QSettings &settings); ///< the view that is shown, and those of the tables
    void restoreLooks(QSettings &settings);

private:
    void onViewChanged();
    void refreshCounts();
    void refreshDetails();
    [[nodiscard]] ObjectView *shownObjects() const; ///< the Sites' or Policies' view, if one of them is shown

    ClusterModel &m_cluster;
    QListWidget *m_sidebar;
    QSplitter *m_split;
    QStackedWidget *m_stack;
    ObjectView *m_sites;
    ObjectView *m_policies;
    ObjectView *m_events;
    TopologyView *m_topology;
    LogView *m_logs;
    DetailPanel *m_details;
};

} // namespace patronus
