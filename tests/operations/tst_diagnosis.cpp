// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/diagnosis.h"
#include "sdwan/names.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;
using namespace patronus;

using Change = std::function<void(DiagnosisFacts &)>;
Q_DECLARE_METATYPE(Change)

namespace {

using Result = Check::Result;

const QDateTime now(QDate(2026, 11, 26), QTime(12, 0), QTimeZone::UTC);

Object object(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s: %s", qPrintable(error.errorString()), json.constData());
    return Object(document.object());
}

template <typename T> Expected<T> refused(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::Forbidden, .message = u"this user may not "_s + what});
}

std::unexpected<Error> notThere()
{
    return std::unexpected(Error{.kind = Error::Kind::NotFound, .message = u"not found"_s});
}

Object deployment(
    const QByteArray &metadata = "{}", const QByteArray &replicas = "3", const QByteArray &environment = "[]")
{
    QByteArray json = R"({"metadata":{"name":"patronus-operator","namespace":"patronus-system","generation":2,
        "labels":{"app.kubernetes.io/version":"0.1.0"},"annotations":METADATA},
        "spec":{"replicas":REPLICAS,"template":{"metadata":{"labels":{"app":"operator"}},
            "spec":{"serviceAccountName":"patronus-operator","containers":[{"name":"operator","image":"patronus/operator:0.1.0",
                "env":ENVIRONMENT}]}}},
        "status":{"observedGeneration":2,"replicas":REPLICAS,"updatedReplicas":REPLICAS,"readyReplicas":REPLICAS,"conditions":[{"type":"Available","status":"True"}]}})";
    return object(json.replace("METADATA", metadata).replace("REPLICAS", replicas).replace("ENVIRONMENT", environment));
}

Object pod(const QByteArray &status, const QByteArray &spec = R"({"nodeName":"n1"})")
{
    return object(R"({"metadata":{"name":"patronus-operator-x","namespace":"patronus-system"},"spec":)" + spec
        + R"(,"status":)" + status + '}');
}

/// The annotations of a Deployment that is held.
QByteArray held(const QByteArray &record)
{
    return QJsonDocument(QJsonObject{{names::maintenance, QString::fromUtf8(record)}}).toJson();
}

/// A container's status with the members @p state.
QByteArray container(const QByteArray &state)
{
    return R"({"phase":"Running","containerStatuses":[{"name":"operator","image":"patronus/operator:0.1.0",)" + state
        + "}]}";
}

Object site(const QByteArray &name, const QByteArray &ready, const QByteArray &metadata = "{}")
{
    QJsonObject json = object(R"({"metadata":{"name":")" + name
        + R"(","namespace":"default","finalizers":["sdwan.patronus.dev/cleanup"]},
        "status":{"conditions":[{"type":"Ready",)"
        + ready + R"(},{"type":"Synced","status":"True"}]}})")
                           .json();
    QJsonObject merged = json["metadata"_L1].toObject();
    const QJsonObject more = QJsonDocument::fromJson(metadata).object();
    for (auto it = more.begin(); it != more.end(); ++it)
        merged.insert(it.key(), *it);
    json.insert("metadata"_L1, merged);
    return Object(json);
}

Object lease(const QByteArray &holder, const QByteArray &renewed)
{
    return object(R"({"metadata":{"name":"patronus-operator","namespace":"patronus-system"},"spec":{"holderIdentity":")"
        + holder + R"(","leaseDurationSeconds":15,"renewTime":")" + renewed + R"("}})");
}

Object policyOut(const QByteArray &egress)
{
    return object(
        R"({"metadata":{"name":"deny","namespace":"patronus-system"},"spec":{"podSelector":{"matchLabels":{"app":"operator"}},
        "policyTypes":["Egress"],"egress":)"
        + egress + "}}");
}

const QByteArray dnsAndKubernetes = R"({"ports":[{"port":443},{"port":53,"protocol":"UDP"}]})";

QByteArray schemaText()
{
    return R"({"properties":{"status":{"properties":{"phase":{},"observedGeneration":{},"conditions":{"items":{"properties":
        {"type":{},"status":{},"reason":{},"message":{},"observedGeneration":{},"lastTransitionTime":{}}}}}}}})";
}

ServedSchema schema(const QByteArray &text)
{
    return ServedSchema(QJsonDocument::fromJson(text).object());
}

Object crd(const QByteArray &established = "True", const QByteArray &stored = R"("v1alpha1")",
    const QByteArray &columns = "[]")
{
    QByteArray json
        = R"({"metadata":{"name":"sites.sdwan.patronus.dev"},"spec":{"versions":[{"name":"v1alpha1","served":true,
        "schema":{"openAPIV3Schema":SCHEMA},"additionalPrinterColumns":COLUMNS}]},
        "status":{"storedVersions":[STORED],"conditions":[{"type":"Established","status":"ESTABLISHED","message":"why"},{"type":"NamesAccepted","status":"True"}]}})";
    return object(json.replace("SCHEMA", schemaText())
            .replace("COLUMNS", columns)
            .replace("STORED", stored)
            .replace("ESTABLISHED", established));
}

/// A cluster in which all is well.
DiagnosisFacts well()
{
    DiagnosisFacts facts{
        .now = now, .version = u"0.1.0"_s, .operatorKey = {u"patronus-system"_s, u"patronus-operator"_s}};
    facts.deployment = deployment();
    facts.pods = QList<Object>{pod(R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}]})")};
    facts.lease = lease("patronus-operator-x_1-2", "2026-11-26T11:59:58.000000Z");
    facts.accountKey = facts.operatorKey;
    facts.account = object(R"({"metadata":{"name":"patronus-operator","namespace":"patronus-system"}})");
    DiagnosedApi api{.url = QUrl(u"http://patronus-api:8081"_s)};
    api.service = object(R"({"metadata":{"name":"patronus-api","namespace":"patronus-system"},
        "spec":{"selector":{"app":"api"},"ports":[{"port":8081,"targetPort":9000}]}})");
    api.endpointSlices = {object(R"({"endpoints":[{"conditions":{"ready":true}}],"ports":[{"port":9000}]})")};
    api.namespaceLabels = {{u"kubernetes.io/metadata.name"_s, u"patronus-system"_s}};
    facts.api = api;
    facts.resources = {{.type = resources::sites()}, {.type = resources::policies()}};
    for (DiagnosisFacts::Resource &resource : facts.resources) {
        resource.schema = schema(schemaText());
        resource.crd = crd();
        resource.objects = QList<Object>{site("hq", R"("status":"True","reason":"Synced")")};
        resource.admission = Expected<void>();
    }
    facts.scrapes = {{{u"patronus-system"_s, u"patronus-operator-x"_s},
        parseExposition("patronus_operator_reconcile_total{controller=\"site\",result=\"success\"} 100\n"
                        "leader_election_master_status{name=\"patronus-operator\"} 1\n")}};
    return facts;
}

Check named(const QList<Check> &checks, const QString &id)
{
    const auto found = std::ranges::find(checks, id, &Check::id);
    return found == checks.end() ? Check() : *found;
}

void metrics(DiagnosisFacts &facts, const QByteArray &page)
{
    facts.scrapes.first().samples = parseExposition(page);
}

} // namespace

/// Each cause that the operations guide names is a fact here that makes its check what it is, and no other a problem.
class TestDiagnosis : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void wellIsWell()
    {
        for (const Check &check : diagnose(well())) {
            QVERIFY2(check.result == Result::Ok, qPrintable(check.id + u": "_s + check.evidence.join(u'\n')));
            QVERIFY2(!check.title.isEmpty() && !check.evidence.first().isEmpty(), qPrintable(check.id));
            QVERIFY2(check.remedies.isEmpty(), qPrintable(check.id));
        }
    }

    void aCauseIsFound_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("id");
        QTest::addColumn<Check::Result>("result");
        QTest::addColumn<QString>("seen");
        QTest::addColumn<QString>("remedy");
        const auto row
            = [](const char *name, const QString &id, Result result, const QString &seen, const QString &remedy,
                  const Change &change) { QTest::newRow(name) << change << id << result << seen << remedy; };
        const auto container0 = [](const QByteArray &state) {
            return [state](DiagnosisFacts &facts) { facts.pods = QList<Object>{pod(container(state))}; };
        };
        const auto annotated = [](const QByteArray &annotations, const QByteArray &replicas = "3") {
            return [=](DiagnosisFacts &facts) { facts.deployment = deployment(annotations, replicas); };
        };
        const auto objects = [](const Object &one) {
            return [one](DiagnosisFacts &facts) { facts.resources[0].objects = QList<Object>{one}; };
        };
        using enum Check::Result;

        row("no Deployment", u"deployment"_s, Problem, u"no Deployment patronus-system/patronus-operator"_s,
            u"helm install"_s, [](auto &f) { f.deployment = notThere(); });
        row("not available", u"deployment"_s, Problem, u"ReplicaFailure: FailedCreate: quota"_s,
            u"kubectl describe deployment"_s, [](auto &f) {
                QJsonObject json = deployment().json();
                json.insert("status"_L1,
                    QJsonObject{{u"observedGeneration"_s, 2},
                        {u"conditions"_s,
                            QJsonArray{QJsonObject{{u"type"_s, u"ReplicaFailure"_s}, {u"status"_s, u"True"_s},
                                {u"reason"_s, u"FailedCreate"_s}, {u"message"_s, u"quota"_s}}}}});
                f.deployment = Object(json);
            });
        row("stopped", u"replicas"_s, Problem, u"0 replicas"_s, u"kubectl scale"_s, annotated("{}", "0"));
        row("stopped with a record", u"replicas"_s, Problem, u"0 replicas"_s, u"kubectl patronus start"_s,
            annotated(held(R"({"replicas":3,"since":"2026-11-26T10:00:00Z"})"), "0"));
        row("maintenance overdue", u"maintenance"_s, Problem, u"was to end 60 min ago"_s, u"maintenance resume"_s,
            annotated(
                held(R"({"replicas":3,"actor":"ann","since":"2026-11-26T10:00:00Z","until":"2026-11-26T11:00:00Z"})"),
                "1"));
        row("in maintenance", u"maintenance"_s, Warning, u"by ann"_s, u"maintenance resume"_s,
            annotated(held(R"({"replicas":3,"actor":"ann","since":"2026-11-26T10:00:00Z"})"), "1"));
        row("record that nobody reads", u"maintenance"_s, Problem, u"cannot be understood"_s, u"kubectl annotate"_s,
            annotated(R"({"sdwan.patronus.dev/maintenance":"x"})"));
        row("autoscaler", u"owners"_s, Warning, u"HorizontalPodAutoscaler patronus-system/hpa"_s,
            u"kubectl delete hpa hpa"_s, [](auto &f) {
                f.autoscalers = QList<Object>{object(
                    R"({"metadata":{"name":"hpa","namespace":"patronus-system"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"patronus-operator"}}})")};
            });
        row("GitOps is told", u"owners"_s, Ok, u"the Argo CD application sdwan keeps"_s, {},
            annotated(R"({"argocd.argoproj.io/tracking-id":"sdwan:apps"})"));
        row("another version", u"version"_s, Warning, u"the operator is 0.1.0, this program 0.2.0"_s,
            u"kubectl-patronus"_s, [](auto &f) { f.version = u"0.2.0"_s; });
        row("a warning Event", u"events"_s, Warning, u"FailedCreate on patronus-operator-5d, 5 min ago: no account"_s,
            u"kubectl get events"_s, [](auto &f) {
                f.events = QList<Object>{object(
                    R"({"metadata":{"name":"e","namespace":"patronus-system"},"type":"Warning","reason":"FailedCreate","message":"no account",
                "lastTimestamp":"2026-11-26T11:55:00Z","involvedObject":{"name":"patronus-operator-5d"}})")};
            });
        row("no node", u"pods-scheduled"_s, Problem, u"waits for a node: 0/3 nodes"_s, u"kubectl describe pod"_s,
            [](auto &f) {
                f.pods = QList<Object>{pod(
                    R"({"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes"}]})",
                    "{}")};
            });
        row("no image", u"pods-image"_s, Problem, u"ImagePullBackOff of patronus/operator:0.1.0: not found"_s,
            u"imagePullSecrets (none are set)"_s,
            container0(R"("state":{"waiting":{"reason":"ImagePullBackOff","message":"not found"}})"));
        row("wrong settings", u"pods-running"_s, Problem, u"CrashLoopBackOff (exit code 2: wrong settings"_s,
            u"--previous"_s,
            container0(
                R"("restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":2}})"));
        row("a container that cannot be made", u"pods-running"_s, Problem,
            u"CreateContainerConfigError secret not found"_s, u"kubectl describe pod"_s,
            container0(R"("state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret not found"}})"));
        row("ended", u"pods-running"_s, Problem, u"has ended: exit code 1"_s, u"kubectl logs"_s,
            container0(R"("state":{"terminated":{"exitCode":1}})"));
        row("many restarts", u"pods-running"_s, Warning, u"restarted 5 times, last with exit code 3: lost the Lease"_s,
            u"--previous"_s,
            container0(R"("restartCount":5,"state":{"running":{}},"lastState":{"terminated":{"exitCode":3}})"));
        row("runs and is not ready", u"pods-ready"_s, Problem, u"runs and is not ready"_s, u"readyz?verbose"_s,
            [](auto &f) {
                f.pods = QList<Object>{pod(R"({"phase":"Running","conditions":[{"type":"Ready","status":"False"}]})")};
            });
        row("no memory", u"memory"_s, Problem, u"killed 30 min ago because its memory ran out (no limit"_s,
            u"resources.limits.memory"_s,
            container0(
                R"("restartCount":1,"state":{"running":{}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137,"finishedAt":"2026-11-26T11:30:00Z"}})"));
        row("no service account", u"service-account"_s, Problem,
            u"no ServiceAccount patronus-system/patronus-operator"_s, u"kubectl create serviceaccount"_s,
            [](auto &f) { f.account = notThere(); });
        row("a right is missing", u"permissions"_s, Problem, u"it may not patch sites/status"_s,
            u"kubectl auth can-i"_s,
            [](auto &f) { f.missingRights = QStringList{u"patch sites/status.sdwan.patronus.dev"_s}; });
        row("no Lease", u"leader"_s, Problem, u"no Lease"_s, u"kubectl logs"_s, [](auto &f) { f.lease = notThere(); });
        row("Lease has run out", u"leader"_s, Problem, u"it has run out (15 s)"_s, u"kubectl get lease"_s,
            [](auto &f) { f.lease = lease("patronus-operator-x_1", "2026-11-26T11:59:00.000000Z"); });
        row("nobody holds it", u"leader"_s, Problem, u"nobody holds"_s, u"kubectl get lease"_s,
            [](auto &f) { f.lease = lease("", "2026-11-26T11:59:59Z"); });
        row("somebody else holds it", u"leader"_s, Warning, u"other-0 is none of the operator's pods"_s,
            u"helm list -A"_s, [](auto &f) { f.lease = lease("other-0_1", "2026-11-26T11:59:59Z"); });
        row("two leaders", u"leader"_s, Problem, u"2 pods say that they lead"_s, u"--replicas=1"_s,
            [](auto &f) { f.scrapes.append(f.scrapes.first()); });
        row("three without election", u"leader"_s, Problem, u"leader election is off"_s,
            u"leaderElection.enabled=true"_s, [](auto &f) {
                f.deployment = deployment("{}", "3", R"([{"name":"LEADER_ELECTION_ENABLED","value":"false"}])");
            });
        row("no CRD", u"crd-sites"_s, Problem, u"not installed"_s, u"kubectl apply -f crds/"_s,
            [](auto &f) { f.resources[0].schema = notThere(), f.resources[0].crd = notThere(); });
        row("snake_case CRD", u"crd-policies"_s, Problem,
            u"snake_case one of the replaced operator (spec.public_key)"_s, u"docs/migration.md"_s, [](auto &f) {
                f.resources[1].schema = schema(R"({"properties":{"spec":{"properties":{"public_key":{}}}}})");
            });
        row("older CRD", u"crd-sites"_s, Warning, u"does not keep status.observedGeneration"_s,
            u"kubectl patronus upgrade-crds"_s, [](auto &f) {
                f.resources[0].schema
                    = schema(schemaText().replace(R"("observedGeneration":{},"conditions")", R"("conditions")"));
            });
        row("not established", u"crd-sites"_s, Problem, u"Established is not True: why"_s, u"kubectl describe crd"_s,
            [](auto &f) { f.resources[0].crd = crd("False"); });
        row("stored as a version that is gone", u"crd-sites"_s, Problem, u"stored as v1, which is not served"_s,
            u"serve v1 again"_s, [](auto &f) { f.resources[0].crd = crd("True", R"("v1","v1alpha1")"); });
        row("a column that stays empty", u"crd-sites"_s, Warning,
            u"its column Paths stays empty: the schema has no status.activePaths"_s, u"kubectl patronus upgrade-crds"_s,
            [](auto &f) {
                f.resources[0].crd = crd("True", R"("v1alpha1")",
                    R"([{"name":"Paths","jsonPath":".status.activePaths"},{"name":"Phase","jsonPath":".status.phase"}])");
            });
        row("admission refuses", u"admission"_s, Problem, u"a change of a Site is refused: denied by hook"_s,
            u"webhookconfigurations"_s, [](auto &f) {
                f.resources[0].admission = std::unexpected(Error{Error::Kind::Invalid, u"denied by hook"_s});
            });
        row("no Service", u"api-url"_s, Problem, u"there is no Service patronus-api"_s, u"patronus.apiUrl"_s,
            [](auto &f) { f.api->service = notThere(); });
        row("no such port", u"api-url"_s, Problem, u"has no port 80"_s, u"patronus.apiUrl"_s,
            [](auto &f) { f.api->url = QUrl(u"http://patronus-api"_s); });
        row("no endpoint", u"api-url"_s, Problem, u"no ready endpoint (1 are not ready)"_s,
            u"kubectl get endpointslices"_s,
            [](auto &f) { f.api->endpointSlices = {object(R"({"endpoints":[{"conditions":{"ready":false}}]})")}; });
        row("no URL", u"api-url"_s, Problem, u"is no URL"_s, u"http://HOST:PORT"_s,
            [](auto &f) { f.api->url = QUrl(u"patronus-api"_s); });
        row("an API elsewhere", u"api-url"_s, Ok, u"outside of this cluster"_s, {},
            [](auto &f) { f.api->url = QUrl(u"https://api.example.com"_s), f.api->service = notThere(); });
        row("nothing goes out", u"network-policy"_s, Problem, u"reach http://patronus-api:8081 (port 9000)"_s,
            u"kubectl describe networkpolicy"_s,
            [](auto &f) { f.networkPolicies = QList<Object>{policyOut("[" + dnsAndKubernetes + "]")}; });
        row("the Service's port is not the pods'", u"network-policy"_s, Problem, u"(port 9000)"_s, u"networkPolicy.*"_s,
            [](auto &f) {
                f.networkPolicies = QList<Object>{policyOut("[" + dnsAndKubernetes + R"(,{"ports":[{"port":8081}]}])")};
            });
        row("a rule lets it out", u"network-policy"_s, Ok, u"a rule lets it reach"_s, {}, [](auto &f) {
            f.networkPolicies = QList<Object>{policyOut("[" + dnsAndKubernetes
                + R"(,{"ports":[{"port":9000}],"to":[{"podSelector":{"matchLabels":{"app":"api"}}}]}])")};
        });
        row("no DNS", u"network-policy"_s, Problem, u"no rule lets it reach DNS"_s, u"networkPolicy.*"_s, [](auto &f) {
            f.networkPolicies = QList<Object>{policyOut(R"([{"ports":[{"port":443},{"port":9000}]}])")};
        });
        row("API out of reach", u"api-answers"_s, Problem, u"APIUnreachable (1: default/a): refused"_s, u"helm test"_s,
            objects(site("a", R"("status":"False","reason":"APIUnreachable","message":"refused")")));
        row("credentials", u"api-answers"_s, Problem, u"Unauthorized"_s, u"renew the Secret"_s,
            objects(site("a", R"("status":"False","reason":"Unauthorized")")));
        row("throttled", u"api-answers"_s, Warning, u"RateLimited"_s, u"reconcile.concurrency"_s,
            objects(site("a", R"("status":"False","reason":"RateLimited")")));
        row("rejected", u"api-answers"_s, Problem, u"APIRejected"_s, u"kubectl describe"_s,
            objects(site("a", R"("status":"False","reason":"APIRejected")")));
        row("invalid spec", u"objects-ready"_s, Problem, u"sites InvalidSpec (1: default/a): bad key"_s,
            u"edit the object"_s, objects(site("a", R"("status":"False","reason":"InvalidSpec","message":"bad key")")));
        row("dangling", u"objects-ready"_s, Problem, u"SiteNotFound"_s, u"create the Site"_s,
            objects(site("a", R"("status":"False","reason":"SiteNotFound")")));
        row("name taken", u"objects-ready"_s, Problem, u"NameConflict"_s, u"sdwan.patronus.dev/adopt=true"_s,
            objects(site("a", R"("status":"False","reason":"NameConflict")")));
        row("paused", u"objects-ready"_s, Warning, u"Paused"_s, u"sdwan.patronus.dev/paused-"_s,
            objects(site("a", R"("status":"Unknown","reason":"Paused")")));
        row("nobody looks", u"objects-observed"_s, Problem, u"sites with a spec that nobody has looked at"_s,
            u"kubectl logs"_s, [](auto &f) { f.resources[0].stillBehind = {site("a", R"("status":"True")")}; });
        row("an older CRD tells nothing of it", u"objects-observed"_s, Ok, u"status is of the newest spec"_s, {},
            [](auto &f) {
                f.resources[0].schema
                    = schema(schemaText().replace(R"("observedGeneration":{},"conditions")", R"("conditions")"));
                f.resources[0].stillBehind = {site("a", R"("status":"True")")};
            });
        row("deletion without operator", u"deletions"_s, Problem, u"waits for the operator, which does not run"_s,
            u"start the operator"_s, [](auto &f) {
                f.deployment = deployment("{}", "0");
                f.resources[0].objects
                    = QList<Object>{site("a", R"("status":"True")", R"({"deletionTimestamp":"2026-11-26T11:00:00Z"})")};
            });
        row("deletion that the API refuses", u"deletions"_s, Problem, u"since 60 min: the API says no"_s,
            u"kubectl describe site a"_s,
            objects(site("a", R"("status":"False","reason":"Deleting","message":"the API says no")",
                R"({"deletionTimestamp":"2026-11-26T11:00:00Z"})")));
        row("another's finalizer", u"deletions"_s, Problem, u"the finalizer example.com/hold is another program's"_s,
            u"ask who"_s,
            objects(site("a", R"("status":"True")",
                R"({"finalizers":["example.com/hold"],"deletionTimestamp":"2026-11-26T11:00:00Z"})")));
        row("synced without finalizer", u"deletions"_s, Warning, u"have no finalizer (1: default/a)"_s,
            u"kubectl get sites"_s, objects(site("a", R"("status":"True")", R"({"finalizers":[]})")));
        row("errors", u"reconcile-errors"_s, Warning,
            u"50 % of 40 reconciles failed since the pods began (api_error 20)"_s, u"grep ERROR"_s, [](auto &f) {
                metrics(f,
                    "patronus_operator_reconcile_total{result=\"success\"} "
                    "20\npatronus_operator_reconcile_total{result=\"error\"} "
                    "20\npatronus_operator_reconcile_errors_total{error_type=\"api_error\"} 20\n");
            });
        row("an exception", u"reconcile-errors"_s, Problem, u"ended in an exception"_s, u"report"_s,
            [](auto &f) { metrics(f, "controller_runtime_reconcile_panics_total 1\n"); });
        row("slow", u"reconcile-speed"_s, Warning, u"less than 9."_s, u"kubectl top"_s, [](auto &f) {
            metrics(f,
                "patronus_operator_reconcile_total 10\npatronus_operator_reconcile_duration_seconds_bucket{le=\"5\"} "
                "1\n"
                "patronus_operator_reconcile_duration_seconds_bucket{le=\"10\"} "
                "10\npatronus_operator_reconcile_duration_seconds_bucket{le=\"+Inf\"} 10\n");
        });
        row("one that does not end", u"reconcile-speed"_s, Problem, u"runs since 300 s"_s, u"kubectl logs"_s,
            [](auto &f) {
                metrics(f, "patronus_operator_reconcile_total 10\nworkqueue_longest_running_processor_seconds 300\n");
            });
        row("no answers", u"api-requests"_s, Problem, u"503 9, unreachable 11"_s, u"helm test"_s, [](auto &f) {
            metrics(f,
                "patronus_operator_api_requests_total{code=\"unreachable\"} "
                "11\npatronus_operator_api_requests_total{code=\"503\"} 9\n");
        });
        row("a silent watch", u"api-requests"_s, Problem, u"heard nothing for 600 s"_s, u"kubectl rollout restart"_s,
            [](auto &f) {
                metrics(f,
                    "patronus_operator_watch_heard_timestamp_seconds "
                        + QByteArray::number(now.toSecsSinceEpoch() - 600) + '\n');
            });
    }
    void aCauseIsFound()
    {
        QFETCH(const Change, change);
        QFETCH(const QString, id);
        QFETCH(const Check::Result, result);
        QFETCH(const QString, seen);
        QFETCH(const QString, remedy);
        DiagnosisFacts facts = well();
        change(facts);
        const Check check = named(diagnose(facts), id);
        QVERIFY2(check.evidence.join(u'\n').contains(seen), qPrintable(check.evidence.join(u'\n')));
        QCOMPARE(check.result, result);
        QVERIFY2(check.remedies.join(u'\n').contains(remedy), qPrintable(check.remedies.join(u'\n')));
        QCOMPARE(check.remedies.isEmpty(), result == Result::Ok);
    }

    /// Who may read nothing gets a whole diagnosis, in which nothing is well and nothing a problem.
    void whatMayNotBeReadIsUnknownByVerbAndResource()
    {
        DiagnosisFacts facts = well();
        facts.deployment = refused<Object>(u"get deployments.apps"_s);
        facts.pods = facts.events = facts.autoscalers = facts.networkPolicies = refused<QList<Object>>(u"list pods"_s);
        facts.lease = facts.account = refused<Object>(u"get leases"_s);
        facts.missingRights = refused<QStringList>(u"create subjectaccessreviews"_s);
        facts.api = refused<DiagnosedApi>(u"get deployments.apps"_s);
        facts.scrapes.clear();
        for (DiagnosisFacts::Resource &resource : facts.resources) {
            resource.schema = refused<ServedSchema>(u"get openapi"_s);
            resource.crd = refused<Object>(u"get customresourcedefinitions"_s);
            resource.objects = refused<QList<Object>>(u"list sites"_s);
            resource.admission = refused<void>(u"patch sites"_s);
        }
        for (const Check &check : diagnose(facts)) {
            QVERIFY2(check.result == Result::Unknown, qPrintable(check.id + u": "_s + check.evidence.join(u'\n')));
            QVERIFY2(check.evidence.first().contains(u"this user may not "_s), qPrintable(check.evidence.first()));
        }
    }
};

QTEST_GUILESS_MAIN(TestDiagnosis)
#include "tst_diagnosis.moc"
