// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "core/json.h"
#include "operations/counted.h"
#include "operations/maintenance.h"
#include "operations/operatorpods.h"
#include "operations/owners.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString describeCommand(const DiagnosisFacts &facts)
{
    return u"kubectl describe deployment %1 -n %2"_s.arg(facts.operatorKey.name, facts.operatorKey.nameSpace);
}

/// What the Deployment's controller says of it.
void noteConditions(Finding &finding, const DiagnosisFacts &facts, const Rollout &rollout)
{
    const QJsonValue conditions = facts.deployment->status()["conditions"_L1];
    for (const auto &[type, bad] : {std::pair("Available"_L1, "False"_L1), std::pair("Progressing"_L1, "False"_L1),
             std::pair("ReplicaFailure"_L1, "True"_L1)})
        if (const QJsonObject condition = conditionOfType(conditions, type); condition["status"_L1] == bad)
            finding.problem(
                u"%1: %2: %3"_s.arg(type, condition["reason"_L1].toString(), condition["message"_L1].toString()),
                describeCommand(facts));
    if (!rollout.isObserved)
        finding.warning(u"no controller has looked at its newest spec yet"_s, describeCommand(facts));
    else if (!rollout.isDone())
        finding.warning(rollout.text(), describeCommand(facts));
    else
        finding.ok(rollout.text());
}

Check deploymentCheck(const DiagnosisFacts &facts)
{
    Finding finding("deployment"_L1, u"The operator is installed and available"_s);
    if (!facts.deployment && facts.deployment.error().kind == Error::Kind::NotFound)
        finding.problem(u"there is no Deployment %1"_s.arg(facts.operatorKey.text()),
            u"helm install patronus-operator ./helm/patronus-operator -n %1; where it is elsewhere: --operator-namespace"_s
                .arg(facts.operatorKey.nameSpace));
    else if (finding.knows(facts.deployment))
        noteConditions(finding, facts, rolloutOf(*facts.deployment));
    return finding.take({});
}

Check replicasCheck(const DiagnosisFacts &facts)
{
    Finding finding("replicas"_L1, u"The operator is meant to run"_s);
    if (facts.deployment || facts.deployment.error().kind != Error::Kind::NotFound)
        if (finding.knows(facts.deployment)) {
            const int replicas = facts.deployment->spec()["replicas"_L1].toInt(1);
            if (replicas == 0)
                finding.problem(u"0 replicas are wanted: nothing reaches the Patronus API, and deletions wait"_s,
                    facts.deployment->annotation(names::maintenance).isEmpty()
                        ? u"kubectl scale deployment %1 -n %2 --replicas=N"_s.arg(
                              facts.operatorKey.name, facts.operatorKey.nameSpace)
                        : u"kubectl patronus start --operator-namespace "_s + facts.operatorKey.nameSpace);
            else
                finding.ok(u"%1 wanted"_s.arg(counted(replicas, u"replica"_s)));
        }
    return finding.take(u"there is no Deployment"_s);
}

Check maintenanceCheck(const DiagnosisFacts &facts)
{
    Finding finding("maintenance"_L1, u"Nobody has left it in maintenance"_s);
    if (facts.deployment && !facts.deployment->annotation(names::maintenance).isEmpty()) {
        const auto status = maintenanceStatusOf(*facts.deployment);
        const QString resume
            = u"kubectl patronus maintenance resume --operator-namespace "_s + facts.operatorKey.nameSpace;
        if (!status) {
            finding.problem(status.error().message,
                u"kubectl annotate deployment %1 -n %2 %3-, after kubectl scale"_s.arg(
                    facts.operatorKey.name, facts.operatorKey.nameSpace, names::maintenance));
        } else {
            const MaintenanceRecord &record = *status->record;
            const QString held
                = u"held at %1 since %2 by %3%4, to come back to %5"_s
                      .arg(counted(status->rollout.wanted, u"replica"_s), record.since.toString(Qt::ISODate),
                          record.actor, record.reason.isEmpty() ? QString() : u" (%1)"_s.arg(record.reason))
                      .arg(record.replicas);
            if (record.until.isValid() && record.until < facts.now)
                finding.problem(u"%1; it was to end %2 ago"_s.arg(held, ageText(record.until, facts.now)), resume);
            else
                finding.warning(held, resume);
        }
    } else if (facts.deployment || facts.deployment.error().kind != Error::Kind::NotFound) {
        (void)finding.knows(facts.deployment);
    }
    return finding.take(u"no maintenance is recorded"_s);
}

Check ownersCheck(const DiagnosisFacts &facts)
{
    Finding finding("owners"_L1, u"Nobody else sets its replicas"_s);
    if (finding.knows(facts.autoscalers))
        for (const QString &scaler : namesOfScalers(*facts.autoscalers, facts.deployment.value_or(Object())))
            finding.warning(
                u"the HorizontalPodAutoscaler %1 scales it: more replicas only stand by, and maintenance would be undone"_s
                    .arg(scaler),
                u"kubectl delete hpa %1 -n %2"_s.arg(scaler.section(u'/', -1), facts.operatorKey.nameSpace));
    if (facts.deployment)
        for (const QString &owner : ownersOf(*facts.deployment))
            finding.ok(owner);
    return finding.take(u"no HorizontalPodAutoscaler, no GitOps"_s);
}

Check versionCheck(const DiagnosisFacts &facts)
{
    Finding finding("version"_L1, u"The operator is of this program's version"_s);
    if (facts.deployment) {
        const QString version = operatorVersion(*facts.deployment);
        if (version.isEmpty())
            finding.ok(u"its image names no version"_s);
        else if (version != facts.version)
            finding.warning(
                u"the operator is %1, this program %2: they work with CRDs of one version more or less"_s.arg(
                    version, facts.version),
                u"use the kubectl-patronus of the operator's image"_s);
        else
            finding.ok(version);
    } else if (facts.deployment.error().kind != Error::Kind::NotFound) {
        (void)finding.knows(facts.deployment);
    }
    return finding.take(u"there is no Deployment"_s);
}

/// Whether an Event speaks of the operator's Deployment, ReplicaSets or pods.
bool isOfOperator(const Object &event, const DiagnosisFacts &facts)
{
    const QString name = valueAt(event.json(), u"involvedObject.name").toString();
    return name == facts.operatorKey.name || name.startsWith(facts.operatorKey.name + u'-');
}

QDateTime lastTime(const Object &event)
{
    const QDateTime last = timeOf(event.json()["lastTimestamp"_L1]);
    return last.isValid() ? last : std::max(timeOf(event.json()["eventTime"_L1]), event.creationTime());
}

Check eventsCheck(const DiagnosisFacts &facts)
{
    constexpr int recent = 3600; // s
    constexpr qsizetype most = 5;
    Finding finding("events"_L1, u"No warnings of the last hour about the operator"_s);
    if (finding.knows(facts.events)) {
        QList<Object> warnings = *facts.events;
        warnings.removeIf([&](const Object &event) {
            return event.json()["type"_L1] != "Warning"_L1 || !isOfOperator(event, facts)
                || lastTime(event).secsTo(facts.now) > recent;
        });
        std::ranges::sort(warnings, std::ranges::greater(), lastTime);
        for (const Object &event : warnings.first(std::min(most, warnings.size())))
            finding.warning(
                u"%1 on %2, %3 ago: %4"_s.arg(event.json()["reason"_L1].toString(),
                    valueAt(event.json(), u"involvedObject.name").toString(), ageText(lastTime(event), facts.now),
                    event.json()["message"_L1].toString().simplified()),
                u"kubectl get events -n %1 --sort-by=.lastTimestamp"_s.arg(facts.operatorKey.nameSpace));
    }
    return finding.take(u"none"_s);
}

} // namespace

QList<Check> deploymentChecks(const DiagnosisFacts &facts)
{
    return {deploymentCheck(facts), replicasCheck(facts), maintenanceCheck(facts), ownersCheck(facts),
        versionCheck(facts), eventsCheck(facts)};
}

} // namespace patronus
