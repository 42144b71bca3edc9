// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/conditions.h"

#include "sdwan/names.h"

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
    const QString time = now.toUTC().toString(Qt::ISODate);
    QJsonArray merged;
    for (const Condition &condition : wanted) {
        // What is held is changed where it differs: mostly nowhere, and then it is shared.
        QJsonObject one = find(held, condition.type);
        const auto set = [&one](QLatin1StringView name, const QJsonValue &value) {
            if (one.value(name) != value)
                one.insert(name, value);
        };
        const QString status = statusText(condition.status);
        const bool flipped = one["status"_L1].toString() != status;
        if (flipped || one["lastTransitionTime"_L1].toString().isEmpty())
            set("lastTransitionTime"_L1, time);
        set("message"_L1, condition.message.left(longestMessage));
        set("observedGeneration"_L1, generation);
        set("reason"_L1, condition.reason);
        set("status"_L1, status);
        set("type"_L1, condition.type);
        merged.append(one);
    }
    return merged;
}

QJsonObject condition(const Object &object, QLatin1StringView type)
{
    return find(object.value(u"status.conditions").toArray(), type);
}

QString conditionReason(const Object &object, QLatin1StringView type)
{
    return condition(object, type)["reason"_L1].toString();
}

bool isPaused(const Object &object)
{
    return object.annotation(names::paused) == "true"_L1;
}

} // namespace patronus
