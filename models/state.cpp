// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

QString stateName(State state)
{
    switch (state) {
    case State::Ready:
        return QCoreApplication::translate("State", "Ready");
    case State::Working:
        return QCoreApplication::translate("State", "Working");
    case State::Degraded:
        return QCoreApplication::translate("State", "Degraded");
    case State::Failed:
        return QCoreApplication::translate("State", "Failed");
    case State::Unknown:
        break;
    }
    return QCoreApplication::translate("State", "Unknown");
}

int severityRank(State state)
{
    return int(std::ranges::find(allStates, state) - std::begin(allStates));
}

static ObjectCondition conditionFrom(const QJsonValue &value)
{
    return {
        .type = value["type"_L1].toString(),
        .status = value["status"_L1].toString(),
        .reason = value["reason"_L1].toString(),
        .message = value["message"_L1].toString(),
        .lastTransition = QDateTime::fromString(value["lastTransitionTime"_L1].toString(), Qt::ISODate).toUTC(),
    };
}

QList<ObjectCondition> conditionsOf(const Object &object)
{
    QList<ObjectCondition> conditions;
    for (const QJsonValue &value : object.value(u"status.conditions").toArray())
        if (value.isObject())
            conditions.append(conditionFrom(value));
    return conditions;
}

std::optional<ObjectCondition> conditionOf(const Object &object, QStringView type)
{
    for (const QJsonValue &value : object.value(u"status.conditions").toArray())
        if (value["type"_L1].toString() == type)
            return conditionFrom(value);
    return std::nullopt;
}

namespace {

bool isTrue(const Object &object, QStringView type)
{
    const auto condition = conditionOf(object, type);
    return condition && condition->status == "True"_L1;
}

} // namespace

bool isBehind(const Object &object)
{
    const QJsonValue observed = object.value(u"status.observedGeneration");
    return observed.isDouble() && object.generation() > observed.toInteger();
}

State stateOf(const Object &object)
{
    if (object.isDeleting() || isBehind(object))
        return isTrue(object, u"Stalled") ? State::Failed : State::Working;
    const QString phase = object.value(u"status.phase").toString();
    const auto ready = conditionOf(object, u"Ready");
    if (ready && ready->status == "True"_L1)
        return State::Ready;
    if (isTrue(object, u"Stalled") || phase == "Failed"_L1)
        return State::Failed;
    if (ready && ready->status == "False"_L1)
        return isTrue(object, u"Reconciling") && phase == "Pending"_L1 ? State::Working : State::Degraded;
    if (isTrue(object, u"Reconciling") || phase == "Pending"_L1 || phase == "Terminating"_L1)
        return State::Working;
    // Without conditions: the CRDs that users had before.
    if (!ready && (phase == "Active"_L1 || object.value(u"status.active").toBool()))
        return State::Ready;
    return State::Unknown;
}

QString reasonOf(const Object &object)
{
    if (object.isDeleting())
        return QCoreApplication::translate("State", "Deleting");
    if (isBehind(object))
        return QCoreApplication::translate("State", "Spec changed");
    if (const auto ready = conditionOf(object, u"Ready"))
        return ready->reason;
    return object.status().isEmpty() ? QCoreApplication::translate("State", "No status yet") : QString();
}

} // namespace patronus
