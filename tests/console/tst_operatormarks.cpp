// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatormarks.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

QJsonObject metadata(const QString &name, const QJsonObject &annotations = {}, const QString &created = {})
{
    return {{u"name"_s, name}, {u"namespace"_s, u"patronus-system"_s}, {u"uid"_s, u"uid-"_s + name},
        {u"resourceVersion"_s, u"1"_s}, {u"annotations"_s, annotations}, {u"creationTimestamp"_s, created}};
}

QJsonObject templateOf(const QString &image)
{
    return {{u"template"_s,
        QJsonObject{{u"spec"_s, QJsonObject{{u"containers"_s, QJsonArray{QJsonObject{{u"image"_s, image}}}}}}}}};
}

Object replicaSet(const QString &name, const QJsonObject &annotations, const QString &created)
{
    return Object(QJsonObject{
        {u"metadata"_s, metadata(name, annotations, created)}, {u"spec"_s, templateOf(u"operator:"_s + name)}});
}

/// The operator's objects in stores, and what is marked of them.
struct Operator {
    Store pods, replicaSets, deployments;
    ManualClock clock;
    OperatorMarks marks{pods, replicaSets, deployments, clock};
    int version = 0;

    void deploy(QJsonObject annotations)
    {
        QJsonObject meta = metadata(u"patronus-operator"_s, annotations);
        meta.insert(u"resourceVersion"_s, QString::number(++version));
        deployments.upsert(Object(QJsonObject{{u"metadata"_s, meta}, {u"spec"_s, templateOf(u"operator:1"_s)}}));
        marks.refresh();
    }
    void run(const QString &started, const QJsonObject &container = {})
    {
        QJsonObject meta = metadata(u"pod-1"_s);
        meta.insert(u"resourceVersion"_s, QString::number(++version));
        pods.upsert(Object(QJsonObject{{u"metadata"_s, meta},
            {u"status"_s, QJsonObject{{u"startTime"_s, started}, {u"containerStatuses"_s, QJsonArray{container}}}}}));
        marks.refresh();
    }
    [[nodiscard]] QStringList texts() const
    {
        QStringList texts;
        for (const ChartMark &mark : marks.marks())
            texts.append(mark.text);
        return texts;
    }
};

} // namespace

class TestOperatorMarks : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void rolloutsOfThePastAreThoseOfTheReplicaSets()
    {
        Operator seen;
        // 1 was rolled back to as 3: it began as 1.
        seen.replicaSets.upsert(replicaSet(u"a"_s,
            {{u"deployment.kubernetes.io/revision"_s, u"3"_s},
                {u"deployment.kubernetes.io/revision-history"_s, u"1"_s}},
            u"2025-12-31T10:00:00Z"_s));
        seen.replicaSets.upsert(
            replicaSet(u"b"_s, {{u"deployment.kubernetes.io/revision"_s, u"2"_s}}, u"2025-12-31T11:00:00Z"_s));
        seen.marks.refresh();
        seen.marks.refresh();
        QCOMPARE(seen.texts(),
            QStringList({u"Rollout of revision 1 began: operator:a"_s, u"Rollout of revision 2 began: operator:b"_s}));
    }

    void aRollbackIsMarkedWhenItIsSeen()
    {
        Operator seen;
        seen.deploy({{u"deployment.kubernetes.io/revision"_s, u"2"_s}});
        QVERIFY(seen.texts().isEmpty()); // when that began nobody here knows
        seen.clock.advance(1min);
        seen.deploy({{u"deployment.kubernetes.io/revision"_s, u"3"_s}});
        QCOMPARE(seen.texts(), QStringList{u"Rollout of revision 3 began: operator:1"_s});
    }

    void maintenanceIsASpanUntilItsRecordIsGone()
    {
        Operator seen;
        const QString record
            = u"{\"replicas\":3,\"actor\":\"ada\",\"reason\":\"new disks\",\"since\":\"2025-12-31T23:00:00Z\"}"_s;
        seen.deploy({{u"sdwan.patronus.dev/maintenance"_s, record}});
        QCOMPARE(seen.texts(), QStringList{u"Maintenance by ada: new disks"_s});
        QCOMPARE(seen.marks.marks().first().to, WallTime::max());
        seen.clock.advance(10min);
        seen.deploy({});
        const ChartMark mark = seen.marks.marks().first();
        QCOMPARE(mark.to.time_since_epoch().count(), seen.clock.wallTime().toMSecsSinceEpoch());
        seen.deploy({});
        QCOMPARE(seen.marks.marks(), QList{mark});
    }

    void aRestartSaysWhy()
    {
        Operator seen;
        const auto container = [](int restarts) {
            return QJsonObject{{u"name"_s, u"operator"_s}, {u"restartCount"_s, restarts},
                {u"lastState"_s,
                    QJsonObject{{u"terminated"_s,
                        QJsonObject{{u"finishedAt"_s, u"2025-12-31T23:59:0%1Z"_s.arg(restarts)}, {u"exitCode"_s, 137},
                            {u"reason"_s, u"OOMKilled"_s}}}}}};
        };
        seen.run(u"2025-12-31T23:00:00Z"_s, container(0));
        QCOMPARE(seen.texts(), QStringList{u"Pod pod-1 started"_s});
        seen.run(u"2025-12-31T23:00:00Z"_s, container(1));
        seen.run(u"2025-12-31T23:00:00Z"_s, container(1));
        seen.run(u"2025-12-31T23:00:00Z"_s, container(2));
        QCOMPARE(seen.texts().filter(u"pod-1 ended (OOMKilled, exit code 137) and was restarted"_s).size(), 2);
        QCOMPARE(seen.marks.marks().last().from,
            WallTime(std::chrono::milliseconds(
                QDateTime::fromString(u"2025-12-31T23:59:02Z"_s, Qt::ISODate).toMSecsSinceEpoch())));
    }

    void thePodsOfARolloutAreNotMarkedOneByOne()
    {
        Operator seen;
        seen.replicaSets.upsert(
            replicaSet(u"a"_s, {{u"deployment.kubernetes.io/revision"_s, u"1"_s}}, u"2025-12-31T23:00:00Z"_s));
        seen.run(u"2025-12-31T23:00:30Z"_s);
        QCOMPARE(seen.texts(), QStringList{u"Rollout of revision 1 began: operator:a"_s});
    }
};

QTEST_GUILESS_MAIN(TestOperatorMarks)
#include "tst_operatormarks.moc"
