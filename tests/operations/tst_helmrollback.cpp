// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/crds.h"
#include "operations/helmrollback.h"
#include "operations/manifests.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

// What a real helm leaves is read by tests/e2e/tst_kubectlrollback; here is what is decided of it.
class TestHelmRollback : public TestCase
{
    Q_OBJECT

private:
    using What = ManifestDifference::What;

    static QString deployment(int replicas, const QString &image)
    {
        return u"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: patronus-operator, namespace: ops}\n"
               "spec: {replicas: %1, template: {spec: {containers: [{name: operator, image: '%2', env: [{name: A, "
               "value: b}]}]}}}\n"_s.arg(replicas)
                   .arg(image);
    }
    static HelmRelease revision(int number, const QString &status, const QString &manifest)
    {
        return {.name = u"edge"_s,
            .revision = number,
            .status = status,
            .chart = u"patronus-operator"_s,
            .chartVersion = u"0.%1.0"_s.arg(number),
            .config = {{u"replicaCount"_s, number}, {u"apiToken"_s, u"hush-%1"_s.arg(number)}},
            .nameSpace = u"ops"_s,
            .description = u"as told"_s,
            .defaults = {{u"replicaCount"_s, 1}, {u"image"_s, QJsonObject{{u"tag"_s, u"%1"_s.arg(number)}}}},
            .manifest = manifest};
    }
    static HelmFacts facts(const QString &lastStatus = u"deployed"_s, const QString &more = {})
    {
        return {.history
            = {revision(1, u"superseded"_s, deployment(3, u"o:1"_s)), revision(2, u"failed"_s, deployment(3, u"o:2"_s)),
                revision(3, lastStatus, deployment(2, u"o:3"_s) + more)}};
    }

private Q_SLOTS:
    void theRevisionBeforeIsTheLastThatWasDeployed()
    {
        QCOMPARE(revisionBefore(facts().history)->revision, 1);
        HelmHistory one{revision(1, u"pending-install"_s, {})};
        QVERIFY(!revisionBefore(one));
        // After a failed upgrade the one that is deployed is the one before.
        one = {revision(4, u"superseded"_s, {}), revision(5, u"deployed"_s, {}), revision(6, u"failed"_s, {})};
        QCOMPARE(revisionBefore(one)->revision, 5);
    }

    void aPlanShowsValuesAndObjects()
    {
        const auto [plan, differences, from, to] = HelmRollback::decisionFor(facts(), 0);
        QVERIFY2(plan.obstacles.isEmpty(), qPrintable(plan.obstacles.join(u' ')));
        QCOMPARE(plan.title, u"Roll the Helm release edge back to revision 1"_s);
        QCOMPARE(plan.command, u"helm rollback edge 1 -n ops"_s);
        QCOMPARE(plan.tier, Tier::Service);
        QCOMPARE(from.revision, 3);
        QCOMPARE(to.revision, 1);
        QCOMPARE(plan.steps.first().diff,
            (QStringList{u"- values.apiToken: (a secret)"_s, u"+ values.apiToken: (a secret)"_s,
                u"- values.image.tag: 3"_s, u"+ values.image.tag: 1"_s, u"- values.replicaCount: 3"_s,
                u"+ values.replicaCount: 1"_s}));
        QCOMPARE(differences.size(), 1);
        QCOMPARE(differences.first().text(), u"change Deployment ops/patronus-operator"_s);
        QCOMPARE(differences.first().diff,
            (QStringList{u"- spec.replicas: 2"_s, u"+ spec.replicas: 3"_s,
                u"- spec.template.spec.containers[operator].image: o:3"_s,
                u"+ spec.template.spec.containers[operator].image: o:1"_s}));
    }

    void whatTakesOtherThingsWithItIsARedStop_data()
    {
        QTest::addColumn<QString>("object");
        QTest::addColumn<QString>("says"); // empty: no obstacle
        const QString crd = u"---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                            "metadata: {name: sites.sdwan.patronus.dev%1}\n"_s;
        QTest::newRow("CRD") << crd.arg(u""_s) << u"every object of that kind goes with it"_s;
        QTest::newRow("CRD that is kept") << crd.arg(u", annotations: {helm.sh/resource-policy: keep}"_s) << QString();
        QTest::newRow("Namespace") << u"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: branches}\n"_s
                                   << u"everything in it"_s;
        QTest::newRow("claim") << u"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: backups}\n"_s
                               << u"its data"_s;
        QTest::newRow("Service") << u"---\napiVersion: v1\nkind: Service\nmetadata: {name: metrics}\n"_s << QString();
    }
    void whatTakesOtherThingsWithItIsARedStop()
    {
        QFETCH(const QString, object);
        QFETCH(const QString, says);
        const auto decision = HelmRollback::decisionFor(facts(u"deployed"_s, object), 1);
        QCOMPARE(decision.differences.size(), 2);
        QCOMPARE(decision.plan.obstacles.size(), says.isEmpty() ? 0 : 1);
        if (!says.isEmpty())
            QVERIFY2(decision.plan.obstacles.first().contains(says), qPrintable(decision.plan.obstacles.first()));
    }

    void statesThatAreStuckAreExplained_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("warning");
        QTest::newRow("upgrade") << u"pending-upgrade"_s << u"revision 3 is pending-upgrade since"_s;
        QTest::newRow("rollback") << u"pending-rollback"_s << u"revision 3 is pending-rollback since"_s;
        QTest::newRow("failed") << u"failed"_s << u"revision 3 has failed (as told)"_s;
    }
    void statesThatAreStuckAreExplained()
    {
        QFETCH(const QString, status);
        QFETCH(const QString, warning);
        const auto plan = HelmRollback::decisionFor(facts(status), 0).plan;
        QVERIFY(plan.obstacles.isEmpty());
        QVERIFY2(plan.warnings.join(u'\n').contains(warning), qPrintable(plan.warnings.join(u'\n')));
    }

    void whereThereIsNoWayTheRemedyIsSaid()
    {
        const auto obstacle = [](const HelmFacts &facts, int revision) {
            return HelmRollback::decisionFor(facts, revision).plan.obstacles.join(u'\n');
        };
        QVERIFY(obstacle({.history = {revision(1, u"pending-install"_s, {})}}, 0)
                .contains(u"helm uninstall edge -n ops"_s));
        QVERIFY(obstacle({.history = {revision(1, u"deployed"_s, {})}}, 0).contains(u"no revision before 1"_s));
        QVERIFY(obstacle(facts(), 9).contains(u"rollback --list"_s));
        QVERIFY(obstacle(facts(), 3).contains(u"is the one that is deployed"_s));
        QVERIFY(obstacle({.history = facts().history, .problems = {u"no helm"_s}}, 0).contains(u"no helm"_s));
    }

    void whoWouldUndoItIsNamed()
    {
        HelmFacts known = facts();
        known.autoscalers = {u"ops/scaler"_s};
        known.deployment
            = MaintenanceStatus{.deployment = Object(QJsonObject{{u"metadata"_s,
                                    QJsonObject{{u"name"_s, u"patronus-operator"_s},
                                        {u"labels"_s, QJsonObject{{u"helm.toolkit.fluxcd.io/name"_s, u"edge"_s}}}}}}),
                .rollout = {.wanted = 1},
                .record = MaintenanceRecord{.replicas = 5, .actor = u"alice"_s}};
        const auto plan = HelmRollback::decisionFor(known, 0).plan;
        const QString warnings = plan.warnings.join(u'\n');
        for (const QString &part : {u"the Flux HelmRelease edge"_s, u"HorizontalPodAutoscaler ops/scaler"_s,
                 u"held at 1 replica by alice: Helm ends that, since its manifest says 3"_s, u"brings it to 5"_s})
            QVERIFY2(warnings.contains(part), qPrintable(warnings));
        QVERIFY(plan.consequences.contains(u"The operator has 1 replica, and gets 3."_s));
    }

    void anotherLanguageStopsIt()
    {
        const QByteArray old = sourceText(u"tests/data/crds/snake_case/sites.sdwan.patronus.dev.yaml");
        HelmFacts known = facts();
        known.history[0].crds = {{u"sites.yaml"_s, old}};
        known.crds = {Object(builtInCrds().last())};
        QVERIFY(HelmRollback::decisionFor(known, 1).plan.obstacles.join(u' ').contains(u"different languages"_s));
        known.crds = {Object(readManifests(old).value().first())};
        QVERIFY(HelmRollback::decisionFor(known, 1).plan.obstacles.isEmpty());
    }

    void anOlderCrdIsNamed()
    {
        HelmFacts known = facts();
        const QByteArray ours = sourceText(u"crds/sites.sdwan.patronus.dev.yaml");
        known.history[0].crds = {{u"sites.yaml"_s, ours}};
        known.crds = {
            Object(readManifests(sourceText(u"tests/data/crds/today/sites.sdwan.patronus.dev.yaml")).value().first())};
        const QString warnings = HelmRollback::decisionFor(known, 1).plan.warnings.join(u' ');
        QVERIFY2(
            warnings.contains(u"it does not keep status.conditions[].observedGeneration, status.observedGeneration"_s),
            qPrintable(warnings));
        known.crds = {Object(builtInCrds().last())};
        QVERIFY(HelmRollback::decisionFor(known, 1).plan.warnings.isEmpty());
    }

    void aSecretOfAManifestIsNeverShown()
    {
        const auto secret = [](const QString &value) {
            return QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Secret"_s},
                {u"metadata"_s, QJsonObject{{u"name"_s, u"api"_s}}}, {u"data"_s, QJsonObject{{u"user"_s, value}}}};
        };
        const auto differences = manifestDifferences({secret(u"aHVzaA=="_s)}, {secret(u"bm8="_s)}, u"ops"_s);
        QCOMPARE(differences.size(), 1);
        QCOMPARE(differences.first().diff.size(), 2);
        QVERIFY2(differences.first().diff.first().startsWith(u"- data.user: SHA-256 "_s),
            qPrintable(differences.first().diff.first()));
        QVERIFY(!differences.first().diff.join(u' ').contains(u"aHVzaA"_s));
    }

    void objectsAreToldApartByGroupKindAndName()
    {
        const auto object = [](const QString &apiVersion, const QString &name) {
            return QJsonObject{
                {u"apiVersion"_s, apiVersion}, {u"kind"_s, u"K"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, name}}}};
        };
        const auto differences
            = manifestDifferences({object(u"a/v1"_s, u"x"_s), object(u"b/v1"_s, u"x"_s), object(u"a/v1"_s, u"y"_s)},
                {object(u"a/v2"_s, u"x"_s), object(u"a/v1"_s, u"z"_s), object(u"b/v1"_s, u"x"_s)}, u"ops"_s);
        QStringList texts;
        for (const ManifestDifference &difference : differences)
            texts.append(difference.text());
        QCOMPARE(texts, (QStringList{u"create K ops/z"_s, u"change K ops/x"_s, u"delete K ops/y"_s}));
    }
};

QTEST_GUILESS_MAIN(TestHelmRollback)
#include "tst_helmrollback.moc"
