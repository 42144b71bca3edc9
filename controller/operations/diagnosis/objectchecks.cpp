// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "core/json.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"

#include <QMap>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr int patience = 60; // s, that a deletion may take

/// What helps, by the reason of Ready (docs/operations.md).
QString remedyFor(const QString &reason)
{
    if (reason == reasons::InvalidSpec)
        return u"edit the object: its message names the field"_s;
    if (reason == reasons::SiteNotFound)
        return u"create the Site that is named, or correct the reference"_s;
    if (reason == reasons::NameConflict)
        return u"rename the object, or, where the owner has gone, kubectl annotate it with %1=true"_s.arg(names::adopt);
    if (reason == reasons::Deleting)
        return u"see the check deletions"_s;
    return u"kubectl describe the object; kubectl logs of the operator"_s;
}

/// The objects that are not as they should be, by reason; the API's own answers are another check's.
Check readyCheck(const DiagnosisFacts &facts)
{
    Finding finding("objects-ready"_L1, u"Sites and Policies are Ready"_s);
    qsizetype ready = 0;
    for (const DiagnosisFacts::Resource &resource : facts.resources) {
        if (!resource.objects) {
            if (resource.objects.error().kind != Error::Kind::NotFound)
                finding.unknown(resource.objects.error().message);
            continue;
        }
        QMap<QString, QList<Object>> byReason;
        for (const Object &object : *resource.objects) {
            const QJsonObject ready0 = condition(object, conditions::Ready);
            if (ready0["status"_L1] == "True"_L1)
                ++ready;
            else if (const QString reason = ready0["reason"_L1].toString(); !reason.isEmpty()
                && reason != reasons::ApiUnreachable && reason != reasons::Unauthorized
                && reason != reasons::ApiRejected && reason != reasons::RateLimited)
                byReason[reason].append(object);
        }
        for (auto it = byReason.begin(); it != byReason.end(); ++it) {
            const QString seen = u"%1 %2 (%3): %4"_s.arg(resource.type.plural, it.key(), namesOf(*it),
                condition(it->first(), conditions::Ready)["message"_L1].toString());
            if (it.key() == reasons::Paused)
                finding.warning(seen, u"kubectl annotate it with %1- to go on"_s.arg(names::paused));
            else
                finding.problem(seen, remedyFor(it.key()));
        }
    }
    finding.ok(u"%1 are Ready"_s.arg(ready));
    return finding.take({});
}

Check observedCheck(const DiagnosisFacts &facts)
{
    Finding finding("objects-observed"_L1, u"The operator looks at what changes"_s);
    for (const DiagnosisFacts::Resource &resource : facts.resources) {
        if (!resource.objects && resource.objects.error().kind != Error::Kind::NotFound)
            finding.unknown(resource.objects.error().message);
        // An older CRD does not keep what would tell it.
        const bool isTold
            = !resource.schema || !resource.schema->missingFields().contains(u"status.observedGeneration"_s);
        if (isTold && !resource.stillBehind.isEmpty())
            finding.problem(u"%1 with a spec that nobody has looked at, some seconds later as well (%2)"_s.arg(
                                resource.type.plural, namesOf(resource.stillBehind)),
                u"kubectl logs -n %1 -l app.kubernetes.io/name=%2; the checks deployment, leader, permissions"_s.arg(
                    facts.operatorKey.nameSpace, names::operatorName));
    }
    return finding.take(u"status is of the newest spec everywhere"_s);
}

Check deletionsCheck(const DiagnosisFacts &facts)
{
    Finding finding("deletions"_L1, u"Deletions come to an end, and reach the Patronus API"_s);
    const bool runs = facts.deployment && facts.deployment->status()["readyReplicas"_L1].toInt() > 0;
    for (const DiagnosisFacts::Resource &resource : facts.resources) {
        if (!resource.objects && resource.objects.error().kind != Error::Kind::NotFound)
            finding.unknown(resource.objects.error().message);
        QList<Object> unheld;
        for (const Object &object : resource.objects.value_or(QList<Object>())) {
            if (!object.isDeleting()) {
                if (condition(object, conditions::Synced)["status"_L1] == "True"_L1
                    && !object.hasFinalizer(names::finalizer))
                    unheld.append(object);
                continue;
            }
            const QDateTime since = timeOf(valueAt(object.json(), u"metadata.deletionTimestamp"));
            if (since.secsTo(facts.now) < patience)
                continue;
            QStringList others = object.finalizers();
            const bool isOurs = others.removeAll(names::finalizer) > 0;
            const QString seen = u"%1 %2 waits to be deleted since %3"_s.arg(
                resource.type.kind, object.key().text(), ageText(since, facts.now));
            if (isOurs && !runs)
                finding.problem(seen + u": its finalizer waits for the operator, which does not run"_s,
                    u"start the operator; docs/operations.md, \"Uninstall after the operator has gone\""_s);
            else if (isOurs)
                finding.problem(seen + u": "_s
                        + condition(object, conditions::Ready)["message"_L1].toString(
                            u"the operator has not told why"_s),
                    u"kubectl describe %1 %2 -n %3"_s.arg(
                        resource.type.kind.toLower(), object.key().name, object.key().nameSpace));
            else
                finding.problem(seen + u": the finalizer %1 is another program's"_s.arg(others.join(u", "_s)),
                    u"ask who runs that program"_s);
        }
        if (!unheld.isEmpty())
            finding.warning(
                u"%1 are synced and have no finalizer (%2): deleted while no operator runs, the Patronus API keeps them"_s
                    .arg(resource.type.plural, namesOf(unheld)),
                u"the operator before this one sets none; this one sets it at its next look: kubectl get %1 -A"_s.arg(
                    resource.type.plural));
    }
    return finding.take(u"nothing waits"_s);
}

} // namespace

QList<Check> objectChecks(const DiagnosisFacts &facts)
{
    return {readyCheck(facts), observedCheck(facts), deletionsCheck(facts)};
}

} // namespace patronus
