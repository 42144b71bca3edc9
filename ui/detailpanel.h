// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"
#include "models/conditionsmodel.h"
#include "models/filterproxy.h"
#include "models/relationsmodel.h"

#include <QWidget>

class QLabel;
class QListView;
class QTabWidget;

namespace patronus {

class CodeView;
class ObjectActions;
class RemoteView;

/// One object: how it is and why, its conditions, spec, Events and what it is connected with, and what the operator
/// would do with it next. It stays on its object, by UID, whatever happens in the table; when the object is gone it
/// says so.
class DetailPanel : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit DetailPanel(ClusterModel &cluster, QWidget *parent = nullptr);
    ~DetailPanel() override;

    enum class Tab { Conditions, Preview, Spec, Relations, Events, Remote };
    /// One of @p objects is shown; of none or several, only how many there are and what can be done with them.
    void show(ClusterModel::Resource resource, const QList<Object> &objects);
    void showTab(Tab tab);

Q_SIGNALS:
    /// An object that this one is connected with.
    void opened(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key);
    void editWanted(patronus::ClusterModel::Resource resource, const patronus::Object &object);
    void bulkWanted(patronus::ClusterModel::Resource resource, const QList<patronus::Object> &objects);

private:
    QWidget *makeConditions();
    QWidget *makeRelations();
    QWidget *makePreview();
    QWidget *makeEvents();
    void showNone(qsizetype selected); ///< so many are
    void refreshPlan();
    void showStep();
    void askPreview();
    void askRemote();

    ClusterModel &m_cluster;
    ClusterModel::Resource m_resource = ClusterModel::Resource::Sites;
    Object m_object;
    ConditionsModel m_conditions;
    FilterProxy m_events;
    RelationsModel m_relations;
    ObjectKey m_previewed;
    QString m_previewedVersion; // of the object that the last preview was about
    QString m_remoteVersion; // of the object as it was last looked up in the Patronus API

    QLabel *m_icon;
    QLabel *m_name;
    QLabel *m_state;
    QLabel *m_message;
    QTabWidget *m_tabs;
    QWidget *m_rest; // in place of the tabs where nothing is selected
    ObjectActions *m_actions;
    CodeView *m_yaml;
    RemoteView *m_remote;
    QLabel *m_planSummary = nullptr;
    QLabel *m_planNote = nullptr;
    QListView *m_steps = nullptr;
    CodeView *m_payload = nullptr;
};

} // namespace patronus
