// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columns.h"

#include "models/units.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString title(const char *text)
{
    return QCoreApplication::translate("Columns", text);
}

StoreModel::Column stateColumn()
{
    return {.id = u"state"_s, .title = title("State"), .value = {}, .toolTip = [](const Object &object) {
                const auto ready = conditionOf(object, u"Ready");
                return ready ? ready->message : QString();
            }};
}

StoreModel::Column nameColumn()
{
    return {.id = u"name"_s,
        .title = title("Name"),
        .value = [](const Object &object) { return object.key().name; },
        .toolTip = [](const Object &object) { return object.key().text(); }};
}

StoreModel::Column namespaceColumn()
{
    return {.id = u"namespace"_s, .title = title("Namespace"), .value = [](const Object &object) {
                return object.key().nameSpace;
            }};
}

StoreModel::Column readyColumn()
{
    return {.id = u"ready"_s, .title = title("Ready"), .value = [](const Object &object) {
                const auto ready = conditionOf(object, u"Ready");
                return ready ? ready->status : QString(units::none);
            }};
}

StoreModel::Column reasonColumn()
{
    return {.id = u"reason"_s,
        .title = title("Reason"),
        .value = [](const Object &object) { return reasonOf(object); },
        .toolTip =
            [](const Object &object) {
                const auto ready = conditionOf(object, u"Ready");
                return ready ? ready->message : QString();
            }};
}

/// A number of the object; absent is shown as no value and sorts below zero.
StoreModel::Column numberColumn(const QString &id, const QString &title, const QString &path, QString (*text)(double))
{
    return {.id = id,
        .title = title,
        .value =
            [path, text](const Object &object) {
                const QJsonValue value = object.value(path);
                return value.isDouble() ? text(value.toDouble()) : QString(units::none);
            },
        .isNumber = true,
        .sortValue = [path](const Object &object) { return object.value(path).toDouble(-1); }};
}

StoreModel::Column textColumn(const QString &id, const QString &title, const QString &path)
{
    return {.id = id, .title = title, .value = [path](const Object &object) {
                const QString text = object.value(path).toString();
                return text.isEmpty() ? QString(units::none) : text;
            }};
}

StoreModel::Column phaseColumn()
{
    return textColumn(u"phase"_s, title("Phase"), u"status.phase"_s);
}

StoreModel::Column activeColumn()
{
    return {.id = u"active"_s, .title = title("Active"), .value = [](const Object &object) {
                const QJsonValue active = object.value(u"status.active");
                return !active.isBool() ? QString(units::none) : active.toBool() ? title("yes") : title("no");
            }};
}

StoreModel::Column precedenceColumn(const PolicyOrder &order)
{
    return {.id = u"precedence"_s,
        .title = title("Precedence"),
        .value = [&order](const Object &policy) { return standingText(order.standing(policy.key())); },
        .sortValue = [&order](const Object &policy) { return int(order.standing(policy.key()).verdict()); },
        .toolTip =
            [&order](const Object &policy) {
                QStringList lines;
                const PolicyOrder::Others others = order.others(policy.key());
                if (!others.shadowedBy.isEmpty())
                    lines.append(
                        title("All that it matches is decided before it, by %1").arg(units::listed(others.shadowedBy)));
                if (!others.ties.isEmpty())
                    lines.append(title("The same priority and traffic in common: %1").arg(units::listed(others.ties)));
                return lines.join(u'\n');
            }};
}

StoreModel::Column driftColumn(const DriftVerdicts &drift)
{
    return {.id = u"drift"_s,
        .title = title("Drift"),
        .value =
            [&drift](const Object &object) {
                const QString text = drift.text(object);
                return text.isEmpty() ? QString(units::none) : text;
            },
        .toolTip = [&drift](const Object &object) { return drift.toolTip(object); }};
}

} // namespace

QString standingText(const PolicyOrder::Standing &standing)
{
    switch (standing.verdict()) {
    case PolicyOrder::Verdict::Shadowed:
        return title("Shadowed");
    case PolicyOrder::Verdict::Tie:
        return title("Tie");
    case PolicyOrder::Verdict::Apart:
        break;
    }
    return {};
}

QList<StoreModel::Column> siteColumns(const DriftVerdicts &drift)
{
    return {stateColumn(), nameColumn(), namespaceColumn(), reasonColumn(), phaseColumn(), readyColumn(),
        numberColumn(u"peers"_s, title("Peers"), u"status.peers"_s, units::count),
        numberColumn(u"paths"_s, title("Paths"), u"status.activePaths"_s, units::count),
        numberColumn(u"health"_s, title("Health"), u"status.healthScore"_s, units::count), driftColumn(drift)};
}

QList<StoreModel::Column> policyColumns(const PolicyOrder &order, const DriftVerdicts &drift)
{
    return {stateColumn(), nameColumn(), namespaceColumn(), reasonColumn(), phaseColumn(), readyColumn(),
        activeColumn(), numberColumn(u"priority"_s, title("Priority"), u"spec.priority"_s, units::count),
        precedenceColumn(order), textColumn(u"action"_s, title("Action"), u"spec.action.type"_s),
        textColumn(u"site"_s, title("Primary site"), u"spec.action.primaryPath.siteRef"_s),
        numberColumn(u"flows"_s, title("Flows"), u"status.matchedFlows"_s, units::count),
        numberColumn(u"bytes"_s, title("Routed"), u"status.bytesRouted"_s, units::bytes), driftColumn(drift)};
}

QList<StoreModel::Column> eventColumns()
{
    return {{.id = u"type"_s,
                .title = title("Type"),
                .value = [](const Object &event) { return event.value(u"type").toString(); }},
        {.id = u"object"_s,
            .title = title("Object"),
            .value =
                [](const Object &event) {
                    return QString(event.value(u"involvedObject.kind").toString() + u' '
                        + event.value(u"involvedObject.name").toString());
                },
            .toolTip =
                [](const Object &event) {
                    return QString(event.value(u"involvedObject.namespace").toString() + u'/'
                        + event.value(u"involvedObject.name").toString());
                }},
        textColumn(u"reason"_s, title("Reason"), u"reason"_s),
        {.id = u"count"_s,
            .title = title("Count"),
            .value =
                [](const Object &event) {
                    return QString::number(std::max<qint64>(event.value(u"count").toInteger(1), 1));
                },
            .isNumber = true,
            .sortValue = [](const Object &event) { return std::max<qint64>(event.value(u"count").toInteger(1), 1); }},
        {.id = u"message"_s,
            .title = title("Message"),
            .value = [](const Object &event) { return event.value(u"message").toString().simplified(); },
            .toolTip = [](const Object &event) { return event.value(u"message").toString(); }}};
}

State eventState(const Object &event)
{
    return event.value(u"type").toString() == "Warning"_L1 ? State::Degraded : State::Ready;
}

QDateTime eventTime(const Object &event)
{
    // core/v1's own time; eventTime is that of writers of events.k8s.io; both may be missing.
    for (const QStringView name : {u"lastTimestamp", u"eventTime", u"firstTimestamp"})
        if (const QDateTime time = QDateTime::fromString(event.value(name).toString(), Qt::ISODateWithMs);
            time.isValid())
            return time.toUTC();
    return event.creationTime();
}

QDateTime syncedSince(const Object &object)
{
    const auto synced = conditionOf(object, u"Synced");
    return synced && synced->status == "True"_L1 && !isBehind(object) ? synced->lastTransition : QDateTime();
}

QList<TimeColumns::Column> objectTimes()
{
    return {{.id = u"synced"_s, .title = title("In sync"), .time = syncedSince},
        {.id = u"age"_s, .title = title("Age"), .time = [](const Object &object) { return object.creationTime(); }}};
}

QList<TimeColumns::Column> eventTimes()
{
    return {{.id = u"age"_s, .title = title("Last seen"), .time = eventTime}};
}

} // namespace patronus
