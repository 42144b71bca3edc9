// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "support/relay.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// The operator is held and comes back, whoever ends it.
class TestKubectlMaintenance : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld()); }

    void maintenanceComesBackToTheRecordedNumber()
    {
        QCOMPARE(replicas(), 3);
        const auto held = runOnANode({u"maintenance"_s, u"start"_s, u"--reason"_s, u"node upgrade"_s, u"--for"_s,
            u"2h"_s, u"--yes"_s, u"-o"_s, u"json"_s});
        QVERIFY2(held.exitCode == 0, held.err.constData());
        QCOMPARE(replicas(), 1);
        QCOMPARE(
            deploymentWrites().first(2), (QStringList{u"deployments"_s, u"deployments/scale"_s})); // recorded first
        const QJsonObject status
            = QJsonDocument::fromJson(run({u"maintenance"_s, u"status"_s, u"-o"_s, u"json"_s}).out).object();
        QCOMPARE(status["record"_L1]["replicas"_L1].toInt(), 3);
        QCOMPARE(status["record"_L1]["reason"_L1].toString(), u"node upgrade"_s);
        QCOMPARE(status["ready"_L1].toInt(), 1);

        QCOMPARE(runOnANode({u"stop"_s, u"--yes"_s}).exitCode, 0); // an emergency on top: 3 stays recorded
        QCOMPARE(replicas(), 0);

        // No replica gets ready, and the program is killed: the next one goes on.
        {
            CtlProcess process(kubeconfig(), m_home->path(), {u"start"_s, u"--yes"_s});
            QVERIFY(eventually([this] { return replicas() == 3; }));
            process.kill();
        }
        const auto early = run({u"maintenance"_s, u"resume"_s, u"--yes"_s, u"--timeout=1s"_s});
        QCOMPARE(early.exitCode, 1);
        QVERIFY2(early.err.contains("0 of 3 replicas are ready"), early.err.constData());
        QVERIFY(run({u"maintenance"_s, u"status"_s}).out.contains("to come back to 3 replicas"));
        const auto back = runOnANode({u"maintenance"_s, u"resume"_s, u"--yes"_s});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QVERIFY2(back.out.contains("3 replicas, 3 ready\nnot held"), back.out.constData());
        QCOMPARE(replicas(), 3);
        QCOMPARE(run({u"start"_s, u"--yes"_s}).exitCode, 1); // there is nothing to come back to
        QVERIFY(journal().size() >= 5);
    }

    void killedAnywhereItComesBackAsRecorded()
    {
        // As soon as it is: running, recorded, scaled; for the way back: running, scaled.
        const QList<std::function<bool()>> moments{
            [] { return true; }, [this] { return isHeld(); }, [this] { return replicas() == 0; }};
        for (const auto &moment : moments) {
            {
                CtlProcess process(kubeconfig(), m_home->path(), {u"stop"_s, u"--yes"_s});
                QVERIFY(eventually(moment));
                process.kill();
            }
            QVERIFY2(replicas() == 3 || isHeld(), "scaled, and nobody knows to what it has to come back");
            if (!isHeld())
                continue;
            const int before = replicas();
            for (const bool isLate : {false, true}) {
                CtlProcess process(kubeconfig(), m_home->path(), {u"start"_s, u"--yes"_s});
                QVERIFY(eventually([&] { return !isLate || before == 3 || replicas() == 3; }));
                process.kill();
            }
            QVERIFY(replicas() == 3 || isHeld());
            if (isHeld()) {
                const auto back = runOnANode({u"start"_s, u"--yes"_s});
                QVERIFY2(back.exitCode == 0, back.err.constData());
            }
            QCOMPARE(replicas(), 3);
            QVERIFY(!isHeld());
        }
    }

    void aCutNetworkIsGoneOnWith()
    {
        Relay relay(quint16(m_world->plane().url().port()));
        const QString through = m_home->filePath(u"through"_s);
        QFile own(kubeconfig()), file(through);
        QVERIFY(own.open(QIODevice::ReadOnly) && file.open(QIODevice::WriteOnly));
        file.write(own.readAll().replace(
            m_world->plane().url().toString().toUtf8(), "https://127.0.0.1:" + QByteArray::number(relay.port())));
        file.close();
        // Once it is recorded, once it is scaled; on the way back, once it is scaled.
        const QList<std::function<bool()>> moments{[this] { return isHeld(); }, [this] { return replicas() == 0; }};
        for (const auto &moment : moments) {
            for (const QString &command : {u"stop"_s, u"start"_s}) {
                if (command == "start"_L1 && !isHeld())
                    continue;
                CtlProcess process(through, m_home->path(), {command, u"--yes"_s, u"--timeout=20s"_s});
                QVERIFY(eventually([&] { return command == "stop"_L1 ? moment() : replicas() == 3; }));
                relay.cut();
                const auto ended = process.result();
                QCOMPARE(ended.exitCode, 1);
                QVERIFY2(ended.err.contains("error: "), ended.err.constData());
                QVERIFY2(replicas() == 3 || isHeld(), "scaled, and nobody knows to what it has to come back");
                relay.mend();
            }
            if (isHeld()) {
                const auto back = runOnANode({u"start"_s, u"--yes"_s});
                QVERIFY2(back.exitCode == 0, back.err.constData());
            }
            QCOMPARE(replicas(), 3);
            QVERIFY(!isHeld());
        }
    }

    void twoAtOnceRecordTheSameNumber()
    {
        CtlProcess one(kubeconfig(), m_home->path(), {u"stop"_s, u"--yes"_s});
        CtlProcess two(kubeconfig(), m_home->path(), {u"maintenance"_s, u"start"_s, u"--yes"_s});
        QVERIFY(eventually([&] {
            actAsNode();
            return !one.isRunning() && !two.isRunning();
        }));
        QVERIFY(isHeld());
        const QJsonObject status
            = QJsonDocument::fromJson(run({u"maintenance"_s, u"status"_s, u"-o"_s, u"json"_s}).out).object();
        QCOMPARE(status["record"_L1]["replicas"_L1].toInt(), 3);
        QCOMPARE(runOnANode({u"start"_s, u"--yes"_s}).exitCode, 0);
        QCOMPARE(replicas(), 3);
    }

    void aPlanAloneChangesNothing()
    {
        const Object before = deployment();
        const auto planned = run({u"stop"_s, u"--dry-run"_s, u"-o"_s, u"json"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        const QJsonObject plan = QJsonDocument::fromJson(planned.out).object();
        QCOMPARE(plan["title"_L1].toString(), u"Stop the operator"_s);
        QCOMPARE(plan["tier"_L1].toString(), u"destructive"_s);
        QCOMPARE(plan["steps"_L1][0]["check"_L1].toString(), u"accepted"_s);
        QVERIFY(plan["steps"_L1][1]["diff"_L1].toArray().contains(u"+ spec.replicas: 0"_s));
        QCOMPARE(deployment().json(), before.json());
    }

    void whatWouldUndoItIsNamed()
    {
        kubectl({u"autoscale"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s, u"--max=5"_s});
        const auto refused = run({u"maintenance"_s, u"start"_s, u"--yes"_s});
        kubectl({u"delete"_s, u"hpa"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("HorizontalPodAutoscaler patronus-system/patronus-operator scales this"),
            refused.err.constData());

        kubectl({u"create"_s, u"poddisruptionbudget"_s, u"tight"_s, u"-n"_s, u"patronus-system"_s,
            u"--min-available=1"_s, u"--selector=app.kubernetes.io/name=patronus-operator"_s});
        kubectl({u"label"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s,
            u"kustomize.toolkit.fluxcd.io/name=edge"_s});
        const auto warned = run({u"maintenance"_s, u"start"_s, u"--dry-run"_s});
        kubectl({u"delete"_s, u"poddisruptionbudget"_s, u"tight"_s, u"-n"_s, u"patronus-system"_s});
        kubectl({u"label"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s,
            u"kustomize.toolkit.fluxcd.io/name-"_s});
        QVERIFY2(warned.out.contains("warning: the Flux Kustomization edge keeps"), warned.out.constData());
        QVERIFY2(warned.out.contains("warning: the PodDisruptionBudget patronus-system/tight"), warned.out.constData());
    }

    void aBackupThatIsMissingOrOldIsNamed()
    {
        const QStringList plan{u"maintenance"_s, u"start"_s, u"--dry-run"_s};
        QVERIFY(run(plan).out.contains("no backup of this cluster is known here"));
        QVERIFY(!backup().isEmpty());
        QVERIFY(!run(plan).out.contains("backup"));
        QFile file(m_home->filePath(u"patronus/journal.jsonl"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QString today = QDateTime::currentDateTimeUtc().toString(u"yyyy-MM-dd"_s);
        const QString then = QDateTime::currentDateTimeUtc().addDays(-10).toString(u"yyyy-MM-dd"_s);
        QByteArray text = file.readAll();
        text.replace("\"time\":\"" + today.toUtf8(), "\"time\":\"" + then.toUtf8());
        QVERIFY(file.seek(0) && file.write(text) == text.size());
        file.close();
        QVERIFY2(run(plan).out.contains("the last backup that is known here is 10 days old"), text.constData());
    }

    void nobodyComesBackToZero()
    {
        kubectl(
            {u"scale"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s, u"--replicas=0"_s});
        const auto refused = run({u"stop"_s, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("nothing says how many it had"), refused.err.constData());
        kubectl(
            {u"scale"_s, u"deployment"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s, u"--replicas=3"_s});
    }

    void whoMayNotScaleChangesNothing()
    {
        kubectl({u"create"_s, u"clusterrole"_s, u"patcher"_s, u"--verb=get,patch"_s, u"--resource=deployments.apps"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"patcher"_s, u"--clusterrole=patcher"_s, u"--user=patcher"_s});
        const auto refused = run({u"stop"_s, u"--yes"_s}, kubeconfigOf(u"patcher"_s));
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(
            refused.err.contains("patch deployments/scale.apps in namespace patronus-system"), refused.err.constData());
        QCOMPARE(replicas(), 3);
        QVERIFY(run({u"maintenance"_s, u"status"_s}).out.contains("not held"));
    }

private:
    [[nodiscard]] Object deployment() const
    {
        return m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s).value_or(Object());
    }
    [[nodiscard]] bool isHeld() const
    {
        return !deployment().annotation(u"sdwan.patronus.dev/maintenance"_s).isEmpty();
    }
    [[nodiscard]] int replicas() const { return deployment().spec()["replicas"_L1].toInt(-1); }

    /// As many are ready as are wanted.
    void actAsNode() const { m_world->readyReplicas({u"patronus-system"_s, u"patronus-operator"_s}); }

    /// Runs it while somebody does what a node and its controllers do: as many are ready as are wanted.
    [[nodiscard]] CtlProcess::Result runOnANode(const QStringList &arguments) const
    {
        CtlProcess process(kubeconfig(), m_home->path(), arguments);
        (void)eventually([&] {
            actAsNode();
            return !process.isRunning();
        });
        return process.result();
    }

    /// "deployments", "deployments/scale": what kubectl-patronus has changed of them, oldest first.
    [[nodiscard]] QStringList deploymentWrites() const
    {
        QStringList all;
        for (const QJsonObject &event : m_world->plane().auditEvents()) {
            const QJsonObject reference = event["objectRef"_L1].toObject();
            if (event["stage"_L1] != "ResponseComplete"_L1 || reference["resource"_L1] != "deployments"_L1
                || !event["userAgent"_L1].toString().startsWith(u"kubectl-patronus"_s) || event["verb"_L1] != "patch"_L1
                || event["requestURI"_L1].toString().contains("dryRun=All"_L1))
                continue;
            const QString subresource = reference["subresource"_L1].toString();
            all.append(u"deployments"_s + (subresource.isEmpty() ? QString() : u'/' + subresource));
        }
        return all;
    }
};

QTEST_GUILESS_MAIN(TestKubectlMaintenance)
#include "tst_kubectlmaintenance.moc"
