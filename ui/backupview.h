// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/reportview.h"

class QCheckBox;
class QFormLayout;
class QLineEdit;
class QToolButton;

namespace patronus {

class PathField;

/// Backups: make one in a folder, signed and with its secrets encrypted as somebody wishes, see those that are there,
/// restore one, or files that kubectl wrote.
class BackupView : public ReportView
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit BackupView(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    [[nodiscard]] QLayout *makeFolder();
    void addKeys(QFormLayout *form);
    [[nodiscard]] QLayout *makeRestore();
    void backUp();
    void restoreFiles();
    void setRestoreChoices();

    ClusterModel &m_cluster;
    PathField *m_folder = nullptr;
    QToolButton *m_showKeys = nullptr;
    PathField *m_signKey = nullptr;
    QLineEdit *m_passphrase = nullptr;
    PathField *m_encryptFor = nullptr;
    PathField *m_verifyKey = nullptr;
    QCheckBox *m_update = nullptr;
    QCheckBox *m_namespaces = nullptr;
    QCheckBox *m_skip = nullptr;
    QCheckBox *m_stop = nullptr;
};

} // namespace patronus
