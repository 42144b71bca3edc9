// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/schemafield.h"

#include "models/yamlplace.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QJsonArray>
#include <QLineEdit>
#include <QScopedValueRollback>

#include <memory>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Edited = std::function<void(const QJsonValue &)>;

QString tr(const char *text)
{
    return QCoreApplication::translate("SchemaField", text);
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

SchemaField makeChoice(const QJsonObject &schema, const QJsonArray &choices, const Edited &onEdited)
{
    auto *box = new QComboBox;
    box->addItem(tr("(not given)"), QString());
    for (const QJsonValue &choice : choices)
        box->addItem(choice.toString(), choice.toString());
    QObject::connect(box, &QComboBox::activated, box,
        [box, schema, onEdited] { onEdited(valueOf(box->currentData().toString(), schema)); });
    return {
        box, [box](const QJsonValue &value) { box->setCurrentIndex(std::max(0, box->findData(value.toString()))); }};
}

SchemaField makeSwitch(const Edited &onEdited)
{
    auto *box = new QCheckBox;
    QObject::connect(box, &QCheckBox::clicked, box, [onEdited](bool on) { onEdited(on); });
    return {box, [box](const QJsonValue &value) { box->setChecked(value.toBool()); }};
}

SchemaField makeLine(const QJsonObject &schema, const Edited &onEdited)
{
    auto *edit = new QLineEdit;
    if (schema["type"_L1] == "array"_L1)
        edit->setPlaceholderText(tr("several are separated by commas"));
    const auto isTyped = std::make_shared<bool>(false); // then it stays as it is typed
    QObject::connect(edit, &QLineEdit::textEdited, edit, [schema, onEdited, isTyped](const QString &text) {
        const QScopedValueRollback typed(*isTyped, true);
        onEdited(valueOf(text, schema));
    });
    return {edit, [edit, isTyped](const QJsonValue &value) {
                if (const QString text = textOf(value); !*isTyped && edit->text() != text)
                    edit->setText(text);
            }};
}

} // namespace

QString textOf(const QJsonValue &value)
{
    if (!value.isArray())
        return value.toVariant().toString();
    QStringList items;
    for (const QJsonValue &item : value.toArray())
        items.append(item.toVariant().toString());
    return items.join(u", "_s);
}

SchemaField makeSchemaField(const QJsonObject &schema, const Edited &onEdited)
{
    const QString type = schema["type"_L1].toString();
    const QJsonArray choices = schema["enum"_L1].toArray();
    SchemaField field;
    if (!choices.isEmpty())
        field = makeChoice(schema, choices, onEdited);
    else if (type == "boolean"_L1)
        field = makeSwitch(onEdited);
    else if (type == "string"_L1 || type == "integer"_L1 || type == "number"_L1
        || (type == "array"_L1 && schema["items"_L1]["type"_L1] == "string"_L1))
        field = makeLine(schema, onEdited);
    if (field.widget)
        field.widget->setToolTip(hintOf(schema));
    return field;
}

} // namespace patronus
