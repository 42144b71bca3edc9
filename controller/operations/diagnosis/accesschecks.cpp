// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "operations/operatorpods.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Check accountCheck(const DiagnosisFacts &facts)
{
    Finding finding("service-account"_L1, u"The operator's service account exists"_s);
    if (!facts.account && facts.account.error().kind == Error::Kind::NotFound)
        finding.problem(u"there is no ServiceAccount %1"_s.arg(facts.accountKey.text()),
            u"kubectl create serviceaccount %1 -n %2, or helm upgrade with serviceAccount.create=true"_s.arg(
                facts.accountKey.name, facts.accountKey.nameSpace));
    else if (finding.knows(facts.account))
        finding.ok(facts.accountKey.text());
    return finding.take({});
}

Check permissionsCheck(const DiagnosisFacts &facts)
{
    Finding finding("permissions"_L1, u"The operator may do what it has to"_s);
    if (finding.knows(facts.missingRights)) {
        for (const QString &right : *facts.missingRights)
            finding.problem(u"it may not %1"_s.arg(right),
                u"helm upgrade brings its roles back; kubectl auth can-i --list --as=system:serviceaccount:%1:%2 shows what it has"_s
                    .arg(facts.accountKey.nameSpace, facts.accountKey.name));
    }
    return finding.take(u"all that the guide grants"_s);
}

void noteLease(Finding &finding, const DiagnosisFacts &facts)
{
    const QJsonObject spec = facts.lease->spec();
    const QString holder = spec["holderIdentity"_L1].toString();
    const QDateTime renewed = timeOf(spec["renewTime"_L1]);
    const int duration = spec["leaseDurationSeconds"_L1].toInt(15);
    const QString look = u"kubectl get lease %1 -n %2 -o yaml"_s.arg(names::operatorName, facts.operatorKey.nameSpace);
    if (holder.isEmpty()) {
        finding.problem(u"nobody holds the Lease"_s, look);
        return;
    }
    const QString seen
        = u"%1 holds the Lease, renewed %2 ago by this machine's clock"_s.arg(holder, ageText(renewed, facts.now));
    if (!renewed.isValid() || renewed.secsTo(facts.now) > duration)
        finding.problem(u"%1; it has run out (%2 s)"_s.arg(seen).arg(duration),
            u"kubectl get pods -n %1; %2"_s.arg(facts.operatorKey.nameSpace, look));
    else
        finding.ok(seen);
    // The identity is the pod's name, "_" and a UUID.
    const QString pod = holder.section(u'_', 0, -2);
    if (facts.pods && !pod.isEmpty()
        && !std::ranges::contains(*facts.pods, pod, [](const Object &one) { return one.key().name; }))
        finding.warning(
            u"%1 is none of the operator's pods: another installation?"_s.arg(pod), u"helm list -A; "_s + look);
}

/// What the pods say themselves: each may believe that it leads.
void noteLeaders(Finding &finding, const DiagnosisFacts &facts)
{
    QStringList leaders;
    qsizetype answered = 0;
    for (const DiagnosisFacts::Scrape &scrape : facts.scrapes) {
        answered += scrape.samples ? 1 : 0;
        if (scrape.samples && std::ranges::any_of(*scrape.samples, [](const Sample &sample) {
                return sample.name == "leader_election_master_status"_L1 && sample.value == 1;
            }))
            leaders.append(scrape.pod.name);
    }
    if (leaders.size() > 1)
        finding.problem(u"%1 pods say that they lead: %2"_s.arg(leaders.size()).arg(leaders.join(u", "_s)),
            u"kubectl scale deployment %1 -n %2 --replicas=1, then report it"_s.arg(
                facts.operatorKey.name, facts.operatorKey.nameSpace));
    else if (answered > 0 && answered == facts.scrapes.size() && leaders.isEmpty())
        finding.problem(u"none of %1 pods says that it leads"_s.arg(answered),
            u"kubectl logs -n %1 -l app.kubernetes.io/name=%2 | grep -i lease"_s.arg(
                facts.operatorKey.nameSpace, names::operatorName));
}

Check leaderCheck(const DiagnosisFacts &facts)
{
    Finding finding("leader"_L1, u"One replica leads"_s);
    const bool isElected
        = !facts.deployment || operatorSetting(*facts.deployment, "LEADER_ELECTION_ENABLED"_L1) != "false"_L1;
    const int replicas = facts.deployment ? facts.deployment->spec()["replicas"_L1].toInt(1) : 1;
    if (!isElected && replicas > 1)
        finding.problem(u"%1 replicas, and leader election is off: every one of them writes"_s.arg(replicas),
            u"helm upgrade --set leaderElection.enabled=true"_s);
    if (isElected && replicas > 0) {
        if (facts.lease)
            noteLease(finding, facts);
        else if (facts.lease.error().kind == Error::Kind::NotFound)
            finding.problem(
                u"there is no Lease %1/%2: no replica has come so far as to lead (the operator before this one never makes one)"_s
                    .arg(facts.operatorKey.nameSpace, names::operatorName),
                u"kubectl logs -n %1 -l app.kubernetes.io/name=%2 --tail=-1"_s.arg(
                    facts.operatorKey.nameSpace, names::operatorName));
        else
            (void)finding.knows(facts.lease);
        noteLeaders(finding, facts);
    }
    return finding.take(isElected ? u"no replica is wanted"_s : u"one replica, without leader election"_s);
}

} // namespace

QList<Check> accessChecks(const DiagnosisFacts &facts)
{
    return {accountCheck(facts), permissionsCheck(facts), leaderCheck(facts)};
}

} // namespace patronus
