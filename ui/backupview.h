// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/reportview.h"

class QCheckBox;
class QLineEdit;

namespace patronus {

/// Backups: make one in a folder, see those that are there, restore one, or files that kubectl wrote.
class BackupView : public ReportView
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit BackupView(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    void chooseFolder();
    void restoreFiles();

    ClusterModel &m_cluster;
    QLineEdit *m_folder;
    QCheckBox *m_update;
    QCheckBox *m_namespaces;
    QCheckBox *m_skip;
    QCheckBox *m_stop;
};

} // namespace patronus
