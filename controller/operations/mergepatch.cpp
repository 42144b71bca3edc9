// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/mergepatch.h"

namespace patronus {

QJsonObject mergePatch(const QJsonObject &from, const QJsonObject &to)
{
    QJsonObject patch;
    for (auto it = from.begin(); it != from.end(); ++it)
        if (!to.contains(it.key()))
            patch.insert(it.key(), QJsonValue::Null);
    for (auto it = to.begin(); it != to.end(); ++it) {
        const QJsonValue before = from[it.key()];
        if (before.isObject() && it->isObject()) {
            if (const QJsonObject below = mergePatch(before.toObject(), it->toObject()); !below.isEmpty())
                patch.insert(it.key(), below);
        } else if (before != *it) {
            patch.insert(it.key(), *it);
        }
    }
    return patch;
}

QJsonObject merged(QJsonObject object, const QJsonObject &patch)
{
    for (auto member = patch.begin(); member != patch.end(); ++member) {
        if (member->isNull())
            object.remove(member.key());
        else if (member->isObject())
            object.insert(member.key(), merged(object[member.key()].toObject(), member->toObject()));
        else
            object.insert(member.key(), *member);
    }
    return object;
}

} // namespace patronus
