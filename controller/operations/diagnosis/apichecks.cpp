// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "core/json.h"
#include "operations/diagnosis/egress.h"
#include "sdwan/conditions.h"

#include <QHostAddress>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

int portOf(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? 443 : 80);
}

/// The Service's port that the URL names; empty where it has none of that number.
QJsonObject servicePort(const DiagnosedApi &api)
{
    for (const QJsonValue &port : api.service->spec()["ports"_L1].toArray())
        if (port["port"_L1].toInt() == portOf(api.url))
            return port.toObject();
    return {};
}

/// Whether a pod would take @p host for the name of a Service, and not perhaps for another's.
bool isServiceName(const QString &host)
{
    return !host.contains(u'.') || host.contains(".svc"_L1);
}

void noteEndpoints(Finding &finding, const DiagnosedApi &api)
{
    const QString name = api.service->key().text();
    if (servicePort(api).isEmpty()) {
        finding.problem(u"the Service %1 has no port %2"_s.arg(name).arg(portOf(api.url)),
            u"helm upgrade --set patronus.apiUrl=… with a port that it has"_s);
        return;
    }
    int ready = 0, notReady = 0;
    for (const Object &slice : api.endpointSlices)
        for (const QJsonValue &endpoint : slice.json()["endpoints"_L1].toArray())
            ++(valueAt(endpoint.toObject(), u"conditions.ready").toBool(true) ? ready : notReady);
    if (ready == 0)
        finding.problem(u"the Service %1 has no ready endpoint (%2 are not ready)"_s.arg(name).arg(notReady),
            u"kubectl get endpointslices,pods -n %1: the Patronus API itself does not run"_s.arg(
                api.service->key().nameSpace));
    else
        finding.ok(u"%1 is the Service %2, with %3 ready endpoints"_s.arg(api.url.toString(), name).arg(ready));
}

Check urlCheck(const DiagnosisFacts &facts)
{
    Finding finding("api-url"_L1, u"PATRONUS_API_URL leads to something that runs"_s);
    if (finding.knows(facts.api)) {
        const DiagnosedApi &api = *facts.api;
        const QString host = api.url.host();
        if (!api.url.isValid() || host.isEmpty() || !api.url.scheme().startsWith("http"_L1))
            finding.problem(u"\"%1\" is no URL"_s.arg(api.url.toString()),
                u"helm upgrade --set patronus.apiUrl=http://HOST:PORT"_s);
        else if (api.service)
            noteEndpoints(finding, api);
        else if (api.service.error().kind != Error::Kind::NotFound)
            (void)finding.knows(api.service);
        else if (isServiceName(host))
            finding.problem(u"%1: there is no Service %2"_s.arg(api.url.toString(), host),
                u"helm upgrade --set patronus.apiUrl=…; kubectl get services -A"_s);
        else
            finding.ok(u"%1 is outside of this cluster: helm test tries it from inside"_s.arg(api.url.toString()));
    }
    return finding.take({});
}

struct Verdict {
    QLatin1StringView reason;
    bool isProblem = true;
    const char *remedy = "";
};
const Verdict verdicts[] = {
    {reasons::ApiUnreachable, true,
        "helm test patronus-operator tries it from inside; the checks api-url and network-policy"},
    {reasons::Unauthorized, true, "renew the Secret of patronus.credentials; no restart is needed"},
    {reasons::ApiRejected, true, "the message is the API's own: kubectl describe the object"},
    {reasons::RateLimited, false, "lower reconcile.concurrency, or have the API's limit raised"},
};

/// What the operator has written into its objects of the API's answers.
Check answersCheck(const DiagnosisFacts &facts)
{
    Finding finding("api-answers"_L1, u"The Patronus API takes what the operator sends"_s);
    for (const Verdict &verdict : verdicts) {
        QList<Object> told;
        for (const DiagnosisFacts::Resource &resource : facts.resources)
            for (const Object &object : resource.objects.value_or(QList<Object>()))
                if (conditionReason(object, conditions::Ready) == verdict.reason)
                    told.append(object);
        if (told.isEmpty())
            continue;
        const QString seen = u"%1 (%2): %3"_s.arg(
            verdict.reason, namesOf(told), condition(told.first(), conditions::Ready)["message"_L1].toString());
        if (verdict.isProblem)
            finding.problem(seen, QString::fromLatin1(verdict.remedy));
        else
            finding.warning(seen, QString::fromLatin1(verdict.remedy));
    }
    for (const DiagnosisFacts::Resource &resource : facts.resources)
        if (!resource.objects && resource.objects.error().kind != Error::Kind::NotFound)
            finding.unknown(resource.objects.error().message);
    return finding.take(u"no object says otherwise"_s);
}

/// The ports of the API's pods, and its own where nobody knows them.
Destination destinationOf(const DiagnosedApi &api)
{
    Destination destination{.ports = {}, .address = {}, .namespaceLabels = api.namespaceLabels};
    if (QHostAddress address; address.setAddress(api.url.host()))
        destination.address = api.url.host();
    if (api.service) {
        const QJsonObject port = servicePort(api);
        destination.podLabels = api.service->spec()["selector"_L1].toObject();
        if (port["targetPort"_L1].isDouble())
            destination.ports.insert(port["targetPort"_L1].toInt());
        for (const Object &slice : api.endpointSlices)
            for (const QJsonValue &own : slice.json()["ports"_L1].toArray())
                if (own["name"_L1].toString() == port["name"_L1].toString())
                    destination.ports.insert(own["port"_L1].toInt());
    }
    if (destination.ports.isEmpty())
        destination.ports.insert(portOf(api.url));
    return destination;
}

Check networkCheck(const DiagnosisFacts &facts)
{
    Finding finding("network-policy"_L1, u"Network policies let the operator out"_s);
    if (!facts.deployment) {
        if (facts.deployment.error().kind != Error::Kind::NotFound)
            (void)finding.knows(facts.deployment);
    } else if (finding.knows(facts.networkPolicies)) {
        const QJsonObject labels = valueAt(facts.deployment->json(), u"spec.template.metadata.labels").toObject();
        const QString remedy
            = u"kubectl describe networkpolicy -n %1; the chart's own: networkPolicy.* in its values"_s.arg(
                facts.operatorKey.nameSpace);
        const auto look = [&](const QString &what, const Destination &destination) {
            const Egress egress = egressTo(destination, *facts.networkPolicies, labels);
            if (egress == Egress::Blocked)
                finding.problem(u"no rule lets it reach %1"_s.arg(what), remedy);
            else if (egress == Egress::Allowed)
                finding.ok(u"a rule lets it reach "_s + what);
        };
        look(u"the Kubernetes API (port 443 or 6443)"_s, {.ports = {443, 6443}});
        look(u"DNS"_s,
            {.ports = {53},
                .protocol = u"UDP"_s,
                .namespaceLabels = {{u"kubernetes.io/metadata.name"_s, u"kube-system"_s}}});
        if (facts.api) {
            const Destination api = destinationOf(*facts.api);
            QStringList ports;
            for (const int port : api.ports)
                ports.append(QString::number(port));
            look(u"%1 (port %2)"_s.arg(facts.api->url.toString(), ports.join(u", "_s)), api);
        }
    }
    return finding.take(facts.deployment ? u"no policy selects its pods"_s : u"there is no Deployment"_s);
}

} // namespace

QList<Check> apiChecks(const DiagnosisFacts &facts)
{
    return {urlCheck(facts), networkCheck(facts), answersCheck(facts)};
}

} // namespace patronus
