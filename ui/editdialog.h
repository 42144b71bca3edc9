// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/draft.h"
#include "ui/requestdialog.h"

class QPlainTextEdit;
class QPushButton;

namespace patronus {

/// A Site or Policy is written here: a form and the YAML side by side, what is wrong with it below. It ends
/// in a plan.
class EditDialog : public RequestDialog
{
    Q_OBJECT

public:
    /// Of @p edit's base; of none a new one, which begins as its mine says. @p cluster has to outlive it.
    EditDialog(ClusterModel &cluster, const EditedObject &edit, QWidget *parent = nullptr);
    ~EditDialog() override;

    void reject() override; ///< asks first where something would be lost

private:
    void refresh();

    Draft m_draft;
    QPlainTextEdit *m_text;
    QPlainTextEdit *m_problems;
    QPushButton *m_plan;
};

} // namespace patronus
