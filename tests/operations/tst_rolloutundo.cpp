// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/mergepatch.h"
#include "operations/rolloutundo.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestRolloutUndo : public TestCase
{
    Q_OBJECT

private:
    static QJsonObject pods(const QString &image, const QJsonObject &labels = {})
    {
        const QJsonArray containers{QJsonObject{{u"name"_s, u"operator"_s}, {u"image"_s, image}}};
        return {{u"metadata"_s, QJsonObject{{u"labels"_s, labels}}},
            {u"spec"_s, QJsonObject{{u"containers"_s, containers}}}};
    }
    static Object deployment(const QString &image, const QJsonObject &more = {})
    {
        QJsonObject spec = more;
        spec.insert(u"replicas"_s, 3);
        spec.insert(u"template"_s, pods(image, {{u"app"_s, u"o"_s}}));
        return Object(
            QJsonObject{{u"metadata"_s,
                            QJsonObject{{u"name"_s, u"o"_s}, {u"namespace"_s, u"n"_s}, {u"uid"_s, u"it"_s},
                                {u"annotations"_s, QJsonObject{{u"meta.helm.sh/release-name"_s, u"edge"_s}}}}},
                {u"spec"_s, spec}});
    }
    static Object replicaSet(const QString &owner, int revision, const QString &image, const QString &cause = {})
    {
        const QJsonObject annotations{{u"deployment.kubernetes.io/revision"_s, QString::number(revision)},
            {u"kubernetes.io/change-cause"_s, cause}};
        return Object(QJsonObject{{u"metadata"_s,
                                      QJsonObject{{u"name"_s, u"o-%1"_s.arg(revision)}, {u"annotations"_s, annotations},
                                          {u"ownerReferences"_s, QJsonArray{QJsonObject{{u"uid"_s, owner}}}}}},
            {u"spec"_s,
                QJsonObject{{u"template"_s, pods(image, {{u"app"_s, u"o"_s}, {u"pod-template-hash"_s, u"x"_s}})}}}});
    }
    static QList<RolloutRevision> history(const Object &deployment)
    {
        return rolloutHistoryOf(deployment,
            {replicaSet(u"it"_s, 10, u"o:3"_s), replicaSet(u"it"_s, 2, u"o:1"_s, u"first"_s),
                replicaSet(u"other"_s, 3, u"x:1"_s), replicaSet(u"it"_s, 9, u"o:2"_s)});
    }

private Q_SLOTS:
    void theHistoryIsItsOwnReplicaSetsByNumber()
    {
        const auto revisions = history(deployment(u"o:3"_s));
        QCOMPARE(revisions.size(), 3);
        QCOMPARE(revisions[0].revision, 2);
        QCOMPARE(revisions[0].cause, u"first"_s);
        QCOMPARE(revisions[2].revision, 10);
        QCOMPARE(revisions[2].images, QStringList{u"o:3"_s});
        QVERIFY(revisions[2].isCurrent && !revisions[1].isCurrent);
    }

    void thePodsBecomeWhatTheyWereAndNothingElse()
    {
        const Object now = deployment(u"o:3"_s);
        for (const auto &[asked, image] : {std::pair(0, u"o:2"_s), std::pair(2, u"o:1"_s)}) {
            const auto decision = RolloutUndo::decisionFor(now, history(now), asked);
            QVERIFY(decision.plan.obstacles.isEmpty());
            QCOMPARE(decision.changes.size(), 1);
            QCOMPARE(merged(now.json(), decision.changes.first().body), deployment(image).json());
            QVERIFY(decision.changes.first().diff().contains(
                u"+ spec.template.spec.containers[operator].image: "_s + image));
            QVERIFY(decision.plan.warnings.join(u' ').contains(u"Helm does not know of it"_s));
        }
    }

    void whereThereIsNoWayTheRemedyIsSaid()
    {
        const Object now = deployment(u"o:3"_s), paused = deployment(u"o:3"_s, {{u"paused"_s, true}});
        const auto obstacle = [](const Object &object, const QList<RolloutRevision> &revisions, int asked) {
            return RolloutUndo::decisionFor(object, revisions, asked).plan.obstacles.join(u' ');
        };
        QVERIFY(obstacle(now, {}, 0).contains(u"no revision before"_s));
        QVERIFY(obstacle(now, history(now), 10).contains(u"the one that runs"_s));
        QVERIFY(obstacle(now, history(now), 7).contains(u"--deployment --list"_s));
        QVERIFY(obstacle(paused, history(paused), 0).contains(u"kubectl rollout resume"_s));
    }
};

QTEST_GUILESS_MAIN(TestRolloutUndo)
#include "tst_rolloutundo.moc"
