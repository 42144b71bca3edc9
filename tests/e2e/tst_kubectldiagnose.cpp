// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that look, as a person uses them: nothing is written by them.
#include "ctltest.h"
#include "objects.h"
#include "support/freeport.h"

#include <QDirIterator>
#include <QHostAddress>
#include <QNetworkInterface>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

/// An address of this machine that is not loopback: to another the API server does not proxy.
QString ownAddress()
{
    for (const QHostAddress &address : QNetworkInterface::allAddresses())
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback() && !address.isLinkLocal())
            return address.toString();
    return {};
}

/// The results of the JSON that was printed, by id.
QMap<QString, QString> resultsOf(const CtlProcess::Result &run)
{
    QMap<QString, QString> results;
    for (const QJsonValue &check : QJsonDocument::fromJson(run.out)["checks"_L1].toArray())
        results.insert(check["id"_L1].toString(), check["result"_L1].toString());
    return results;
}

QString evidenceOf(const CtlProcess::Result &run, const QString &id)
{
    for (const QJsonValue &check : QJsonDocument::fromJson(run.out)["checks"_L1].toArray())
        if (check["id"_L1] == id)
            return QString::fromUtf8(QJsonDocument(check["evidence"_L1].toArray()).toJson(QJsonDocument::Compact));
    return {};
}

} // namespace

class TestKubectlDiagnose : public CtlTest
{
    Q_OBJECT

private:
    [[nodiscard]] CtlProcess::Result diagnose(const QStringList &more = {}, const QString &kubeconfig = {}) const
    {
        return run(QStringList{u"diagnose"_s, u"-o"_s, u"json"_s} + more, kubeconfig);
    }
    /// A pod of the operator as a kubelet tells of it.
    void tellPod(const QString &name, const QByteArray &status) const
    {
        QVERIFY(m_world->plane().apply("{apiVersion: v1, kind: Pod, metadata: {name: " + name.toUtf8()
            + ", namespace: patronus-system, labels: {app.kubernetes.io/name: patronus-operator, "
              "app.kubernetes.io/instance: patronus-operator}}, "
              "spec: {nodeName: here, serviceAccountName: patronus-operator, automountServiceAccountToken: false, "
              "containers: [{name: operator, image: none}]}}"));
        kubectl({u"patch"_s, u"pod"_s, name, u"-n"_s, u"patronus-system"_s, u"--subresource=status"_s,
            u"--type=merge"_s, u"-p"_s, QString::fromUtf8(status)});
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld()); }
    void cleanup()
    {
        m_world->clear();
        kubectl({u"delete"_s, u"pods,services,endpointslices,networkpolicies,leases"_s, u"--all"_s, u"-n"_s,
            u"patronus-system"_s, u"--force"_s, u"--grace-period=0"_s});
    }

    void anInstallationThatHasNotBegunIsSeen()
    {
        const auto looked = diagnose();
        QCOMPARE(looked.exitCode, 1);
        const QMap<QString, QString> results = resultsOf(looked);
        QCOMPARE(results[u"service-account"_s], u"ok"_s);
        QCOMPARE(results[u"permissions"_s], u"ok"_s);
        QCOMPARE(results[u"crd-sites"_s], u"ok"_s);
        QCOMPARE(results[u"crd-policies"_s], u"ok"_s);
        QCOMPARE(results[u"version"_s], u"ok"_s);
        QCOMPARE(results[u"replicas"_s], u"ok"_s);
        QCOMPARE(results[u"deployment"_s], u"warning"_s); // no controller manager runs here
        QCOMPARE(results[u"leader"_s], u"problem"_s);
        QVERIFY2(evidenceOf(looked, u"leader"_s).contains(u"no Lease"_s), looked.out.constData());
        QCOMPARE(results[u"api-url"_s], u"problem"_s);
        QVERIFY(!results.values().contains(u"unknown"_s));

        const auto text = run({u"diagnose"_s});
        QVERIFY2(text.out.startsWith("problem  "), text.out.constData()); // the worst first
        QVERIFY2(text.out.contains("do: kubectl logs"), text.out.constData());
        QVERIFY(!text.out.contains('\033')); // no terminal
        QVERIFY(runAtTerminal({u"diagnose"_s}, {}).out.contains("\033[31mproblem"));
    }

    void aRunningOperatorIsWell()
    {
        if (ownAddress().isEmpty())
            QSKIP("this machine has no address but loopback, to which an API server does not proxy");
        const quint16 port = freePort();
        kubectl({u"patch"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s, u"--type=json"_s,
            u"-p"_s,
            u"[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/ports\",\"value\":[{\"name\":\"metrics\",\"containerPort\":%1}]}]"_s
                .arg(port)});
        QVERIFY(m_world->plane().apply(
            "apiVersion: v1\nkind: Service\nmetadata: {name: patronus-api, namespace: patronus-system}\nspec: "
            "{selector: {app: api}, ports: [{port: 8081}]}\n"
            "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: patronus-api-1, namespace: "
            "patronus-system, labels: {kubernetes.io/service-name: patronus-api}}\n"
            "addressType: IPv4\nendpoints: [{addresses: [10.0.0.9], conditions: {ready: true}}]\nports: [{port: "
            "8081}]\n"));
        tellPod(u"operator"_s,
            R"({"status":{"phase":"Running","podIP":"ADDRESS","podIPs":[{"ip":"ADDRESS"}],"conditions":[{"type":"Ready","status":"True"}]}})"_ba
                .replace("ADDRESS", ownAddress().toUtf8()));
        const auto process
            = m_world->startOperator({u"--leader-election-enabled=true"_s, u"--metrics-port=%1"_s.arg(port)});
        for (const QString &name : {u"hq"_s, u"branch"_s})
            QVERIFY(m_world->plane().apply(SiteManifest{.name = name}.yaml()));
        QVERIFY(eventually([&] {
            return m_world->reasonOf(resources::sites(), u"hq"_s) == "Synced"_L1
                && m_world->reasonOf(resources::sites(), u"branch"_s) == "Synced"_L1;
        }));

        const auto looked = diagnose();
        QVERIFY2(looked.exitCode == 0, looked.out.constData());
        const QMap<QString, QString> results = resultsOf(looked);
        for (const QString &id : {u"leader"_s, u"api-url"_s, u"network-policy"_s, u"objects-ready"_s,
                 u"reconcile-errors"_s, u"reconcile-speed"_s, u"api-requests"_s, u"admission"_s})
            QVERIFY2(results[id] == u"ok"_s, qPrintable(id + evidenceOf(looked, id)));
        QVERIFY2(evidenceOf(looked, u"api-requests"_s).contains(u"by code: 20"_s),
            qPrintable(evidenceOf(looked, u"api-requests"_s)));
        QVERIFY2(evidenceOf(looked, u"leader"_s).contains(u"operator_"_s), qPrintable(evidenceOf(looked, u"leader"_s)));
    }

    void causesInTheClusterAreFound()
    {
        tellPod(u"crashing"_s,
            R"({"status":{"phase":"Running","containerStatuses":[{"name":"operator","image":"none","imageID":"","ready":false,"restartCount":7,
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":2,"reason":"Error"}}}]}})");
        tellPod(u"pulling"_s,
            R"({"status":{"phase":"Pending","containerStatuses":[{"name":"operator","image":"none","imageID":"","ready":false,"restartCount":0,
            "state":{"waiting":{"reason":"ImagePullBackOff"}}}]}})");
        QVERIFY(
            m_world->plane().apply("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, "
                                   "namespace: patronus-system}\nspec: {podSelector: {}, policyTypes: [Egress]}\n"));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"unseen"_s}.yaml())); // no operator runs
        kubectl({u"delete"_s, u"clusterrolebinding"_s, u"patronus-operator"_s});
        const auto looked = diagnose();
        QVERIFY(m_world->plane().apply(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: patronus-operator}\n"
            "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: patronus-operator}\n"
            "subjects: [{kind: ServiceAccount, name: patronus-operator, namespace: patronus-system}]\n"));
        QCOMPARE(looked.exitCode, 1);
        const QMap<QString, QString> results = resultsOf(looked);
        for (const QString &id :
            {u"pods-running"_s, u"pods-image"_s, u"network-policy"_s, u"objects-observed"_s, u"permissions"_s})
            QVERIFY2(results[id] == u"problem"_s, qPrintable(id + evidenceOf(looked, id)));
        QVERIFY2(
            evidenceOf(looked, u"permissions"_s).contains(u"patch sites/status.sdwan.patronus.dev in all namespaces"_s),
            qPrintable(evidenceOf(looked, u"permissions"_s)));
        const auto one = diagnose({u"--check"_s, u"pods-image"_s});
        QCOMPARE(resultsOf(one).keys(), QStringList{u"pods-image"_s});
        const auto none = diagnose({u"--check"_s, u"nothing"_s});
        QCOMPARE(none.exitCode, 2);
        QVERIFY2(none.err.contains("there is no check \"nothing\"; there are: deployment, "), none.err.constData());
    }

    void anAdmissionWebhookThatDoesNotAnswerIsFound()
    {
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY(m_world->plane().apply(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: "
            "gone}\n"
            "webhooks: [{name: gone.example.com, clientConfig: {url: 'https://127.0.0.1:1/'}, failurePolicy: Fail, "
            "sideEffects: None, admissionReviewVersions: [v1], timeoutSeconds: 1,\n"
            "  rules: [{apiGroups: [sdwan.patronus.dev], apiVersions: ['*'], operations: [UPDATE], resources: "
            "[sites]}]}]\n"));
        CtlProcess::Result looked{};
        const bool isFound = eventually([&] { // a webhook counts when the API server has heard of it
            looked = diagnose({u"--check"_s, u"admission"_s});
            return looked.exitCode == 1;
        });
        kubectl({u"delete"_s, u"validatingwebhookconfiguration"_s, u"gone"_s});
        QVERIFY2(isFound, looked.out.constData());
        QVERIFY2(evidenceOf(looked, u"admission"_s).contains(u"gone.example.com"_s), looked.out.constData());
    }

    void whoMayReadNothingIsToldWhatHeMayNot()
    {
        const auto looked = diagnose({}, kubeconfigOf(u"nobody"_s));
        QVERIFY2(looked.exitCode == 3, (looked.out + looked.err).constData());
        QVERIFY2(evidenceOf(looked, u"pods-running"_s)
                     .contains(u"this user may not list pods in namespace patronus-system"_s),
            looked.out.constData());
        QVERIFY2(evidenceOf(looked, u"objects-ready"_s)
                     .contains(u"this user may not list sites.sdwan.patronus.dev in all namespaces"_s),
            looked.out.constData());
        QCOMPARE(resultsOf(looked)[u"crd-sites"_s], u"unknown"_s); // served, and its definition hidden
    }

    void aBundleHasWhatIsNeededAndNoSecret()
    {
        kubectl({u"create"_s, u"secret"_s, u"generic"_s, u"credentials"_s, u"-n"_s, u"patronus-system"_s,
            u"--from-literal=token=hush-hush"_s});
        kubectl({u"annotate"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s,
            u"example.com/api-token=hush-hush"_s});
        tellPod(u"crashing"_s,
            R"({"status":{"phase":"Running","containerStatuses":[{"name":"operator","image":"none","imageID":"","ready":false,"restartCount":7,
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":2,"reason":"Error"}}}]}})");
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        const auto made = run({u"bundle"_s, u"-o"_s, m_home->path()});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        const QDir folder(QString::fromUtf8(made.out).trimmed());
        QVERIFY(folder.dirName().startsWith(u"patronus-bundle-local-"_s));
        QStringList files;
        for (QDirIterator it(folder.path(), QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains("hush-hush"), qPrintable(file.fileName()));
            files.append(folder.relativeFilePath(file.fileName()));
            QVERIFY2(made.err.contains(files.last().toUtf8()), made.err.constData()); // with its size
        }
        for (const QString &name : {u"deployment.yaml"_s, u"pods.yaml"_s, u"events.yaml"_s, u"sites.yaml"_s,
                 u"policies.yaml"_s, u"networkpolicies.yaml"_s, u"crds/sites.sdwan.patronus.dev.yaml"_s,
                 u"versions.json"_s, u"diagnosis.json"_s, u"access.json"_s, u"redacted.txt"_s, u"missing.txt"_s})
            QVERIFY2(files.contains(name), qPrintable(name));
        QFile redacted(folder.filePath(u"redacted.txt"_s)), missing(folder.filePath(u"missing.txt"_s));
        QVERIFY(redacted.open(QIODevice::ReadOnly) && missing.open(QIODevice::ReadOnly));
        QVERIFY(redacted.readAll().contains("deployment.yaml: metadata.annotations.example.com/api-token"));
        QVERIFY(missing.readAll().contains("logs/crashing-operator.previous.log: ")); // no kubelet is there to ask
        kubectl({u"delete"_s, u"secret"_s, u"credentials"_s, u"-n"_s, u"patronus-system"_s});
        for (const QJsonObject &event : m_world->plane().auditEvents())
            QVERIFY(!event["userAgent"_L1].toString().startsWith("kubectl-patronus/"_L1)
                || event["objectRef"_L1]["resource"_L1] != "secrets"_L1);
    }

    /// As a person has it: kubectl's own completion asks the script that completion kubectl has printed.
    void kubectlCompletesWhatFollows()
    {
        QFile script(m_home->filePath(u"kubectl_complete-patronus"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(run({u"completion"_s, u"kubectl"_s}).out);
        script.close();
        QVERIFY(script.setPermissions(script.permissions() | QFile::ExeOwner));
        const QString programs = QFileInfo(programPath(u"kubectl-patronus")).path();
        const auto complete = [&](const QString &words) {
            return m_world->plane()
                .shell(u"PATH=%1:%2:$PATH kubectl __complete patronus %3"_s.arg(m_home->path(), programs, words))
                .out;
        };
        QCOMPARE(complete(u"dia"_s), "diagnose\n:4\n");
        QCOMPARE(complete(u"diagnose --context \"\""_s), "local\n:4\n");
        QVERIFY2(
            complete(u"drift -n patr"_s).startsWith("patronus-system\n"), complete(u"drift -n patr"_s).constData());
        QVERIFY2(complete(u"restore \"\""_s).endsWith(":0\n"), complete(u"restore \"\""_s).constData());
        const auto inBash = m_world->plane().shell(
            u"PATH=%1:$PATH; . <(kubectl-patronus completion bash); COMP_WORDS=(kubectl-patronus main); COMP_CWORD=1; _kubectl_patronus; echo \"${COMPREPLY[@]}\""_s
                .arg(programs));
        QVERIFY2(inBash.out == "maintenance\n", (inBash.out + inBash.err).constData());
    }

    void aServerThatDoesNotAnswerIsNoDiagnosis()
    {
        QFile file(m_home->filePath(u"dead"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{contexts: [{name: dead, context: {cluster: c, user: u}}], current-context: dead, clusters: "
                   "[{name: c, cluster: {server: 'http://127.0.0.1:1'}}], users: [{name: u, user: {token: t}}]}");
        file.close();
        const auto looked = diagnose({}, file.fileName());
        QCOMPARE(looked.exitCode, 3);
        QVERIFY2(looked.out.isEmpty() && looked.err.startsWith("error: "), looked.err.constData());
    }

    /// After all the tests above.
    void nothingWasWritten()
    {
        qsizetype asked = 0;
        for (const QJsonObject &event : m_world->plane().auditEvents()) {
            if (!event["userAgent"_L1].toString().startsWith("kubectl-patronus/"_L1))
                continue;
            ++asked;
            const QString verb = event["verb"_L1].toString(), uri = event["requestURI"_L1].toString();
            const bool isReview = uri.contains("reviews"_L1);
            QVERIFY2(verb == "get"_L1 || verb == "list"_L1 || isReview || uri.contains("dryRun=All"_L1),
                qPrintable(verb + u' ' + uri));
        }
        QVERIFY(asked > 100);
    }
};

QTEST_GUILESS_MAIN(TestKubectlDiagnose)
#include "tst_kubectldiagnose.moc"
