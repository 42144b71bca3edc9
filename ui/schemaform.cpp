// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/schemaform.h"

#include "ui/schemafield.h"

#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>

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

/// "spec.action.primaryPath" as a person reads it: "action › primary path".
QString headingOf(const QString &path)
{
    QStringList labels;
    for (const QString &member : path.split(u'.').sliced(1))
        labels.append(labelOf(member));
    return labels.join(u" › "_s);
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
    const auto isObject = [](const QJsonValue &member) { return member["type"_L1] == "object"_L1; };
    for (auto member = members.begin(); member != members.end(); ++member)
        if (QWidget *field = isObject(*member) ? nullptr : makeField(member->toObject(), path + u'.' + member.key()))
            form.addRow(labelOf(member.key()) + (required.contains(member.key()) ? u" *"_s : QString()), field);
    for (auto member = members.begin(); member != members.end(); ++member) { // after the fields that are not in it
        if (!isObject(*member))
            continue;
        const QString here = path + u'.' + member.key();
        auto *heading = new QLabel(headingOf(here));
        QFont bold = heading->font();
        bold.setBold(true);
        heading->setFont(bold);
        form.addRow(heading);
        addFields(form, member->toObject(), here);
    }
}

QWidget *SchemaForm::makeField(const QJsonObject &schema, const QString &path)
{
    const SchemaField field
        = makeSchemaField(schema, [this, path](const QJsonValue &value) { m_draft.setValue(path, value); });
    if (field.widget) {
        m_readers.append([this, show = field.show, path] { show(m_draft.value(path)); });
        field.widget->setObjectName(path);
        field.widget->setAccessibleName(path);
    }
    return field.widget;
}

void SchemaForm::refresh()
{
    for (const auto &reader : std::as_const(m_readers))
        reader();
}

} // namespace patronus
