// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/objects.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

// No delete is lost, and nobody's object is deleted for another's sake.
class TestOperatorDeletion : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<OperatorProcess> m_operator;

    void startOperator() { m_operator = m_world->startOperator({u"--reconcile-success-interval=2s"_s}); }
    [[nodiscard]] ControlPlane::Output kubectl(const QStringList &arguments) const
    {
        return m_world->plane().kubectl(arguments);
    }
    [[nodiscard]] bool apply(const SiteManifest &site) const { return m_world->plane().apply(site.yaml()).has_value(); }
    [[nodiscard]] bool awaitReason(const QString &reason, const QString &nameSpace = u"default"_s) const
    {
        return eventually([&] { return m_world->reasonOf(resources::sites(), u"hq"_s, nameSpace) == reason; });
    }
    /// The Site hq; null when there is none.
    [[nodiscard]] Object hq() const { return m_world->find(resources::sites(), u"hq"_s).value_or(Object()); }
    [[nodiscard]] qint64 deletes() const { return m_world->simulator().requests().count("DELETE"); }
    [[nodiscard]] QString remoteLocation() const
    {
        const auto *const record = m_world->simulator().objects().find(RemoteKind::Site, u"hq"_s);
        return record ? record->body["location"_L1].toString() : QString();
    }
    // Several looks at every object, and several sweeps.
    void letTheOperatorLookAgain() const
    {
        const auto sweeps = [&] { return m_world->simulator().requests().count("GET", "/api/v1/sites"); };
        const qint64 before = sweeps();
        QVERIFY(eventually([&] { return sweeps() >= before + 3; }));
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = OperatorWorld::start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = std::move(*started);
        QVERIFY(m_world->plane().apply("{apiVersion: v1, kind: Namespace, metadata: {name: other}}"));
    }
    void cleanup()
    {
        if (QTest::currentTestFailed() && m_operator)
            qInfo("%s", m_operator->log().constData());
        m_operator.reset();
        m_world->clear();
    }
    void cleanupTestCase() { m_world.reset(); }

    void aDeletionWhileTheOperatorIsStoppedIsMadeUpFor()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        QVERIFY(m_world->plane().apply(PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        startOperator();
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::policies(), u"voip"_s) == "Synced"_L1; }));
        m_operator->signal(SIGKILL); // not even told that it ends
        QCOMPARE(m_operator->awaitEnd(), -1);

        QCOMPARE(kubectl({u"delete"_s, u"site,policy"_s, u"--all"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(hq().isDeleting());
        QCOMPARE(m_world->inventory(), QStringList({u"sites/hq"_s, u"policies/voip"_s}));
        startOperator();
        QVERIFY(eventually([&] {
            return m_world->objects(resources::sites()).isEmpty() && m_world->objects(resources::policies()).isEmpty();
        }));
        QCOMPARE(m_world->inventory(), QStringList());
        letTheOperatorLookAgain();
        QCOMPARE(deletes(), 2); // one for each, and never again
        QCOMPARE(m_operator->stop(), 0);
    }

    void anOperatorThatDiesBetweenTheTwoStepsOfADeletionIsMadeUpFor()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        m_world->simulator().setFaults({.latency = 60s, .method = u"DELETE"_s}); // performed, and answered too late
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(eventually([&] { return m_world->inventory().isEmpty(); }));
        m_operator->signal(SIGKILL);
        QCOMPARE(m_operator->awaitEnd(), -1);
        QVERIFY(hq().hasFinalizer(names::finalizer));
        m_world->simulator().setFaults({});
        startOperator();
        QVERIFY(eventually([&] { return hq().isNull(); })); // the API answers 404, which is as good
        QCOMPARE(m_world->inventory(), QStringList());
    }

    void theObjectOfANewUidIsNeverDeleted_data()
    {
        QTest::addColumn<bool>("isRunning");
        QTest::newRow("with the operator running") << true;
        QTest::newRow("with the operator stopped") << false;
    }
    void theObjectOfANewUidIsNeverDeleted()
    {
        QFETCH(const bool, isRunning);
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        const QString uid = hq().uid();
        if (!isRunning)
            QCOMPARE(m_operator->stop(), 0);

        // Somebody takes the finalizer away by force: the operator may miss the deletion altogether.
        QCOMPARE(kubectl({u"patch"_s, u"site"_s, u"hq"_s, u"--type=merge"_s, u"-p"_s,
                             u"{\"metadata\":{\"finalizers\":null}}"_s})
                     .exitCode,
            0);
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"--wait=false"_s}).exitCode, 0);
        if (isRunning) // which may have set it again in between
            QVERIFY(eventually([&] { return hq().uid() != uid; }));
        const qint64 deletesBefore = deletes();
        QVERIFY(apply({.name = u"hq"_s, .location = u"Hamburg"_s}));
        QVERIFY(hq().uid() != uid);
        if (!isRunning)
            startOperator();
        QVERIFY(eventually([&] { return remoteLocation() == "Hamburg"_L1; }));
        QVERIFY(awaitReason(u"Synced"_s));
        letTheOperatorLookAgain();
        QCOMPARE(remoteLocation(), u"Hamburg"_s);
        QCOMPARE(deletes(), deletesBefore);
        QCOMPARE(m_operator->stop(), 0);
    }

    void aSiteThatIsReplacedInOneGoStaysInTheApi()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        for (int i = 0; i < 3; ++i) { // kubectl waits for the old object's end and creates the new one at once
            const QString location = u"Hamburg %1"_s.arg(i);
            const auto replaced = m_world->plane().kubectl({u"replace"_s, u"--force"_s, u"-f"_s, u"-"_s},
                SiteManifest{.name = u"hq"_s, .location = location}.yaml());
            QVERIFY2(replaced.exitCode == 0, replaced.err.constData());
            QVERIFY(eventually([&] { return remoteLocation() == location; }));
        }
        QVERIFY(awaitReason(u"Synced"_s));
        letTheOperatorLookAgain();
        QCOMPARE(remoteLocation(), u"Hamburg 2"_s);
        QCOMPARE(deletes(), 3); // those of the old ones
    }

    void aDeletedObjectTakesNoNamesakesObjectWithIt()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        QVERIFY(apply({.name = u"hq"_s, .nameSpace = u"other"_s, .location = u"Elsewhere"_s}));
        QVERIFY(awaitReason(u"NameConflict"_s, u"other"_s));
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"-n"_s, u"other"_s}).exitCode, 0);
        letTheOperatorLookAgain();
        QCOMPARE(deletes(), 0);
        QCOMPARE(remoteLocation(), u"Berlin"_s);
    }

    void anOrphanStaysInTheApi()
    {
        QVERIFY(apply({.name = u"hq"_s, .annotations = {u"sdwan.patronus.dev/deletion-policy: Orphan"_s}}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"--timeout=60s"_s}).exitCode, 0);
        letTheOperatorLookAgain();
        QCOMPARE(m_world->inventory(), QStringList{u"sites/hq"_s});
        QCOMPARE(deletes(), 0);
    }

    void aPausedObjectIsLeftAloneUntilItGoesOn()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        const QString paused = u"sdwan.patronus.dev/paused: 'true'"_s;
        QVERIFY(apply({.name = u"hq"_s, .annotations = {paused}}));
        QVERIFY(awaitReason(u"Paused"_s));
        const qint64 before = m_world->remoteChanges();
        QVERIFY(apply({.name = u"hq"_s, .location = u"Hamburg"_s, .annotations = {paused}}));
        QVERIFY(awaitReason(u"Paused"_s)); // of the new generation
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"--wait=false"_s}).exitCode, 0);
        letTheOperatorLookAgain();
        QVERIFY(hq().isDeleting());
        QCOMPARE(hq().status()["phase"_L1].toString(), u"Terminating"_s);
        QCOMPARE(m_world->remoteChanges(), before);

        QCOMPARE(kubectl({u"annotate"_s, u"site"_s, u"hq"_s, u"sdwan.patronus.dev/paused-"_s}).exitCode, 0);
        QVERIFY(eventually([&] { return hq().isNull(); }));
        QCOMPARE(m_world->inventory(), QStringList());
    }

    void aRefusedDeletionIsToldAndTriedAgain()
    {
        QVERIFY(apply({.name = u"hq"_s}));
        startOperator();
        QVERIFY(awaitReason(u"Synced"_s));
        m_world->simulator().setFaults({.errorRate = 1, .method = u"DELETE"_s});
        QCOMPARE(kubectl({u"delete"_s, u"site"_s, u"hq"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(eventually([&] { return hq().status()["phase"_L1] == "Terminating"_L1; }));
        QCOMPARE(conditionReason(hq(), conditions::Ready), u"Deleting"_s);
        QVERIFY(eventually([&] { return deletes() >= 2; }));
        QVERIFY(hq().hasFinalizer(names::finalizer));
        m_world->simulator().setFaults({});
        QVERIFY(eventually([&] { return hq().isNull(); }));
        QCOMPARE(m_world->inventory(), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestOperatorDeletion)
#include "tst_operatordeletion.moc"
