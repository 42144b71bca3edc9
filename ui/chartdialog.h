// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requestdialog.h"

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace patronus {

class PathField;

/// To which chart, and with which values, the operator's Helm release is upgraded; or of which chart an operator that
/// was lost is installed anew.
class ChartDialog : public RequestDialog
{
    Q_OBJECT

public:
    /// @p request is what is still to be completed: an Upgrade, or a Recover with its backup. @p cluster has to outlive
    /// it.
    ChartDialog(ClusterModel &cluster, ActionRequest request, QWidget *parent = nullptr);
    /// Whether @p request has to be completed by one before it can be planned.
    [[nodiscard]] static bool isNeeded(const ActionRequest &request);

private:
    [[nodiscard]] QLayout *makeChart();
    [[nodiscard]] QLayout *makeValues();
    void addNamespace(QFormLayout *form);
    void addKeys(QFormLayout *form);
    void requestPlan();
    void chooseFolder();
    void chooseFile();
    void addFiles();
    [[nodiscard]] QStringList files() const;
    [[nodiscard]] QString problem() const; ///< why there can be no plan yet; empty: there can
    void refresh();

    const ActionRequest m_request;
    QLineEdit *m_chart = nullptr;
    QListWidget *m_files = nullptr;
    QPushButton *m_remove = nullptr;
    QLineEdit *m_nameSpace = nullptr; ///< this and what follows: of a recovery alone
    PathField *m_verifyKey = nullptr;
    PathField *m_decryptKey = nullptr;
    QLineEdit *m_passphrase = nullptr;
    QCheckBox *m_reset;
    QLabel *m_problem;
    QPushButton *m_plan;
};

} // namespace patronus
