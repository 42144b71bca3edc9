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

    void settledIsWhatTheServerSaysOfThisVerySpec()
    {
        QVERIFY(maintenanceStatusOf(deployment(2, 2, 3))->isSettled());
        QVERIFY(!maintenanceStatusOf(deployment(2, 2, 2))->isSettled());
        QVERIFY(!maintenanceStatusOf(deployment(2, 1, 3))->isSettled()); // that was said of the spec before
    }
};

QTEST_GUILESS_MAIN(TestMaintenance)
#include "tst_maintenance.moc"
