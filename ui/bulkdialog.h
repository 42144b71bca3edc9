// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requestdialog.h"

class QComboBox;
class QLabel;
class QPushButton;
class QRadioButton;
class QTableWidget;
class QVBoxLayout;

namespace patronus {

/// One field of several Sites or Policies is set to one value, or taken away: of those very objects, by UID, whatever
/// becomes of the selection.
class BulkDialog : public RequestDialog
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    BulkDialog(ClusterModel &cluster, ClusterModel::Resource resource, const QList<Object> &objects,
        QWidget *parent = nullptr);

private:
    struct Field {
        QString path;
        QJsonObject schema;
        bool isRequired;
    };
    void addFields(const QJsonObject &schema, const QString &path);
    void chooseField();
    void refresh();
    [[nodiscard]] QList<EditedObject> edits() const; ///< of those that would change

    const ResourceType m_type;
    const QJsonObject m_schema;
    const QList<Object> m_objects;
    QList<Field> m_fields;
    QJsonValue m_value = QJsonValue::Undefined;
    QComboBox *m_field;
    QRadioButton *m_set;
    QRadioButton *m_remove;
    QVBoxLayout *m_place; // of the value's widget
    QTableWidget *m_table;
    QLabel *m_problem;
    QPushButton *m_plan;
};

} // namespace patronus
