// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace patronus {

/// Asks which Prometheus server the charts of a cluster come from: one at a URL, or one that is looked for. What is
/// typed is checked at once; nothing changes before it is accepted.
class PrometheusDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it, and to have a choice. It deletes itself when it is closed.
    explicit PrometheusDialog(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    void check();

    ClusterModel &m_cluster;
    QLineEdit *m_server;
    QLabel *m_problem;
    QPushButton *m_accept;
};

} // namespace patronus
