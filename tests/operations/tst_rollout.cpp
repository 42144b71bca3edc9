// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/rollout.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestRollout : public TestCase
{
    Q_OBJECT

private:
    static Object deployment(int wanted, const QJsonObject &status)
    {
        return Object(QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"o"_s}, {u"generation"_s, 2}}},
            {u"spec"_s, QJsonObject{{u"replicas"_s, wanted}}}, {u"status"_s, status}});
    }

private Q_SLOTS:
    void itIsDoneWhenAllThatRunIsNewAndReady_data()
    {
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QList<int>>("status"); // observed generation, replicas, updated, ready
        QTest::addColumn<bool>("isDone");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, int wanted, const QList<int> &status, bool isDone, const QString &text) {
            QTest::newRow(name) << wanted << status << isDone << text;
        };
        row("all", 3, {2, 3, 3, 3}, true, u"3 of 3 replicas are ready"_s);
        row("all of one", 1, {2, 1, 1, 1}, true, u"1 of 1 replica is ready"_s);
        row("one is missing", 3, {2, 3, 3, 2}, false, u"2 of 3 replicas are ready"_s);
        row("said of the spec before", 3, {1, 3, 3, 3}, false, u"0 of 3 replicas are ready"_s);
        row("the old ones are ready", 3, {2, 4, 1, 3}, false, u"0 of 3 replicas are ready"_s);
        row("an old one is left", 3, {2, 4, 3, 4}, false, u"1 of the old replicas is still there"_s);
        row("stopped", 0, {2, 0, 0, 0}, true, u"0 of 0 replicas are ready"_s);
        row("going", 0, {2, 2, 2, 2}, false, u"2 of 0 replicas are ready"_s);
    }
    void itIsDoneWhenAllThatRunIsNewAndReady()
    {
        QFETCH(const int, wanted);
        QFETCH(const QList<int>, status);
        QFETCH(const bool, isDone);
        QFETCH(const QString, text);
        const Rollout rollout = rolloutOf(deployment(wanted,
            {{u"observedGeneration"_s, status[0]}, {u"replicas"_s, status[1]}, {u"updatedReplicas"_s, status[2]},
                {u"readyReplicas"_s, status[3]}}));
        QCOMPARE(rollout.isDone(), isDone);
        QCOMPARE(rollout.text(), text);
    }

    void whoHasGivenUpIsNotWaitedFor()
    {
        const QJsonObject condition{{u"type"_s, u"Progressing"_s}, {u"status"_s, u"False"_s},
            {u"reason"_s, u"ProgressDeadlineExceeded"_s}, {u"message"_s, u"ReplicaSet has timed out"_s}};
        const Rollout rollout
            = rolloutOf(deployment(1, {{u"observedGeneration"_s, 2}, {u"conditions"_s, QJsonArray{condition}}}));
        QVERIFY(!rollout.isDone());
        QCOMPARE(rollout.failure, u"ReplicaSet has timed out"_s);
    }
};

QTEST_GUILESS_MAIN(TestRollout)
#include "tst_rollout.moc"
