// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/difference.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

static bool saysNothing(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        return true;
    case QJsonValue::Bool:
        return !value.toBool();
    case QJsonValue::Double:
        return value.toDouble() == 0;
    case QJsonValue::String:
        return value.toString().isEmpty();
    case QJsonValue::Array:
        return value.toArray().isEmpty();
    case QJsonValue::Object: {
        const QJsonObject members = value.toObject();
        return std::ranges::all_of(members, saysNothing);
    }
    }
    return false;
}

static QStringList sorted(const QJsonArray &array)
{
    QStringList texts;
    for (const QJsonValue &item : array)
        texts.append(item.toString());
    texts.sort();
    return texts;
}

static bool sameValue(const QJsonValue &a, const QJsonValue &b)
{
    if (a.isArray() && b.isArray())
        return sorted(a.toArray()) == sorted(b.toArray());
    return a == b || (saysNothing(a) && saysNothing(b));
}

/// @p ours: the members of the object that the operator sends at all; others are the API's own.
static void compare(const QJsonObject &wanted, const QJsonObject &remote, const QStringList &ours,
    const QString &prefix, QStringList &found)
{
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const QJsonValue theirs = remote[it.key()];
        if (theirs.isUndefined())
            continue;
        if (it->isObject() && theirs.isObject())
            compare(it->toObject(), theirs.toObject(), theirs.toObject().keys(), prefix + it.key() + u'.', found);
        else if (!sameValue(*it, theirs))
            found.append(prefix + it.key());
    }
    for (const QString &name : ours)
        if (!wanted.contains(name) && !saysNothing(remote[name]))
            found.append(prefix + name);
}

QStringList differences(const QJsonObject &wanted, const QJsonObject &remote)
{
    // The optional members of the two bodies (patronus-api.md); everything inside a member is ours.
    static const QStringList optionalMembers{u"location"_s, u"resources"_s, u"mesh"_s, u"failover"_s};
    QStringList found;
    compare(wanted, remote, optionalMembers, {}, found);
    return found;
}

} // namespace patronus
