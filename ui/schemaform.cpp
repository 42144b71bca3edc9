// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/schemaform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>

#include <functional>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// "listenPort" as a person reads it: "listen port".
QString labelOf(const QString &member)
{
    QString label;
    for (const QChar letter : member)
        label += letter.isUpper() ? u' ' + letter.toLower() : QString(letter);
    return label;
}

QString limitsOf(const QJsonObject &schema)
{
    QStringList limits;
    if (const QString text = schema["description"_L1].toString(); !text.isEmpty())
        limits.append(text);
    if (schema.contains("minimum"_L1) || schema.contains("maximum"_L1))
        limits.append(SchemaForm::tr("%1 to %2")
                .arg(schema["minimum"_L1].toVariant().toString(), schema["maximum"_L1].toVariant().toString()));
    if (const QString pattern = schema["pattern"_L1].toString(); !pattern.isEmpty())
        limits.append(SchemaForm::tr("of the form %1").arg(pattern));
    return limits.join(u"; "_s);
}

/// What is typed in a field of @p schema; undefined: nothing.
QJsonValue valueOf(const QString &text, const QJsonObject &schema)
{
    const QString type = schema["type"_L1].toString();
    if (text.trimmed().isEmpty())
        return QJsonValue::Undefined;
    if (type == "integer"_L1 || type == "number"_L1) {
        bool isNumber = false;
        const double number = text.trimmed().toDouble(&isNumber);
        if (isNumber)
            return type == "integer"_L1 ? QJsonValue(qint64(number)) : QJsonValue(number);
        return text; // the schema says what is wrong with it
    }
    if (type == "array"_L1) {
        QJsonArray items;
        for (const QString &item : text.split(u',', Qt::SkipEmptyParts))
            items.append(item.trimmed());
        return items;
    }
    return text;
}

QString textOf(const QJsonValue &value)
{
    if (!value.isArray())
        return value.toVariant().toString();
    QStringList items;
    for (const QJsonValue &item : value.toArray())
        items.append(item.toVariant().toString());
    return items.join(u", "_s);
}

} // namespace

SchemaForm::SchemaForm(Draft &draft, QWidget *parent) : QScrollArea(parent), m_draft(draft)
{
    auto *content = new QWidget;
    auto *form = new QFormLayout(content);
    for (const QString &member : {u"name"_s, u"namespace"_s})
        if (QWidget *field = makeField({{u"type"_s, u"string"_s}}, u"metadata."_s + member)) {
            field->setEnabled(draft.isNew()); // no object changes its name
            form->addRow(labelOf(member), field);
        }
    addFields(*form, draft.schema()["properties"_L1]["spec"_L1].toObject(), u"spec"_s);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    connect(&draft, &Draft::changed, this, &SchemaForm::refresh);
    refresh();
}

void SchemaForm::addFields(QFormLayout &form, const QJsonObject &schema, const QString &path)
{
    const QJsonObject members = schema["properties"_L1].toObject();
    const QJsonArray required = schema["required"_L1].toArray();
    for (auto member = members.begin(); member != members.end(); ++member) {
        const QJsonObject below = member->toObject();
        const QString here = path + u'.' + member.key();
        if (below["type"_L1] == "object"_L1) {
            auto *heading = new QLabel(labelOf(member.key()));
            QFont bold = heading->font();
            bold.setBold(true);
            heading->setFont(bold);
            form.addRow(heading);
            addFields(form, below, here);
        } else if (QWidget *field = makeField(below, here)) {
            const QString mark = required.contains(member.key()) ? u" *"_s : QString();
            form.addRow(labelOf(member.key()) + mark, field);
        }
    }
}

QWidget *SchemaForm::makeField(const QJsonObject &schema, const QString &path)
{
    const QString type = schema["type"_L1].toString();
    const QJsonArray choices = schema["enum"_L1].toArray();
    QWidget *field = nullptr;
    if (!choices.isEmpty()) {
        auto *box = new QComboBox;
        box->addItem(tr("(not given)"), QString());
        for (const QJsonValue &choice : choices)
            box->addItem(choice.toString(), choice.toString());
        connect(box, &QComboBox::activated, this,
            [this, box, schema, path] { m_draft.setValue(path, valueOf(box->currentData().toString(), schema)); });
        m_readers.append(
            [this, box, path] { box->setCurrentIndex(std::max(0, box->findData(m_draft.value(path).toString()))); });
        field = box;
    } else if (type == "boolean"_L1) {
        auto *box = new QCheckBox;
        connect(box, &QCheckBox::clicked, this, [this, path](bool on) { m_draft.setValue(path, on); });
        m_readers.append([this, box, path] { box->setChecked(m_draft.value(path).toBool()); });
        field = box;
    } else if (type == "string"_L1 || type == "integer"_L1 || type == "number"_L1
        || (type == "array"_L1 && schema["items"_L1]["type"_L1] == "string"_L1)) {
        auto *edit = new QLineEdit;
        if (type == "array"_L1)
            edit->setPlaceholderText(tr("several are separated by commas"));
        connect(edit, &QLineEdit::textEdited, this, [this, schema, path](const QString &text) {
            const QScopedValueRollback reading(m_isReading, true); // the field itself stays as it is typed
            m_draft.setValue(path, valueOf(text, schema));
        });
        m_readers.append([this, edit, path] {
            if (const QString text = textOf(m_draft.value(path)); !edit->hasFocus() || !m_isReading)
                if (edit->text() != text)
                    edit->setText(text);
        });
        field = edit;
    }
    if (field) {
        field->setObjectName(path);
        field->setAccessibleName(path);
        field->setToolTip(limitsOf(schema));
    }
    return field;
}

void SchemaForm::refresh()
{
    for (const auto &reader : std::as_const(m_readers))
        reader();
}

} // namespace patronus
