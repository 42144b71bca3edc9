// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/drain.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestDrain : public TestCase
{
    Q_OBJECT

private:
    static Object object(const QString &kind, const QString &name, const QStringList &finalizers = {},
        const QJsonObject &annotations = {}, bool isDeleting = false)
    {
        QJsonObject metadata{{u"name"_s, name}, {u"namespace"_s, u"n"_s},
            {u"finalizers"_s, QJsonArray::fromStringList(finalizers)}, {u"annotations"_s, annotations}};
        if (isDeleting)
            metadata.insert("deletionTimestamp"_L1, u"2026-11-26T12:00:00Z"_s);
        return Object(QJsonObject{{u"kind"_s, kind}, {u"metadata"_s, metadata}});
    }
    static DrainFacts facts(const QList<Object> &objects, int replicas)
    {
        DrainFacts facts{.objects = objects};
        if (replicas >= 0)
            facts.deployment = MaintenanceStatus{.deployment = Object(), .rollout = {.wanted = replicas}};
        return facts;
    }
    static QStringList texts(const ChangeAction::Decision &decision)
    {
        QStringList all;
        for (const Change &change : decision.changes)
            all.append(change.text());
        return all;
    }
    const QString m_ours = u"sdwan.patronus.dev/cleanup"_s;

private Q_SLOTS:
    void allIsDeletedWhileTheOperatorRuns()
    {
        const auto decision = Drain::decisionFor(
            facts({object(u"Site"_s, u"a"_s, {m_ours}), object(u"Policy"_s, u"p"_s, {m_ours}, {}, true)}, 3), {});
        QVERIFY(decision.plan.obstacles.isEmpty());
        QCOMPARE(decision.plan.tier, Tier::Destructive);
        QCOMPARE(texts(decision), QStringList{u"delete Site n/a"_s}); // the other one is going
        QVERIFY(Drain::decisionFor(facts({}, 3), {}).plan.isNothing());
    }

    void allAreMarkedBeforeTheFirstGoes()
    {
        const auto decision = Drain::decisionFor(
            facts({object(u"Site"_s, u"a"_s),
                      object(u"Site"_s, u"b"_s, {}, {{u"sdwan.patronus.dev/deletion-policy"_s, u"Orphan"_s}})},
                1),
            {.orphan = true});
        QCOMPARE(texts(decision), (QStringList{u"patch Site n/a"_s, u"delete Site n/a"_s, u"delete Site n/b"_s}));
        QVERIFY(decision.changes.first().diff().join(u' ').contains(u"Orphan"_s));
    }

    void withoutAnOperatorItIsNotBegunUnlessForced()
    {
        const QList<Object> objects{object(u"Site"_s, u"a"_s, {m_ours, u"other/one"_s}, {}, true)};
        for (const int replicas : {-1, 0}) {
            QVERIFY(Drain::decisionFor(facts(objects, replicas), {})
                    .plan.obstacles.join(u' ')
                    .contains(u"--force-finalizers"_s));
            const auto forced = Drain::decisionFor(facts(objects, replicas), {.forceFinalizers = true});
            QVERIFY(forced.plan.obstacles.isEmpty());
            QCOMPARE(forced.plan.tier, Tier::Locked);
            QCOMPARE(texts(forced), QStringList{u"patch Site n/a"_s});
            QCOMPARE(forced.changes.first().body["metadata"_L1]["finalizers"_L1].toArray(), QJsonArray{u"other/one"_s});
            QVERIFY(forced.plan.warnings.join(u' ').contains(u"finalizers of others"_s));
        }
        QVERIFY(!Drain::decisionFor(facts(objects, 1), {.forceFinalizers = true}).plan.obstacles.isEmpty());
    }

    void whatIsPausedWouldStay()
    {
        const auto decision = Drain::decisionFor(
            facts({object(u"Site"_s, u"a"_s, {}, {{u"sdwan.patronus.dev/paused"_s, u"true"_s}})}, 1), {});
        QVERIFY(decision.plan.obstacles.join(u' ').contains(u"Site n/a is paused"_s));
    }
};

QTEST_GUILESS_MAIN(TestDrain)
#include "tst_drain.moc"
