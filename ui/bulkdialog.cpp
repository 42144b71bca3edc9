// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bulkdialog.h"

#include "core/json.h"
#include "models/bulkedit.h"
#include "ui/message.h"
#include "ui/schemafield.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QTableWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString titleOf(ClusterModel::Resource resource, qsizetype count)
{
    return (resource == ClusterModel::Resource::Sites ? BulkDialog::tr("Change a field of %1 Sites")
                                                      : BulkDialog::tr("Change a field of %1 Policies"))
        .arg(count);
}

} // namespace

BulkDialog::BulkDialog(
    ClusterModel &cluster, ClusterModel::Resource resource, const QList<Object> &objects, QWidget *parent)
    : RequestDialog(cluster, titleOf(resource, objects.size()), parent),
      m_type(ClusterModel::typeOf(resource)),
      m_schema(cluster.schema(resource)),
      m_objects(objects),
      m_field(new QComboBox),
      m_set(new QRadioButton(tr("Set it to"))),
      m_remove(new QRadioButton(tr("Take it away"))),
      m_place(new QVBoxLayout),
      m_table(new QTableWidget(int(objects.size()), 3)),
      m_problem(makePlainText())
{
    resize(680, 480);
    m_field->setObjectName(u"field"_s);
    m_field->setAccessibleName(tr("Field"));
    m_remove->setObjectName(u"takeAway"_s);
    m_problem->setObjectName(u"problem"_s);
    m_set->setChecked(true);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Field"), m_field);
    form->addRow(m_set, m_place);
    form->addRow(m_remove);
    m_table->setHorizontalHeaderLabels({m_type.kind, tr("Now"), tr("Then")});
    m_table->setAccessibleName(tr("What becomes of each"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_plan = buttons->addButton(tr("Plan…"), QDialogButtonBox::ActionRole);
    m_plan->setObjectName(u"plan"_s);
    m_plan->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);

    addFields(m_schema["properties"_L1]["spec"_L1].toObject(), u"spec"_s);
    connect(m_field, &QComboBox::currentIndexChanged, this, &BulkDialog::chooseField);
    connect(m_set, &QRadioButton::toggled, this, &BulkDialog::refresh);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_plan, &QPushButton::clicked, this,
        [this] { request({.kind = ActionRequest::Kind::Edit, .edits = edits()}); });
    chooseField();
}

/// All that one widget can show.
void BulkDialog::addFields(const QJsonObject &schema, const QString &path)
{
    const QJsonObject members = schema["properties"_L1].toObject();
    const QJsonArray required = schema["required"_L1].toArray();
    for (auto member = members.begin(); member != members.end(); ++member) {
        const QJsonObject below = member->toObject();
        const QString here = path + u'.' + member.key();
        const std::unique_ptr<QWidget> shown(makeSchemaField(below, {}).widget);
        if (below["type"_L1] == "object"_L1)
            addFields(below, here);
        else if (shown) {
            m_fields.append({here, below, required.contains(member.key())});
            m_field->addItem(here);
        }
    }
}

void BulkDialog::chooseField()
{
    while (const auto *item = m_place->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_value = QJsonValue::Undefined;
    const int index = m_field->currentIndex();
    if (index >= 0) {
        const Field &chosen = m_fields[index];
        SchemaField field = makeSchemaField(chosen.schema, [this](const QJsonValue &value) {
            m_value = value;
            m_set->setChecked(true);
            refresh();
        });
        field.widget->setObjectName(u"value"_s);
        field.widget->setAccessibleName(chosen.path);
        m_place->addWidget(field.widget);
        if (chosen.schema["type"_L1] == "boolean"_L1)
            m_value = false; // as the box shows
        m_remove->setEnabled(!chosen.isRequired);
        m_remove->setToolTip(chosen.isRequired ? tr("The schema wants it") : QString());
        if (chosen.isRequired)
            m_set->setChecked(true);
    }
    refresh();
}

QList<EditedObject> BulkDialog::edits() const
{
    const int index = m_field->currentIndex();
    if (index < 0 || (m_set->isChecked() && m_value.isUndefined()))
        return {};
    return bulkEdits(
        m_type, m_objects, m_fields[index].path, m_set->isChecked() ? m_value : QJsonValue(QJsonValue::Undefined));
}

void BulkDialog::refresh()
{
    const QList<EditedObject> all = edits();
    const QString path = m_field->currentText();
    const QStringList problems = problemsOf(all, m_schema);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const Object &object = m_objects[row];
        const auto edit = std::ranges::find_if(
            all, [&](const EditedObject &one) { return Object(one.base).uid() == object.uid(); });
        const auto shown = [&](const QJsonValue &value) { return value.isUndefined() ? tr("–") : textOf(value); };
        m_table->setItem(row, 0, new QTableWidgetItem(object.key().text()));
        m_table->setItem(row, 1, new QTableWidgetItem(shown(valueAt(object.json(), path))));
        m_table->setItem(
            row, 2, new QTableWidgetItem(edit == all.end() ? tr("stays as it is") : shown(valueAt(edit->mine, path))));
    }
    m_problem->setText(m_fields.isEmpty() ? tr("This cluster's schema is not known yet: wait a moment, and try again.")
            : !problems.isEmpty()         ? problems.join(u'\n')
            : all.isEmpty()               ? tr("Nothing would change yet.")
                                          : QString());
    m_plan->setEnabled(!all.isEmpty());
}

} // namespace patronus
