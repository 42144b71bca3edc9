// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/maintenance.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

// The procedure itself is shown by tests/e2e/tst_kubectlpatronus; here is what is read of a Deployment.
class TestMaintenance : public TestCase
{
    Q_OBJECT

private:
    using Aim = MaintenanceWish::Aim;

    static QStringList texts(const QList<Change> &changes)
    {
        QStringList all;
        for (const Change &change : changes)
            all.append(change.text());
        return all;
    }

    static Object deployment(qint64 generation, qint64 observed, int ready, const QString &annotation = {})
    {
        const QJsonObject annotations{{u"sdwan.patronus.dev/maintenance"_s, annotation}};
        return Object(QJsonObject{{u"metadata"_s,
                                      QJsonObject{{u"name"_s, u"patronus-operator"_s}, {u"generation"_s, generation},
                                          {u"annotations"_s, annotation.isEmpty() ? QJsonObject() : annotations}}},
            {u"spec"_s, QJsonObject{{u"replicas"_s, 3}}},
            {u"status"_s, QJsonObject{{u"observedGeneration"_s, observed}, {u"readyReplicas"_s, ready}}}});
    }

private Q_SLOTS:
    void aRecordIsReadAsItWasWritten()
    {
        const MaintenanceRecord record{.replicas = 3,
            .actor = u"alice"_s,
            .reason = u"node \"upgrade\""_s,
            .since = QDateTime::fromString(u"2026-11-26T12:00:00Z"_s, Qt::ISODate),
            .until = QDateTime::fromString(u"2026-11-26T14:00:00Z"_s, Qt::ISODate)};
        const auto read = MaintenanceRecord::fromText(record.toText());
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QCOMPARE(read->toText(), record.toText());
        QCOMPARE(read->replicas, 3);
        QCOMPARE(read->reason, record.reason);
        QCOMPARE(read->until, record.until);
        QVERIFY(!MaintenanceRecord::fromText(u"{\"replicas\":1}"_s)->until.isValid());
    }

    void whatIsNoRecordIsAnErrorAndNotTakenForNone()
    {
        for (const QString &text : {u"yes"_s, u"{}"_s, u"{\"replicas\":-1}"_s, u"{\"replicas\":\"3\"}"_s}) {
            const auto status = maintenanceStatusOf(deployment(1, 1, 3, text));
            QVERIFY2(!status, qPrintable(text));
            QVERIFY2(status.error().message.contains(u"sdwan.patronus.dev/maintenance"_s),
                qPrintable(status.error().message));
        }
        QVERIFY(!maintenanceStatusOf(deployment(1, 1, 3))->record);
    }

    void thePlanRecordsFirstAndForgetsLast()
    {
        const auto held = Maintenance::decisionFor(
            {.status = *maintenanceStatusOf(deployment(1, 1, 3)), .user = u"alice"_s}, {.aim = Aim::Hold});
        QCOMPARE(texts(held.changes),
            (QStringList{u"patch Deployment patronus-operator"_s, u"scale Deployment patronus-operator to 1"_s}));
        QVERIFY(held.changes.first().diff().first().contains(u"\"replicas\":3"_s));
        QVERIFY(held.whenSettled.isEmpty());

        const QString record = MaintenanceRecord{.replicas = 5, .actor = u"bob"_s}.toText();
        const auto back = Maintenance::decisionFor(
            {.status = *maintenanceStatusOf(deployment(1, 1, 3, record))}, {.aim = Aim::BringBack});
        QCOMPARE(texts(back.changes), QStringList{u"scale Deployment patronus-operator to 5"_s});
        QCOMPARE(texts(back.whenSettled), QStringList{u"patch Deployment patronus-operator"_s});

        const auto again = Maintenance::decisionFor(
            {.status = *maintenanceStatusOf(deployment(1, 1, 3, record))}, {.aim = Aim::Stop});
        QCOMPARE(texts(again.changes), QStringList{u"scale Deployment patronus-operator to 0"_s}); // bob's record stays
        QVERIFY(again.plan.warnings.first().contains(u"bob"_s));
    }

    void whatWouldUndoItIsInTheWay()
    {
        const MaintenanceFacts scaled{
            .status = *maintenanceStatusOf(deployment(1, 1, 3)), .autoscalers = {u"patronus-system/hpa"_s}};
        const auto refused = Maintenance::decisionFor(scaled, {.aim = Aim::Hold});
        QVERIFY(refused.plan.obstacles.first().contains(u"patronus-system/hpa"_s));
        QVERIFY(refused.changes.isEmpty());

        const auto noRecord
            = Maintenance::decisionFor({.status = *maintenanceStatusOf(deployment(1, 1, 3))}, {.aim = Aim::BringBack});
        QVERIFY(noRecord.plan.obstacles.first().contains(u"not held"_s));
    }
};

QTEST_GUILESS_MAIN(TestMaintenance)
#include "tst_maintenance.moc"
