// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QWidget>

class KMessageWidget;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace patronus {

/// The operator held, stopped, brought back and restarted: how it is, and what can be done with it.
class MaintenanceView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit MaintenanceView(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeAction(
        QPushButton *&button, const QString &text, const QString &what, ActionRequest::Kind kind);
    [[nodiscard]] ActionRequest requestFor(ActionRequest::Kind kind) const;
    void refresh();

    ClusterModel &m_cluster;
    QLabel *m_state;
    QLabel *m_pods;
    KMessageWidget *m_held;
    QLineEdit *m_reason;
    QComboBox *m_holdFor;
    QPushButton *m_hold = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_back = nullptr;
    QPushButton *m_restart = nullptr;
};

} // namespace patronus
