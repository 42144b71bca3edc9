// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/objects.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

// CRDs that are not this operator's, and that somebody replaces while it runs: nobody upgrades crds/ but a person.
class TestOperatorCrds : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;

    void startWorld(const QString &crds, bool ratcheting = true)
    {
        auto started = OperatorWorld::start(
            {.plane = {.ratcheting = ratcheting, .crds = crds.isEmpty() ? QString() : sourcePath(crds)}});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = std::move(*started);
    }
    [[nodiscard]] bool applyCrds(const QString &path)
    {
        const auto applied = m_world->plane().applyCrds(sourcePath(path));
        if (!applied)
            qInfo("%s", qPrintable(applied.error().message));
        return applied.has_value();
    }
    [[nodiscard]] bool isEverySynced() const
    {
        return m_world->reasonOf(resources::sites(), u"hq"_s) == "Synced"_L1
            && m_world->reasonOf(resources::policies(), u"voip"_s) == "Synced"_L1;
    }

private Q_SLOTS:
    void cleanup() { m_world.reset(); }

    void anOlderCrdIsWorkedWithAndItsUpgradeNoticed_data()
    {
        QTest::addColumn<bool>("ratcheting");
        QTest::newRow("Kubernetes of today") << true;
        QTest::newRow("Kubernetes without ratcheting") << false;
    }
    void anOlderCrdIsWorkedWithAndItsUpgradeNoticed()
    {
        QFETCH(const bool, ratcheting);
        startWorld(u"tests/data/crds/today"_s, ratcheting);
        if (QTest::currentTestFailed())
            return;
        QVERIFY(m_world->plane().apply(
            SiteManifest{.name = u"hq"_s}.yaml() + PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        const auto operatorProcess = m_world->startOperator();
        const auto isActive = [&] {
            const auto policy = m_world->find(resources::policies(), u"voip"_s);
            return policy && policy->status()["active"_L1].toBool();
        };
        QVERIFY2(eventually(isActive), operatorProcess->log().constData());
        for (const AuditedWrite &write : m_world->writes())
            QVERIFY2(write.status < 300, qPrintable(write.text())); // nothing was refused
        QCOMPARE(m_world->find(resources::policies(), u"voip"_s)->status().keys(),
            QStringList({u"active"_s, u"bytesRouted"_s, u"matchedFlows"_s}));
        QCOMPARE(operatorProcess->metric(R"(patronus_operator_crd_outdated{kind="site"})"), 1);
        QCOMPARE(operatorProcess->metric(R"(patronus_operator_crd_outdated{kind="policy"})"), 1);
        const QByteArrayList told = operatorProcess->logged("policies.sdwan.patronus.dev is older than this operator");
        QCOMPARE(told.size(), 1);
        QVERIFY2(told.first().contains("WARN") && told.first().contains("status.conditions"), told.first().constData());

        const qint64 remoteBefore = m_world->remoteChanges();
        QVERIFY(applyCrds(u"crds"_s));
        QVERIFY2(eventually([&] { return isEverySynced(); }, 90s), operatorProcess->log().constData());
        QCOMPARE(operatorProcess->metric(R"(patronus_operator_crd_outdated{kind="policy"})"), 0);
        QCOMPARE(m_world->remoteChanges(), remoteBefore);

        // Objects of the time before take an edit, a status and the removal of their finalizer as all others.
        QVERIFY(m_world->plane().apply(PolicyManifest{.name = u"voip"_s, .site = u"hq"_s, .priority = 7}.yaml()));
        QVERIFY(eventually([&] {
            return m_world->simulator().objects().find(RemoteKind::Policy, u"voip"_s)->body["priority"_L1] == 7
                && isEverySynced();
        }));
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"policy,site"_s, u"--all"_s, u"--timeout=60s"_s}).exitCode, 0);
        QCOMPARE(m_world->inventory(), QStringList());
        QCOMPARE(operatorProcess->stop(), 0);
    }

    void aCrdInSnakeCaseIsRefusedUntilItIsReplaced()
    {
        startWorld(u"tests/data/crds/snake_case"_s);
        if (QTest::currentTestFailed())
            return;
        const QByteArray old = R"(
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Site
metadata: {name: old, namespace: default}
spec: {wireguard: {public_key: 'k', listen_port: 51820, endpoints: ['old.example.com:51820']}}
)";
        QVERIFY(m_world->plane().apply(old));
        const auto operatorProcess
            = m_world->startOperator({u"--leader-election-enabled=true"_s, u"--reconcile-success-interval=2s"_s});
        QVERIFY(eventually([&] { return operatorProcess->countInLog("snake_case") > 0; }));
        letPass(12s); // it looks again every 5 s
        const QByteArrayList told = operatorProcess->logged("snake_case");
        QCOMPARE(told.size(), 1);
        QVERIFY2(told.first().contains("ERROR") && told.first().contains("nothing is touched until it is migrated"),
            told.first().constData());
        QVERIFY(!operatorProcess->isReady());
        QCOMPARE(m_world->writes().size(), 0); // not even a Lease
        QCOMPARE(m_world->simulator().requests().count(), 0);

        // The old objects go with their CRD; another language cannot be stored beside ours.
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"site"_s, u"old"_s}).exitCode, 0);
        QVERIFY(applyCrds(u"crds"_s));
        QVERIFY(m_world->plane().apply(
            SiteManifest{.name = u"hq"_s}.yaml() + PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        QVERIFY2(eventually([&] { return isEverySynced(); }), operatorProcess->log().constData());
        QVERIFY(operatorProcess->isReady());

        // And the other way round, under the operator's hands: what it then reads is nobody's intent.
        const QStringList remote = m_world->inventory();
        QVERIFY(applyCrds(u"tests/data/crds/snake_case"_s));
        QVERIFY2(eventually([&] { return operatorProcess->countInLog("snake_case") == 2; }, 90s),
            operatorProcess->log().constData());
        QVERIFY(eventually([&] { return !operatorProcess->isReady(); }));
        const qsizetype before = m_world->changes().size();
        const qint64 remoteBefore = m_world->remoteChanges();
        QVERIFY(m_world->plane().apply(QByteArray(old).replace("name: old", "name: another")));
        letPass(6s);
        QCOMPARE(m_world->changes(before), QStringList());
        QCOMPARE(m_world->remoteChanges(), remoteBefore);
        QCOMPARE(m_world->inventory(), remote);
        QCOMPARE(operatorProcess->stop(), 0);
    }

    void crdsThatComeLaterAreWaitedFor()
    {
        startWorld({});
        if (QTest::currentTestFailed())
            return;
        const auto operatorProcess = m_world->startOperator();
        QVERIFY(
            eventually([&] { return operatorProcess->countInLog("is not installed: kubectl apply -f crds/") == 1; }));
        QVERIFY(!operatorProcess->isReady());
        const auto impatient = m_world->startOperator({u"--leader-election-enabled=true"_s}, u"impatient"_s);
        QVERIFY(eventually([&] { return impatient->countInLog("is not installed") == 1; }));
        QCOMPARE(impatient->stop(), 0); // it need not have begun to end
        QVERIFY(applyCrds(u"crds"_s));
        QVERIFY(m_world->plane().apply(
            SiteManifest{.name = u"hq"_s}.yaml() + PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        QVERIFY2(eventually([&] { return isEverySynced(); }), operatorProcess->log().constData());
        QCOMPARE(operatorProcess->stop(), 0);
    }
};

QTEST_GUILESS_MAIN(TestOperatorCrds)
#include "tst_operatorcrds.moc"
