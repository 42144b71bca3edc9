// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// The operator goes back to what it was, and on to what it is to be, by a real helm.
class TestKubectlRollback : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(startWorld(true));
        // What would lead our helm elsewhere, if it were told; the test's own has another environment.
        qputenv("HELM_KUBEAPISERVER", "https://127.0.0.1:1");
        qputenv("HELM_NAMESPACE", "north");
        qputenv("HELM_DRIVER", "memory");
        QVERIFY(upgrade({u"image.tag=9.9.9"_s, u"replicaCount=2"_s, u"networkPolicy.enabled=true"_s,
            u"podAnnotations.apiToken=other-hush"_s}));
    }

    void theRevisionsAreListed()
    {
        const auto listed = run({u"rollback"_s, u"--list"_s, u"-o"_s, u"json"_s});
        QVERIFY2(listed.exitCode == 0, listed.err.constData());
        const QJsonArray revisions = QJsonDocument::fromJson(listed.out).array();
        QCOMPARE(revisions.size(), 2);
        QCOMPARE(revisions[0]["status"_L1].toString(), u"superseded"_s);
        QCOMPARE(revisions[1]["status"_L1].toString(), u"deployed"_s);
        QCOMPARE(revisions[1]["chart"_L1].toString(), u"patronus-operator"_s);
        QCOMPARE(revisions[1]["description"_L1].toString(), u"Upgrade complete"_s);
        QVERIFY(QDateTime::fromString(revisions[1]["updated"_L1].toString(), Qt::ISODate)
                    .secsTo(QDateTime::currentDateTimeUtc())
            < 300);
        QVERIFY(run({u"rollback"_s, u"--list"_s}).out.contains("patronus-operator-0.1.0"));
    }

    void aPlanAloneChangesNothing()
    {
        const auto planned = runWithHelm({u"--dry-run"_s, u"-o"_s, u"json"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        const QJsonArray steps = QJsonDocument::fromJson(planned.out)["steps"_L1].toArray();
        QVERIFY(steps[0]["diff"_L1].toArray().contains(u"+ values.replicaCount: 3"_s));
        QVERIFY(steps[0]["diff"_L1].toArray().contains(u"+ values.podAnnotations.apiToken: (a secret)"_s));
        QHash<QString, QJsonValue> byText;
        for (const QJsonValue &step : steps)
            byText.insert(step["text"_L1].toString(), step);
        const QJsonValue changed = byText.value(u"by Helm: change Deployment patronus-system/patronus-operator"_s);
        QCOMPARE(changed["check"_L1].toString(), u"accepted"_s);
        QVERIFY2(changed["diff"_L1].toArray().contains(
                     u"- spec.template.spec.containers[operator].image: patronus/operator:9.9.9"_s),
            planned.out.constData());
        QVERIFY(byText.contains(u"by Helm: delete NetworkPolicy patronus-system/patronus-operator"_s));
        QVERIFY(!planned.out.contains("hush"));
        QVERIFY(!planned.err.contains("hush"));
        QCOMPARE(revision(), 2);
    }

    void whoMayNotChangesNothing()
    {
        kubectl({u"create"_s, u"clusterrole"_s, u"looker"_s, u"--verb=get,list"_s,
            u"--resource=secrets,deployments.apps,horizontalpodautoscalers.autoscaling"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"looker"_s, u"--clusterrole=looker"_s, u"--user=looker"_s});
        const auto refused = runWithHelm({u"--yes"_s}, kubeconfigOf(u"looker"_s));
        QCOMPARE(refused.exitCode, 1);
        for (const char *const missing : {"create secrets in namespace patronus-system",
                 "patch deployments.apps in namespace patronus-system", "delete networkpolicies.networking.k8s.io"})
            QVERIFY2(refused.err.contains(missing), refused.err.constData());
        QCOMPARE(revision(), 2);
    }

    void withoutHelmItSaysWhatToDo()
    {
        const auto refused = run({u"rollback"_s, u"--yes"_s, u"--helm"_s, u"/no/helm"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("/no/helm was not found: install Helm 3"), refused.err.constData());
        QVERIFY(journal().isEmpty());
    }

    void itIsRolledBackByHelm()
    {
        const auto back = runOnANode({u"--yes"_s});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QCOMPARE(revision(), 3);
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 3);
        QVERIFY(!image().endsWith(u"9.9.9"_s));
        QVERIFY2(back.err.contains("at revision 3 (patronus-operator-0.1.0, deployed), and 3 replicas"),
            back.err.constData());
        QVERIFY2(back.err.contains("  | "), back.err.constData()); // helm's own words
        const QJsonArray written = journal();
        QCOMPARE(written.size(), 1);
        QCOMPARE(written[0]["verb"_L1].toString(), u"helm rollback"_s);
        QCOMPARE(written[0]["outcome"_L1].toString(), u"done"_s);
        QCOMPARE(written[0]["before"_L1]["revision"_L1].toInt(), 2);
        QCOMPARE(written[0]["after"_L1]["values"_L1]["replicaCount"_L1].toInt(), 3);
        QVERIFY(!QJsonDocument(written).toJson().contains("hush"));
    }

    void aTokenOfAPluginWillDo()
    {
        kubectl({u"create"_s, u"serviceaccount"_s, u"admin"_s, u"-n"_s, u"north"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"admin"_s, u"--clusterrole=cluster-admin"_s,
            u"--serviceaccount=north:admin"_s});
        const QByteArray token = kubectl({u"create"_s, u"token"_s, u"admin"_s, u"-n"_s, u"north"_s}).trimmed();
        const auto back = runOnANode({u"2"_s, u"--yes"_s}, kubeconfigWithPlugin(token));
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QCOMPARE(revision(), 4);
        QVERIFY(image().endsWith(u"9.9.9"_s));
        QVERIFY(!back.err.contains(token));
    }

    void whatIsStuckIsMended()
    {
        QVERIFY(setStatus(4, u"pending-upgrade"_s));
        const auto stuck = m_world->plane().helm({u"upgrade"_s, u"patronus-operator"_s,
            sourcePath(u"helm/patronus-operator"), u"-n"_s, u"patronus-system"_s, u"--reuse-values"_s});
        QVERIFY2(stuck.err.contains("another operation"), stuck.err.constData());
        const auto back = runOnANode({u"3"_s, u"--yes"_s});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QVERIFY2(back.err.contains("warning: revision 4 is pending-upgrade since"), back.err.constData());
        QCOMPARE(revision(), 5);
        QVERIFY(upgrade({u"image.tag=9.9.8"_s}));
    }

    void aReleaseThatHasMovedOnIsLeftAlone()
    {
        CtlProcess process(
            kubeconfig(), m_home->path(), {u"rollback"_s, u"--helm"_s, m_world->plane().helmProgram()}, "");
        const int before = revision();
        QVERIFY(eventually([&] { return process.said().contains("[y/N]"); }));
        QVERIFY(upgrade({u"image.tag=9.9.7"_s}));
        process.type("y\n");
        const auto refused = process.result();
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.out.contains(
                     "and is at %1 (deployed) now: plan again"_ba.replace("%1", QByteArray::number(before + 1))),
            refused.out.constData());
        QCOMPARE(revision(), before + 1);
    }

    void onlyThePodsGoBackWithTheirReplicas()
    {
        const auto listed = run({u"rollback"_s, u"--deployment"_s, u"--list"_s, u"-o"_s, u"json"_s});
        const QJsonArray revisions = QJsonDocument::fromJson(listed.out).array();
        QVERIFY2(revisions.size() >= 3, listed.err.constData());
        QVERIFY(revisions.last()["current"_L1].toBool());
        kubectl(
            {u"scale"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s, u"--replicas=1"_s});
        const int release = revision();
        const auto back = runOnANode({u"--deployment"_s, u"--yes"_s});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QVERIFY2(back.err.contains("Helm does not know of it"), back.err.constData());
        QVERIFY2(image().endsWith(u"9.9.8"_s), qPrintable(image()));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 1);
        QCOMPARE(revision(), release);
        const auto first = runOnANode({u"--deployment"_s, u"--to-revision"_s,
            QString::number(revisions.first()["revision"_L1].toInt()), u"--yes"_s});
        QVERIFY2(first.exitCode == 0, first.err.constData());
        QCOMPARE(image(), revisions.first()["images"_L1][0].toString());
    }

    void anUpgradeKeepsTheValuesAndSaysWhatChanges()
    {
        QFile values(m_home->filePath(u"values.yaml"_s));
        QVERIFY(values.open(QIODevice::WriteOnly) && values.write("image: {tag: 1.2.3}\n") > 0 && values.flush());
        QVERIFY(m_world->plane().applyCrds(sourcePath(u"tests/data/crds/today")));
        const QStringList arguments{
            u"upgrade"_s, sourcePath(u"helm/patronus-operator"), u"--values"_s, values.fileName()};
        const int before = revision();
        const auto planned = runOnANode(arguments + QStringList{u"--dry-run"_s, u"-o"_s, u"json"_s}, {}, {});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        const QJsonObject plan = QJsonDocument::fromJson(planned.out).object();
        QVERIFY2(
            plan["steps"_L1][0]["diff"_L1].toArray().contains(u"+ values.image.tag: 1.2.3"_s), planned.out.constData());
        QVERIFY2(
            planned.out.contains("the CRD sites.sdwan.patronus.dev in the cluster is older"), planned.out.constData());
        QVERIFY(!planned.out.contains("hush"));
        QCOMPARE(revision(), before);

        const auto done = runOnANode(arguments + QStringList{u"--yes"_s}, {}, {});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(revision(), before + 1);
        QVERIFY(image().endsWith(u":1.2.3"_s));
        QCOMPARE(m_world->plane()
                     .helm({u"get"_s, u"values"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s})
                     .out.contains("apiUrl: http://patronus-api:8081"),
            true);
        QVERIFY(!done.err.contains("hush"));
        QCOMPARE(journal().last()["verb"_L1].toString(), u"helm upgrade"_s);

        QVERIFY(setStatus(before + 1, u"pending-upgrade"_s));
        const auto refused = runOnANode(arguments + QStringList{u"--yes"_s}, {}, {});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("kubectl patronus rollback mends it"), refused.err.constData());
    }

private:
    [[nodiscard]] Object deployment() const
    {
        return m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s).value_or(Object());
    }
    [[nodiscard]] QString image() const
    {
        return deployment().spec()["template"_L1]["spec"_L1]["containers"_L1][0]["image"_L1].toString();
    }
    [[nodiscard]] bool upgrade(const QStringList &values) const
    {
        QStringList arguments{u"upgrade"_s, u"patronus-operator"_s, sourcePath(u"helm/patronus-operator"), u"-n"_s,
            u"patronus-system"_s, u"--reuse-values"_s};
        for (const QString &value : values)
            arguments << u"--set"_s << value;
        const auto output = m_world->plane().helm(arguments);
        if (output.exitCode != 0)
            qInfo("%s", output.err.constData());
        return output.exitCode == 0;
    }
    /// The last one of the release, by Helm's own count.
    [[nodiscard]] int revision() const
    {
        int last = 0;
        for (const Object &secret : m_world->objects(resources::secrets()))
            if (secret.label("owner"_L1) == "helm"_L1)
                last = std::max(last, secret.label("version"_L1).toInt());
        return last;
    }
    [[nodiscard]] CtlProcess::Result runWithHelm(const QStringList &arguments, const QString &kubeconfig = {}) const
    {
        return run(QStringList{u"rollback"_s, u"--helm"_s, m_world->plane().helmProgram()} + arguments, kubeconfig);
    }
    /// The same while somebody does what a node does: each pod is ready.
    [[nodiscard]] CtlProcess::Result runOnANode(const QStringList &arguments, const QString &kubeconfig = {},
        const QStringList &command = {u"rollback"_s}) const
    {
        return runWithPods(command + arguments + QStringList{u"--helm"_s, m_world->plane().helmProgram()}, kubeconfig);
    }
    /// Rewrites what Helm has noted of a revision, as a helm leaves it that is ended on its way.
    [[nodiscard]] bool setStatus(int revision, const QString &status) const
    {
        const QString secret = u"sh.helm.release.v1.patronus-operator.v%1"_s.arg(revision);
        const auto output = m_world->plane().shell(
            u"data=$(kubectl get secret -n patronus-system %1 -o jsonpath='{.data.release}' | base64 -d | base64 -d | "
            "gunzip | sed 's/\"status\":\"deployed\"/\"status\":\"%2\"/' | gzip | base64 -w0 | base64 -w0); "
            "kubectl patch secret -n patronus-system %1 -p \"{\\\"data\\\":{\\\"release\\\":\\\"$data\\\"}}\"; "
            "kubectl label secret -n patronus-system %1 --overwrite status=%2"_s.arg(secret, status));
        if (output.exitCode != 0)
            qInfo("%s", output.err.constData());
        return output.exitCode == 0;
    }
    [[nodiscard]] QString kubeconfigWithPlugin(const QByteArray &token) const
    {
        QFile plugin(m_home->filePath(u"plugin"_s));
        if (!plugin.open(QIODevice::WriteOnly)
            || plugin.write(
                   "#!/bin/sh\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/"
                   "v1\",\"status\":{\"token\":\""
                   + token + "\"}}'\n")
                < 0)
            qFatal("cannot write the plugin");
        plugin.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QFile file(m_home->filePath(u"plugin.kubeconfig"_s));
        const QByteArray text
            = "apiVersion: v1\nkind: Config\ncurrent-context: local\n"
              "contexts: [{name: local, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: '"
            + m_world->plane().url().toString().toUtf8()
            + "', certificate-authority: " + m_world->plane().pkiDir().toUtf8()
            + "/ca.crt}}]\nusers: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "
            + plugin.fileName().toUtf8() + ", interactiveMode: Never}}}]\n";
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("cannot write the kubeconfig");
        return file.fileName();
    }
};

QTEST_GUILESS_MAIN(TestKubectlRollback)
#include "tst_kubectlrollback.moc"
