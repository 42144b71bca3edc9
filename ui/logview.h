// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QListView;
class QSortFilterProxyModel;

namespace patronus {

class ClusterModel;

/// The operator's log: level and text filter, follow, copy of everything that is held.
class LogView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit LogView(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    void refresh();

    ClusterModel &m_cluster;
    QSortFilterProxyModel *m_proxy;
    QListView *m_list;
    QCheckBox *m_follow;
    QLabel *m_status;
};

} // namespace patronus
