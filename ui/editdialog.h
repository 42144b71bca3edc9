// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/draft.h"
#include "ui/requestdialog.h"

class KMessageWidget;
class QAction;
class QComboBox;
class QPlainTextEdit;
class QPushButton;

namespace patronus {

class YamlEdit;

/// A Site or Policy is written here: a form and the YAML side by side, what is wrong with it below. It ends in a plan.
/// What others do to the object meanwhile is said, and can be taken over.
class EditDialog : public RequestDialog
{
    Q_OBJECT

public:
    /// Of @p edit's base; of none a new one, which begins as its mine says. @p cluster has to outlive it.
    EditDialog(ClusterModel &cluster, const EditedObject &edit, QWidget *parent = nullptr);
    ~EditDialog() override;

    void reject() override; ///< asks first where something would be lost

private:
    [[nodiscard]] QWidget *makeExamples(const QString &first); ///< what it begins with now is called so
    [[nodiscard]] QWidget *makeSides();
    [[nodiscard]] bool mayLoseText(); ///< asks where something would be lost
    void refresh();
    void lookAtOthers();
    [[nodiscard]] std::optional<Object> live() const; ///< the object as it is now; nullopt: it has gone

    Draft m_draft;
    KMessageWidget *m_others;
    QAction *m_rebase;
    YamlEdit *m_text;
    QPlainTextEdit *m_problems;
    QPushButton *m_plan;
};

} // namespace patronus
