// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/patronussimulator.h"
#include "core/clock.h"
#include "support/controlplane.h"
#include "support/operatorprocess.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace patronus;

/// The chart, installed by a real helm into a real API server. There is no node: what a pod would do is done by the
/// operator's own process with the credentials of the chart's ServiceAccount.
class TestChart : public TestCase
{
    Q_OBJECT

    static constexpr auto release = "patronus-operator"_L1;
    static constexpr auto space = "patronus-system"_L1;
    static QString chart() { return sourcePath(u"helm/patronus-operator"); }

private Q_SLOTS:
    void initTestCase()
    {
        auto plane = ControlPlane::start({.controllerManager = true, .crds = {}}); // the chart brings the CRDs
        QVERIFY2(plane, plane ? "" : qPrintable(plane.error().message));
        m_plane = *std::move(plane);
        // As an SRE would have it: what is not "restricted" is refused.
        QVERIFY(m_plane->apply(
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: patronus-system, labels: "
            "{pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted}}\n"));
    }

    void quickStartInstallsAsTheGuideHasIt()
    {
        const auto installed = m_plane->helm(
            {u"install"_s, release, chart(), u"--namespace"_s, space, u"--create-namespace"_s, u"--set"_s,
                u"patronus.apiUrl=http://patronus-api:8081"_s, u"--set"_s, u"metrics.serviceMonitor.enabled=true"_s});
        QVERIFY2(installed.exitCode == 0, installed.err.constData());
        QVERIFY2(!installed.err.contains("would violate PodSecurity"), installed.err.constData());
        QVERIFY2(installed.out.contains("NO SERVICEMONITOR"), installed.out.constData()); // said, not failed
        QVERIFY(installed.out.contains("BEFORE YOU UNINSTALL"));

        const auto waited = m_plane->kubectl({u"wait"_s, u"--for=condition=Established"_s, u"--timeout=30s"_s, u"crd"_s,
            u"sites.sdwan.patronus.dev"_s, u"policies.sdwan.patronus.dev"_s});
        QVERIFY2(waited.exitCode == 0, waited.err.constData());
        const QJsonObject deployment = get({u"deployment"_s, release});
        QCOMPARE(deployment["spec"_L1]["replicas"_L1].toInt(), 1);
        // What users' releases have: a selector cannot be changed by an upgrade.
        const QJsonObject selector{{u"app.kubernetes.io/name"_s, release}, {u"app.kubernetes.io/instance"_s, release}};
        QCOMPARE(deployment["spec"_L1]["selector"_L1]["matchLabels"_L1].toObject(), selector);
        QCOMPARE(container(deployment)["image"_L1].toString(), u"patronus/operator:0.1.0"_s);
        QCOMPARE(environment(deployment, u"PATRONUS_API_URL"_s), u"http://patronus-api:8081"_s);
        const QJsonObject service = get({u"service"_s, u"patronus-operator-metrics"_s});
        QCOMPARE(service["spec"_L1]["ports"_L1][0]["port"_L1].toInt(), 8080);
        QCOMPARE(service["spec"_L1]["selector"_L1].toObject(), selector);
    }

    void aPodOfTheDeploymentIsRestrictedEnough()
    {
        const QJsonObject deployment = get({u"deployment"_s, release});
        const QJsonObject pod{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"like-the-deployments"_s}, {u"namespace"_s, space}}},
            {u"spec"_s, deployment["spec"_L1]["template"_L1]["spec"_L1]}};
        const auto created
            = m_plane->kubectl({u"create"_s, u"--dry-run=server"_s, u"-f"_s, u"-"_s}, QJsonDocument(pod).toJson());
        QVERIFY2(created.exitCode == 0, created.err.constData());
        const QJsonObject context = container(deployment)["securityContext"_L1].toObject();
        QCOMPARE(context["readOnlyRootFilesystem"_L1].toBool(), true);
        QCOMPARE(context["runAsUser"_L1].toInt(), 1000);
        QCOMPARE(context["capabilities"_L1]["drop"_L1][0].toString(), u"ALL"_s);
    }

    /// The guide's section "RBAC Permissions", besides what every account may: nothing more, nothing less.
    void theAccountMayDoWhatTheGuideSaysAndNoMore()
    {
        const QSet<QString> guide{u"sites.sdwan.patronus.dev [create delete get list patch update watch]"_s,
            u"policies.sdwan.patronus.dev [create delete get list patch update watch]"_s,
            u"sites.sdwan.patronus.dev/status [get patch update]"_s,
            u"policies.sdwan.patronus.dev/status [get patch update]"_s,
            u"leases.coordination.k8s.io [create delete get list patch update watch]"_s, u"events [create patch]"_s};
        const QSet<QString> everybody
            = permissions(u"system:serviceaccount:patronus-system:nobody-in-particular"_s, space);
        QVERIFY(!everybody.isEmpty());
        QCOMPARE(permissions(account(), space) - everybody, guide);
        QSet<QString> elsewhere = guide;
        elsewhere.remove(u"leases.coordination.k8s.io [create delete get list patch update watch]"_s);
        QCOMPARE(permissions(account(), u"default"_s) - everybody, elsewhere);
    }

    void theOperatorDoesItsWorkWithThatAccount()
    {
        PatronusSimulator simulator({.isFrozen = true}, m_clock);
        QVERIFY(simulator.listen());
        OperatorProcess process({.kubeconfig = kubeconfigOf(),
            .apiUrl = simulator.url(),
            .environment = {{u"LEADER_ELECTION_ENABLED"_s, u"true"_s}, {u"POD_NAMESPACE"_s, space}}});
        QVERIFY(m_plane->apply(sourceText(u"resources/examples/00-namespaces.yaml")));
        QVERIFY(m_plane->apply(sourceText(u"resources/examples/single-branch.yaml")));
        const auto isReady = [this] {
            return m_plane
                       ->kubectl(
                           {u"wait"_s, u"site"_s, u"--all"_s, u"-A"_s, u"--for=condition=Ready"_s, u"--timeout=1s"_s})
                       .exitCode
                == 0;
        };
        QVERIFY2(eventually(isReady), process.log().constData());
        const auto removed
            = m_plane->kubectl({u"delete"_s, u"-f"_s, sourcePath(u"resources/examples/single-branch.yaml")});
        QVERIFY2(removed.exitCode == 0, removed.err.constData()); // it waits for the finalizer
        QCOMPARE(process.countInLog("ERROR"), 0);
        QCOMPARE(process.stop(), 0);
    }

    void checkSaysThatTheAccountMayDoItAll()
    {
        PatronusSimulator simulator({.isFrozen = true}, m_clock);
        QVERIFY(simulator.listen());
        OperatorProcess check({.kubeconfig = kubeconfigOf(),
            .apiUrl = simulator.url(),
            .arguments = {u"check"_s},
            .environment = {{u"POD_NAMESPACE"_s, space}}}); // what helm test runs
        QVERIFY2(check.awaitEnd() == 0, check.output().constData());
    }

    void aWrongValueIsRefusedWithASentence_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no number") << u"replicaCount=many"_s << "replicaCount"_ba;
        QTest::newRow("negative") << u"replicaCount=-1"_s << "replicaCount"_ba;
        QTest::newRow("misspelt") << u"replicas=3"_s << "replicas"_ba;
        QTest::newRow("misspelt below") << u"patronus.apiURL=http://x"_s << "apiURL"_ba;
        QTest::newRow("no URL") << u"patronus.apiUrl=patronus-api:8081"_s << "apiUrl"_ba;
        QTest::newRow("URL with a password") << u"patronus.apiUrl=http://me:secret@api"_s << "apiUrl"_ba;
        QTest::newRow("port") << u"metrics.port=70000"_s << "/metrics/port"_ba;
        QTest::newRow("duration") << u"reconcile.successInterval=300"_s << "successInterval"_ba;
        QTest::newRow("lease of a fraction") << u"leaderElection.leaseDuration=1500ms"_s << "leaseDuration"_ba;
        QTest::newRow("pull policy") << u"image.pullPolicy=Sometimes"_s << "pullPolicy"_ba;
        QTest::newRow("log level") << u"logging.level=loud"_s << "/logging/level"_ba;
        QTest::newRow("credentials") << u"patronus.credentials.kind=magic"_s << "/credentials/kind"_ba;
        QTest::newRow("certificate") << u"patronus.caBundle=abc"_s << "caBundle"_ba;
        QTest::newRow("namespace") << u"watchNamespaces={Prod}"_s << "watchNamespaces"_ba;
        QTest::newRow("addresses") << u"networkPolicy.apiServer.cidrs={10.0.0.1}"_s << "cidrs"_ba;
        QTest::newRow("admission") << u"admissionPolicy.action=Shout"_s << "/admissionPolicy/action"_ba;
        QTest::newRow("dashboard") << u"grafanaDashboard.enabled=maybe"_s << "/grafanaDashboard/enabled"_ba;
        QTest::newRow("schedule") << u"backup.schedule=daily"_s << "/backup/schedule"_ba;
        QTest::newRow("two writers") << u"replicaCount=2,leaderElection.enabled=false"_s
                                     << "every replica would write"_ba;
    }
    void aWrongValueIsRefusedWithASentence()
    {
        QFETCH(const QString, set);
        const auto output = m_plane->helm({u"upgrade"_s, release, chart(), u"--namespace"_s, space, u"--set"_s, set});
        QVERIFY(output.exitCode != 0);
        QFETCH(const QByteArray, says);
        QVERIFY2(output.err.contains(says), output.err.constData());
    }

    void everyValuesFileIsInstallable_data()
    {
        QTest::addColumn<QString>("file");
        for (const QString &file : QDir(chart()).entryList({u"values-*.yaml"_s}))
            QTest::newRow(qPrintable(file)) << file;
    }
    void everyValuesFileIsInstallable()
    {
        QFETCH(const QString, file);
        const auto output = m_plane->helm({u"upgrade"_s, release, chart(), u"--namespace"_s, space,
            u"--dry-run=server"_s, u"--values"_s, chart() + u'/' + file});
        QVERIFY2(output.exitCode == 0, output.err.constData());
    }

    void everyFeatureIsAcceptedByTheServer()
    {
        const auto output = m_plane->helm({u"upgrade"_s, release, chart(), u"--namespace"_s, space, u"--values"_s,
            chart() + u"/values-production.yaml"_s, u"--set"_s, u"networkPolicy.enabled=true"_s, u"--set"_s,
            u"networkPolicy.apiServer.cidrs={10.0.0.0/8}"_s, u"--set"_s,
            u"networkPolicy.patronusApi.cidrs={192.0.2.0/24}"_s, u"--set-json"_s,
            uR"(networkPolicy.metricsFrom=[{"kubernetes.io/metadata.name":"monitoring"}])"_s, u"--set"_s,
            u"patronus.credentials.existingSecret=api,patronus.credentials.kind=login"_s, u"--set-string"_s,
            u"patronus.caBundle=-----BEGIN CERTIFICATE-----"_s, u"--set"_s,
            u"watchNamespaces={default,patronus-system}"_s, u"--set"_s, u"admissionPolicy.enabled=true"_s, u"--set"_s,
            u"prometheusRule.enabled=true,grafanaDashboard.enabled=true"_s, u"--set"_s,
            u"backup.enabled=true,backup.helmValues=true"_s});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        QVERIFY2(output.out.contains("NO PROMETHEUSRULE"), output.out.constData()); // said, not failed
        const QJsonObject dashboard = get({u"configmap"_s, u"patronus-operator-dashboard"_s});
        QCOMPARE(dashboard["metadata"_L1]["labels"_L1]["grafana_dashboard"_L1].toString(), u"1"_s);
        QCOMPARE(dashboard["data"_L1]["patronus-operator.json"_L1].toString().toUtf8(),
            sourceText(u"resources/monitoring/patronus-operator.dashboard.json"));
        const QJsonObject deployment = get({u"deployment"_s, release});
        QCOMPARE(deployment["spec"_L1]["replicas"_L1].toInt(), 3);
        QCOMPARE(environment(deployment, u"WATCH_NAMESPACES"_s), u"default,patronus-system"_s);
        QCOMPARE(environment(deployment, u"PATRONUS_API_PASSWORD_FILE"_s), u"/etc/patronus/credentials/password"_s);
        QCOMPARE(get({u"poddisruptionbudget"_s, release})["spec"_L1]["maxUnavailable"_L1].toInt(), 1);
        const QJsonArray egress = get({u"networkpolicy"_s, release})["spec"_L1]["egress"_L1].toArray();
        QCOMPARE(egress.size(), 3);
        QCOMPARE(egress[1]["ports"_L1][0]["port"_L1].toInt(), 443); // of the https URL
        QCOMPARE(egress[2]["ports"_L1].toArray().size(), 2); // DNS over UDP and TCP
        QVERIFY(!permissions(account(), u"kube-public"_s)
                .contains(u"sites.sdwan.patronus.dev [create delete get list patch update watch]"_s));
        QVERIFY(permissions(account(), u"default"_s)
                .contains(u"sites.sdwan.patronus.dev [create delete get list patch update watch]"_s));
    }

    void theAlertsAreAPrometheusRuleWhereTheClusterKnowsThose()
    {
        const auto rendered = m_plane->helm({u"template"_s, release, chart(), u"--api-versions"_s,
            u"monitoring.coreos.com/v1/PrometheusRule"_s, u"--show-only"_s, u"templates/prometheusrule.yaml"_s,
            u"--set"_s, u"prometheusRule.enabled=true,prometheusRule.labels.release=prometheus"_s});
        QVERIFY2(rendered.exitCode == 0, rendered.err.constData());
        QVERIFY(rendered.out.contains("release: prometheus"));
        const QByteArray rules = sourceText(u"resources/monitoring/patronus-operator.rules.yaml");
        QVERIFY(rules.contains("{{ $value"));
        for (const QByteArray &line : rules.split('\n')) // to the letter: {{ $value }} is for Prometheus
            QVERIFY2(rendered.out.contains(line), line.constData());
    }

    /// The policies say what the operator says: each example with InvalidSpec is warned of, and no other is.
    void theAdmissionPolicyWarnsOfWhatTheOperatorRefuses()
    {
        QVERIFY(m_plane->apply(sourceText(u"resources/examples/00-namespaces.yaml")));
        QVERIFY(m_plane->apply(sourceText(u"resources/examples/invalid/00-namespaces.yaml")));
        const QString backwards = sourcePath(u"resources/examples/invalid/policy-reversed-port-range.yaml");
        const auto isInForce = [&] { return warnings(backwards).contains("spec.match.dstPortRange"); };
        QVERIFY(eventually(isInForce)); // a moment after the policy
        for (const QString &folder : {u"resources/examples"_s, u"resources/examples/invalid"_s}) {
            const QDir files(sourcePath(folder));
            for (const QString &name : files.entryList({u"*.yaml"_s}, QDir::Files)) {
                const bool isInvalid = sourceText(folder + u'/' + name).contains("InvalidSpec");
                const QByteArray said = warnings(files.filePath(name));
                QVERIFY2(said.contains("Validation failed for ValidatingAdmissionPolicy") == isInvalid,
                    qPrintable(name + u": "_s + QString::fromUtf8(said)));
            }
        }
        const auto denied = m_plane->helm({u"upgrade"_s, release, chart(), u"--namespace"_s, space, u"--set"_s,
            u"admissionPolicy.enabled=true,admissionPolicy.action=Deny"_s});
        QVERIFY2(denied.exitCode == 0, denied.err.constData());
        const auto isDenied
            = [&] { return m_plane->kubectl({u"create"_s, u"--dry-run=server"_s, u"-f"_s, backwards}).exitCode != 0; };
        QVERIFY(eventually(isDenied));
    }

    /// The guide's backup and its complete operator loss: helm's own words before the values must not be in the way.
    void whatHelmGetValuesPrintsIsAValuesFile()
    {
        const auto values = m_plane->helm({u"get"_s, u"values"_s, release, u"--namespace"_s, space});
        QVERIFY(values.out.contains("USER-SUPPLIED VALUES"));
        QFile backup(m_plane->directory() + u"/operator-values-backup.yaml"_s);
        QVERIFY(backup.open(QIODevice::WriteOnly) && backup.write(values.out) > 0 && backup.flush());
        const auto output = m_plane->helm(
            {u"upgrade"_s, release, chart(), u"--namespace"_s, space, u"--values"_s, backup.fileName()});
        QVERIFY2(output.exitCode == 0, output.err.constData());
    }

    void anUpgradeOrRollbackOrUninstallNeverTouchesTheCrds()
    {
        const auto uid
            = [this] { return get({u"crd"_s, u"sites.sdwan.patronus.dev"_s})["metadata"_L1]["uid"_L1].toString(); };
        const QString before = uid();
        QVERIFY(!before.isEmpty());
        QCOMPARE(m_plane->helm({u"rollback"_s, release, u"1"_s, u"--namespace"_s, space}).exitCode, 0);
        QCOMPARE(uid(), before);
        QCOMPARE(m_plane->helm({u"uninstall"_s, release, u"--namespace"_s, space}).exitCode, 0);
        QCOMPARE(uid(), before);
    }

private:
    static QString account() { return u"system:serviceaccount:%1:%2"_s.arg(space, release); }
    static QJsonObject container(const QJsonObject &deployment)
    {
        return deployment["spec"_L1]["template"_L1]["spec"_L1]["containers"_L1][0].toObject();
    }
    static QString environment(const QJsonObject &deployment, const QString &name)
    {
        for (const QJsonValue &variable : container(deployment)["env"_L1].toArray())
            if (variable["name"_L1] == name)
                return variable["value"_L1].toString();
        return {};
    }
    [[nodiscard]] QJsonObject get(QStringList what) const
    {
        const auto output = m_plane->kubectl(QStringList{u"get"_s, u"-n"_s, space, u"-o"_s, u"json"_s} + what);
        return QJsonDocument::fromJson(output.out).object();
    }
    [[nodiscard]] QByteArray warnings(const QString &file) const
    {
        return m_plane->kubectl({u"create"_s, u"--dry-run=server"_s, u"-f"_s, file}).err;
    }
    /// "resource [verbs]" of each line on resources of `kubectl auth can-i --list`.
    [[nodiscard]] QSet<QString> permissions(const QString &user, const QString &nameSpace) const
    {
        const auto output = m_plane->kubectl(
            {u"auth"_s, u"can-i"_s, u"--list"_s, u"--no-headers"_s, u"--as"_s, user, u"-n"_s, nameSpace});
        static const QRegularExpression line(
            u"^(\\S+)\\s+\\[.*?\\]\\s+\\[.*?\\]\\s+\\[(.*)\\]$"_s, QRegularExpression::MultilineOption);
        QSet<QString> all;
        for (const QRegularExpressionMatch &match : line.globalMatch(QString::fromUtf8(output.out))) {
            QStringList verbs = match.captured(2).split(u' ');
            verbs.sort();
            all.insert(u"%1 [%2]"_s.arg(match.captured(1), verbs.join(u' ')));
        }
        return all;
    }
    /// A kubeconfig with a token of the chart's ServiceAccount.
    [[nodiscard]] QString kubeconfigOf() const
    {
        const QByteArray token = m_plane->kubectl({u"create"_s, u"token"_s, release, u"-n"_s, space}).out.trimmed();
        const QString path = m_plane->directory() + u"/account.kubeconfig"_s;
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        const QJsonObject cluster{
            {u"server"_s, m_plane->url().toString()}, {u"certificate-authority"_s, m_plane->pkiDir() + u"/ca.crt"_s}};
        const auto named = [](const QString &kind, const QJsonObject &value) {
            return QJsonArray{QJsonObject{{u"name"_s, u"it"_s}, {kind, value}}};
        };
        file.write(
            QJsonDocument(QJsonObject{{u"clusters"_s, named(u"cluster"_s, cluster)},
                              {u"users"_s, named(u"user"_s, {{u"token"_s, QString::fromUtf8(token)}})},
                              {u"contexts"_s, named(u"context"_s, {{u"cluster"_s, u"it"_s}, {u"user"_s, u"it"_s}})},
                              {u"current-context"_s, u"it"_s}})
                .toJson());
        return path;
    }

    SystemClock m_clock;
    std::unique_ptr<ControlPlane> m_plane;
};

QTEST_GUILESS_MAIN(TestChart)
#include "tst_chart.moc"
