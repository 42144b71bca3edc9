// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QWidget>

class QPushButton;

namespace patronus {

/// What can be done with the Sites or Policies that are selected: a row of buttons. What is asked for is for those
/// very objects, by UID, whatever becomes of the selection.
class ObjectActions : public QWidget
{
    Q_OBJECT

Q_SIGNALS:
    void editWanted(patronus::ClusterModel::Resource resource, const patronus::Object &object); ///< null: a new one
    void bulkWanted(patronus::ClusterModel::Resource resource, const QList<patronus::Object> &objects);

public:
    /// @p cluster has to outlive it.
    explicit ObjectActions(ClusterModel &cluster, QWidget *parent = nullptr);
    void setObjects(ClusterModel::Resource resource, const QList<Object> &objects);

private:
    void request(ActionRequest::Kind kind);
    void refresh();

    ClusterModel &m_cluster;
    ClusterModel::Resource m_resource = ClusterModel::Resource::Sites;
    QList<Object> m_objects;
    QPushButton *m_edit;
    QPushButton *m_bulk;
    QPushButton *m_pause;
    QPushButton *m_resume;
    QPushButton *m_remove;
};

} // namespace patronus
