// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diff.h"

#include "operations/withoutsecrets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>
#include <QSet>

#include <set>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString textOf(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

QJsonValue byName(const QJsonValue &value);

QJsonObject byName(const QJsonObject &object)
{
    QJsonObject result;
    for (auto member = object.begin(); member != object.end(); ++member)
        result.insert(member.key(), byName(*member));
    return result;
}

/// A list whose items have names of their own as an object of them, so that a difference is seen where it is.
QJsonValue byName(const QJsonValue &value)
{
    if (value.isObject())
        return byName(value.toObject());
    const QJsonArray items = value.toArray();
    QSet<QString> names;
    for (const QJsonValue &item : items)
        if (const QString name = item["name"_L1].toString(); !name.isEmpty())
            names.insert(name);
    if (items.isEmpty() || names.size() != items.size())
        return value;
    QJsonObject result;
    for (const QJsonValue &item : items)
        result.insert(u"[%1]"_s.arg(item["name"_L1].toString()), byName(item));
    return result;
}

/// Every value that is no object, by its path. A member whose name has a point in it stands in brackets.
void collect(const QJsonObject &object, const QString &above, QMap<QString, QJsonValue> &leaves)
{
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString name = member.key().contains(u'.') && !member.key().startsWith(u'[') ? u"[%1]"_s.arg(member.key())
                                                                                           : member.key();
        const QString path = above.isEmpty() || name.startsWith(u'[') ? above + name : above + u'.' + name;
        if (member->isObject() && !member->toObject().isEmpty())
            collect(member->toObject(), path, leaves);
        else
            leaves.insert(path, *member);
    }
}

QMap<QString, QJsonValue> leavesOf(const QJsonObject &object)
{
    QMap<QString, QJsonValue> leaves;
    collect(object, {}, leaves);
    return leaves;
}

} // namespace

QStringList diffLines(const QJsonObject &was, const QJsonObject &is)
{
    const QJsonObject before = byName(was), after = byName(is);
    const auto old = leavesOf(before), now = leavesOf(after);
    const auto oldShown = leavesOf(withoutSecrets(before).json), nowShown = leavesOf(withoutSecrets(after).json);
    std::set<QString> paths;
    for (const auto &leaves : {old, now})
        for (auto leaf = leaves.begin(); leaf != leaves.end(); ++leaf)
            paths.insert(leaf.key());
    const auto line = [](QChar mark, const QString &path, const QMap<QString, QJsonValue> &shown) {
        const auto value = shown.find(path);
        return u"%1 %2: %3"_s.arg(QString(mark), path, value == shown.end() ? u"(a secret)"_s : textOf(*value));
    };
    QStringList lines;
    for (const QString &path : paths) {
        if (old.value(path, QJsonValue::Undefined) == now.value(path, QJsonValue::Undefined))
            continue;
        if (old.contains(path))
            lines.append(line(u'-', path, oldShown));
        if (now.contains(path))
            lines.append(line(u'+', path, nowShown));
    }
    return lines;
}

} // namespace patronus
