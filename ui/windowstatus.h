// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QStatusBar>

class QLabel;
class QToolButton;

namespace patronus {

/// The last line of a window: how current what it shows is, who leads, and what is being carried out, which can be
/// opened again from there.
class WindowStatus : public QStatusBar
{
    Q_OBJECT

public:
    explicit WindowStatus(QWidget *parent = nullptr);
    void setCluster(ClusterModel *cluster); ///< null: none. It has to live until another is set

Q_SIGNALS:
    void actionWanted(patronus::ActionModel *action); ///< to be shown

private:
    void refresh();
    void refreshActions();
    void fillActions();

    ClusterModel *m_cluster = nullptr;
    QLabel *m_live;
    QLabel *m_leader;
    QToolButton *m_actions;
};

} // namespace patronus
