// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/structuralschema.h"

#include "kube/discovery.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr QLatin1StringView preserve("x-kubernetes-preserve-unknown-fields");
constexpr QLatin1StringView intOrString("x-kubernetes-int-or-string");

QString below(const QString &path, const QString &name)
{
    return path.isEmpty() ? name : path + u'.' + name;
}

QString shown(const QJsonValue &value)
{
    constexpr qsizetype most = 60;
    const QString text = value.isString() ? u'"' + value.toString() + u'"'
        : value.isObject()                ? u"an object"_s
        : value.isArray()                 ? u"a list"_s
        : value.isNull()                  ? u"null"_s
                                          : value.toVariant().toString();
    return text.size() > most ? text.first(most) + u"…\""_s : text;
}

void collectPruned(const QJsonValue &value, const QJsonObject &schema, const QString &path, QStringList &pruned)
{
    if (value.isArray()) {
        const QJsonArray items = value.toArray();
        for (qsizetype i = 0; i < items.size(); ++i)
            collectPruned(items[i], schema["items"_L1].toObject(), u"%1[%2]"_s.arg(path).arg(i), pruned);
        return;
    }
    const QJsonObject object = value.toObject(), properties = schema["properties"_L1].toObject();
    const QJsonValue additional = schema["additionalProperties"_L1];
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString here = below(path, member.key());
        if (path.isEmpty()
            && (member.key() == "apiVersion"_L1 || member.key() == "kind"_L1 || member.key() == "metadata"_L1))
            continue;
        if (properties.contains(member.key()))
            collectPruned(*member, properties[member.key()].toObject(), here, pruned);
        else if (additional.isObject())
            collectPruned(*member, additional.toObject(), here, pruned);
        else if (!additional.toBool() && !schema[preserve].toBool())
            pruned.append(here);
    }
}

/// Holds values against schemas, and collects what is wrong.
class Validator
{
public:
    QStringList problems;

    void check(const QJsonValue &value, const QJsonObject &schema, const QString &path)
    {
        if (value.isNull() && schema["nullable"_L1].toBool())
            return;
        if (!isOfType(value, schema)) {
            add(path, u"%1 is no %2"_s.arg(shown(value), schema["type"_L1].toString()));
            return;
        }
        if (const QJsonArray allowed = schema["enum"_L1].toArray(); !allowed.isEmpty() && !allowed.contains(value))
            add(path,
                u"%1 is none of %2"_s.arg(
                    shown(value), QString::fromUtf8(QJsonDocument(allowed).toJson(QJsonDocument::Compact))));
        if (value.isDouble())
            checkNumber(value.toDouble(), schema, path);
        else if (value.isString())
            checkText(value.toString(), schema, path);
        else if (value.isArray())
            checkList(value.toArray(), schema, path);
        else if (value.isObject())
            checkObject(value.toObject(), schema, path);
        checkCombinations(value, schema, path);
    }

private:
    void add(const QString &path, const QString &what) { problems.append(path + u": "_s + what); }

    static bool isOfType(const QJsonValue &value, const QJsonObject &schema)
    {
        const QString type = schema["type"_L1].toString();
        if (schema[intOrString].toBool())
            return value.isString() || (value.isDouble() && std::floor(value.toDouble()) == value.toDouble());
        return type.isEmpty() || (type == "object"_L1 && value.isObject()) || (type == "array"_L1 && value.isArray())
            || (type == "string"_L1 && value.isString()) || (type == "boolean"_L1 && value.isBool())
            || (type == "number"_L1 && value.isDouble())
            || (type == "integer"_L1 && value.isDouble() && std::floor(value.toDouble()) == value.toDouble());
    }

    void checkLimits(double amount, const QString &text, const QJsonObject &schema, QLatin1StringView least,
        QLatin1StringView most, const QString &path)
    {
        if (schema.contains(least) && amount < schema[least].toDouble())
            add(path, u"%1 is less than %2"_s.arg(text).arg(schema[least].toDouble()));
        if (schema.contains(most) && amount > schema[most].toDouble())
            add(path, u"%1 is more than %2"_s.arg(text).arg(schema[most].toDouble()));
    }

    void checkNumber(double number, const QJsonObject &schema, const QString &path)
    {
        const QString text = QString::number(number, 'g', 17);
        checkLimits(number, text, schema, "minimum"_L1, "maximum"_L1, path);
        if ((schema["exclusiveMinimum"_L1].toBool() && number == schema["minimum"_L1].toDouble())
            || (schema["exclusiveMaximum"_L1].toBool() && number == schema["maximum"_L1].toDouble()))
            add(path, text + u" is the limit, which is not allowed itself"_s);
        if (const double factor = schema["multipleOf"_L1].toDouble(); factor > 0 && std::remainder(number, factor) != 0)
            add(path, u"%1 is no multiple of %2"_s.arg(text).arg(factor));
    }

    void checkText(const QString &text, const QJsonObject &schema, const QString &path)
    {
        const qsizetype length = text.toUcs4().size();
        checkLimits(double(length), u"a length of %1"_s.arg(length), schema, "minLength"_L1, "maxLength"_L1, path);
        const QString pattern = schema["pattern"_L1].toString();
        if (const QRegularExpression expression(pattern);
            !pattern.isEmpty() && expression.isValid() && !expression.match(text).hasMatch())
            add(path, u"%1 does not match %2"_s.arg(shown(text), pattern));
    }

    void checkList(const QJsonArray &items, const QJsonObject &schema, const QString &path)
    {
        checkLimits(
            double(items.size()), u"a list of %1"_s.arg(items.size()), schema, "minItems"_L1, "maxItems"_L1, path);
        for (qsizetype i = 0; i < items.size(); ++i)
            check(items[i], schema["items"_L1].toObject(), u"%1[%2]"_s.arg(path).arg(i));
    }

    void checkObject(const QJsonObject &object, const QJsonObject &schema, const QString &path)
    {
        checkLimits(double(object.size()), u"an object of %1 members"_s.arg(object.size()), schema, "minProperties"_L1,
            "maxProperties"_L1, path);
        const QJsonObject properties = schema["properties"_L1].toObject();
        for (const QJsonValue &name : schema["required"_L1].toArray())
            if (!object.contains(name.toString()) && properties[name.toString()]["default"_L1].isUndefined())
                add(below(path, name.toString()), u"is missing"_s);
        for (auto member = object.begin(); member != object.end(); ++member)
            if (properties.contains(member.key()))
                check(*member, properties[member.key()].toObject(), below(path, member.key()));
            else if (schema["additionalProperties"_L1].isObject())
                check(*member, schema["additionalProperties"_L1].toObject(), below(path, member.key()));
    }

    void checkCombinations(const QJsonValue &value, const QJsonObject &schema, const QString &path)
    {
        const auto matches = [&](const QJsonValue &other) {
            Validator alone;
            alone.check(value, other.toObject(), path);
            return alone.problems.isEmpty();
        };
        const QJsonArray any = schema["anyOf"_L1].toArray(), one = schema["oneOf"_L1].toArray();
        for (const QJsonValue &other : schema["allOf"_L1].toArray())
            check(value, other.toObject(), path);
        if (!any.isEmpty() && std::ranges::none_of(any, matches))
            add(path, u"is none of what anyOf allows"_s);
        if (!one.isEmpty() && std::ranges::count_if(one, matches) != 1)
            add(path, u"is not exactly one of what oneOf allows"_s);
        if (schema["not"_L1].isObject() && matches(schema["not"_L1]))
            add(path, u"is what the schema excludes (not)"_s);
    }
};

/// What is said of each field besides what is below it and what is for people.
void collectFields(const QJsonObject &schema, const QString &path, QMap<QString, QJsonObject> &fields)
{
    QJsonObject own = schema;
    for (const QLatin1StringView name : {"properties"_L1, "items"_L1, "description"_L1, "title"_L1, "example"_L1})
        own.remove(name);
    if (own["additionalProperties"_L1].isObject())
        own.remove("additionalProperties"_L1);
    if (!path.isEmpty() || !own.isEmpty())
        fields.insert(path, own);
    const QJsonObject properties = schema["properties"_L1].toObject();
    for (auto member = properties.begin(); member != properties.end(); ++member)
        collectFields(member->toObject(), below(path, member.key()), fields);
    if (schema["items"_L1].isObject())
        collectFields(schema["items"_L1].toObject(), path + u"[]"_s, fields);
    if (schema["additionalProperties"_L1].isObject())
        collectFields(schema["additionalProperties"_L1].toObject(), path + u"{}"_s, fields);
}

QMap<QString, QJsonObject> fieldsOf(const QJsonObject &schema)
{
    QMap<QString, QJsonObject> fields;
    collectFields(schema, {}, fields);
    return fields;
}

QString ruleText(const QString &name, const QJsonValue &value)
{
    const QString text = value.isArray() || value.isObject()
        ? QString::fromUtf8((value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject()))
                  .toJson(QJsonDocument::Compact))
        : value.toVariant().toString();
    return name + u' ' + text;
}

} // namespace

QStringList prunedFields(const QJsonObject &object, const QJsonObject &schema)
{
    QStringList pruned;
    collectPruned(object, schema, {}, pruned);
    return pruned;
}

QStringList schemaProblems(const QJsonObject &object, const QJsonObject &schema)
{
    Validator validator;
    validator.check(object, schema, {});
    return validator.problems;
}

QStringList schemaDifferences(const QJsonObject &before, const QJsonObject &after)
{
    const auto old = fieldsOf(before), now = fieldsOf(after);
    QMap<QString, QJsonObject> all = old;
    all.insert(now);
    QStringList lines;
    for (auto field = all.begin(); field != all.end(); ++field) {
        const QString path = field.key().isEmpty() ? u"(the object)"_s : field.key();
        const QJsonObject was = old.value(field.key()), is = now.value(field.key());
        if (!old.contains(field.key()) || !now.contains(field.key())) {
            const bool isNew = now.contains(field.key());
            lines.append(
                u"%1 %2: %3"_s.arg(isNew ? u"+"_s : u"-"_s, path, (isNew ? is : was)["type"_L1].toString(u"any"_s)));
            continue;
        }
        QJsonObject rules = was;
        for (auto rule = is.begin(); rule != is.end(); ++rule)
            rules.insert(rule.key(), *rule);
        for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
            const QJsonValue from = was[rule.key()], to = is[rule.key()];
            if (from == to)
                continue;
            if (!from.isUndefined())
                lines.append(u"- %1: %2"_s.arg(path, ruleText(rule.key(), from)));
            if (!to.isUndefined())
                lines.append(u"+ %1: %2"_s.arg(path, ruleText(rule.key(), to)));
        }
    }
    return lines;
}

QStringList schemaFields(const QJsonObject &schema)
{
    QStringList fields = fieldsOf(schema).keys();
    fields.removeAll(QString());
    return fields;
}

bool hasRules(const QJsonObject &schema)
{
    return std::ranges::any_of(
        fieldsOf(schema), [](const QJsonObject &field) { return field.contains("x-kubernetes-validations"_L1); });
}

QJsonObject versionOf(const QJsonObject &definition, const QString &name)
{
    for (const QJsonValue &version : definition["spec"_L1]["versions"_L1].toArray())
        if (name.isEmpty() ? version["storage"_L1].toBool() : version["name"_L1] == name)
            return version.toObject();
    return {};
}

QJsonObject schemaOf(const QJsonObject &version)
{
    return version["schema"_L1]["openAPIV3Schema"_L1].toObject();
}

QStringList emptyColumns(const QJsonObject &version)
{
    QStringList empty;
    for (const QJsonValue &column : version["additionalPrinterColumns"_L1].toArray()) {
        const QString path = column["jsonPath"_L1].toString();
        const QString field = path.sliced(path.startsWith(u'.') ? 1 : 0).section(u'[', 0, 0);
        if (!field.startsWith("metadata."_L1) && !declares(schemaOf(version), field))
            empty.append(u"%1 (%2)"_s.arg(column["name"_L1].toString(), path));
    }
    return empty;
}

} // namespace patronus
