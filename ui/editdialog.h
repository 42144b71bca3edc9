// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"
#include "models/draft.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace patronus {

/// A Site or Policy is written here: a form and the YAML side by side, what is wrong with it below. Nothing is changed
/// by it: it ends in a plan. It stays open, with what was written, until that plan was carried out.
class EditDialog : public QDialog
{
    Q_OBJECT

public:
    /// A null @p object: a new one. @p cluster has to outlive it.
    EditDialog(ClusterModel &cluster, ClusterModel::Resource resource, const Object &object, QWidget *parent = nullptr);
    ~EditDialog() override;

    void reject() override; ///< asks first where something would be lost

private:
    void refresh();
    void plan();

    ClusterModel &m_cluster;
    Draft m_draft;
    QPlainTextEdit *m_text;
    QPlainTextEdit *m_problems;
    QPushButton *m_plan;
};

} // namespace patronus
