// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requestdialog.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace patronus {

/// To which chart, and with which values, the operator's Helm release is upgraded.
class UpgradeDialog : public RequestDialog
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit UpgradeDialog(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    [[nodiscard]] QLayout *makeChart();
    [[nodiscard]] QLayout *makeValues();
    void chooseFolder();
    void chooseFile();
    void addFiles();
    [[nodiscard]] QStringList files() const;
    [[nodiscard]] QString problem() const; ///< why there can be no plan yet; empty: there can
    void refresh();

    QLineEdit *m_chart = nullptr;
    QListWidget *m_files = nullptr;
    QPushButton *m_remove = nullptr;
    QCheckBox *m_reset;
    QLabel *m_problem;
    QPushButton *m_plan;
};

} // namespace patronus
