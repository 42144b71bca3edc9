// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/conditions.h"

using namespace Qt::StringLiterals;

namespace patronus {

static QJsonObject find(const QJsonArray &all, QLatin1StringView type)
{
    for (const QJsonValue &one : all)
        if (one["type"_L1].toString() == type)
            return one.toObject();
    return {};
}

static QString statusText(Condition::Status status)
{
    switch (status) {
    case Condition::Status::True:
        return u"True"_s;
    case Condition::Status::False:
        return u"False"_s;
    case Condition::Status::Unknown:
        break;
    }
    return u"Unknown"_s;
}

QJsonArray mergeConditions(
    const QJsonArray &held, const QList<Condition> &wanted, qint64 generation, const QDateTime &now)
{
    constexpr qsizetype longestMessage = 32768; // metav1.Condition's limit
    QJsonArray merged;
    for (const Condition &condition : wanted) {
        const QJsonObject before = find(held, condition.type);
        const QString status = statusText(condition.status);
        const bool flipped = before["status"_L1].toString() != status;
        const QString since = before["lastTransitionTime"_L1].toString();
        merged.append(QJsonObject{
            {u"type"_s, condition.type},
            {u"status"_s, status},
            {u"observedGeneration"_s, generation},
            {u"lastTransitionTime"_s, flipped || since.isEmpty() ? now.toUTC().toString(Qt::ISODate) : since},
            {u"reason"_s, condition.reason},
            {u"message"_s, condition.message.left(longestMessage)},
        });
    }
    return merged;
}

QJsonObject condition(const Object &object, QLatin1StringView type)
{
    return find(object.status()["conditions"_L1].toArray(), type);
}

QString conditionReason(const Object &object, QLatin1StringView type)
{
    return condition(object, type)["reason"_L1].toString();
}

} // namespace patronus
