// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/conditionsmodel.h"
#include "models/contextsmodel.h"
#include "models/objects.h"
#include "models/storemodel.h"
#include "models/units.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestState : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void fiveWordsForEveryStatus_data()
    {
        QTest::addColumn<QByteArray>("json"); // generation is 2
        QTest::addColumn<State>("state");
        QTest::addColumn<QString>("reason");
        const auto row
            = [](const char *name, const char *status, State state, const QString &reason, const char *metadata = "") {
                  QTest::newRow(name) << QByteArray(R"({"metadata":{"name":"x","generation":2)" + QByteArray(metadata)
                      + R"(},"status":)" + status + "}")
                                      << state << reason;
              };
        row("no status", "{}", State::Unknown, u"No status yet"_s);
        row("ready",
            R"({"observedGeneration":2,"phase":"Active","conditions":[{"type":"Ready","status":"True","reason":"Synced"}]})",
            State::Ready, u"Synced"_s);
        row("ready for an older spec",
            R"({"observedGeneration":1,"phase":"Active","conditions":[{"type":"Ready","status":"True","reason":"Synced"}]})",
            State::Working, u"Spec changed"_s);
        row("invalid",
            R"({"phase":"Failed","conditions":[{"type":"Ready","status":"False","reason":"InvalidSpec"},{"type":"Stalled","status":"True"}]})",
            State::Failed, u"InvalidSpec"_s);
        row("stalled without a phase",
            R"({"conditions":[{"type":"Ready","status":"False","reason":"NameConflict"},{"type":"Stalled","status":"True"}]})",
            State::Failed, u"NameConflict"_s);
        row("API away, was active",
            R"({"phase":"Active","conditions":[{"type":"Ready","status":"False","reason":"APIUnreachable"},{"type":"Reconciling","status":"True"}]})",
            State::Degraded, u"APIUnreachable"_s);
        row("first attempt under way",
            R"({"phase":"Pending","conditions":[{"type":"Ready","status":"False","reason":"APIUnreachable"},{"type":"Reconciling","status":"True"}]})",
            State::Working, u"APIUnreachable"_s);
        row("ready is unknown", R"({"conditions":[{"type":"Ready","status":"Unknown","reason":"Waiting"}]})",
            State::Unknown, u"Waiting"_s);
        row("older CRD, Site", R"({"phase":"Active"})", State::Ready, {});
        row("older CRD, pending", R"({"phase":"Pending"})", State::Working, {});
        row("older CRD, failed", R"({"phase":"Failed"})", State::Failed, {});
        row("older CRD, Policy", R"({"active":true})", State::Ready, {});
        row("older CRD, idle Policy", R"({"active":false})", State::Unknown, {});
        row("deleting", R"({"phase":"Active","conditions":[{"type":"Ready","status":"True","reason":"Synced"}]})",
            State::Working, u"Deleting"_s, R"(,"deletionTimestamp":"2026-01-01T00:00:00Z")");
        row("conditions of a wrong type", R"({"conditions":[5,"x",{"type":7}]})", State::Unknown, {});
    }
    void fiveWordsForEveryStatus()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const State, state);
        QFETCH(const QString, reason);
        const Object object(QJsonDocument::fromJson(json).object());
        QCOMPARE(stateName(stateOf(object)), stateName(state));
        QCOMPARE(reasonOf(object), reason);
    }

    void conditionsStandInOrderOfTheirChange()
    {
        ManualClock clock;
        ConditionsModel model(clock);
        const testing::ModelTester tester(&model);
        model.setObject(Object(QJsonDocument::fromJson(R"({"metadata":{"name":"x"},"status":{"conditions":[
            {"type":"Synced","status":"True","reason":"Synced","lastTransitionTime":"2025-12-31T20:00:00Z"},
            {"type":"Ready","status":"False","reason":"SiteNotFound","message":"no Site hq","lastTransitionTime":"2025-12-31T23:50:00Z"}]}})")
                .object()));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ConditionsModel::TypeColumn).data().toString(), u"Ready"_s);
        QCOMPARE(model.index(0, ConditionsModel::SinceColumn).data().toString(), u"10 min"_s);
        QCOMPARE(model.index(0, 0).data(StateRole).value<State>(), State::Degraded);
        QCOMPARE(model.index(1, 0).data(StateRole).value<State>(), State::Ready);
        model.setObject({});
        QCOMPARE(model.rowCount(), 0);
    }

    void stalledAndReconcilingAreGoodWhenFalse()
    {
        QCOMPARE(conditionState({.type = u"Stalled"_s, .status = u"False"_s}), State::Ready);
        QCOMPARE(conditionState({.type = u"Stalled"_s, .status = u"True"_s}), State::Failed);
        QCOMPARE(conditionState({.type = u"Reconciling"_s, .status = u"True"_s}), State::Working);
        QCOMPARE(conditionState({.type = u"Ready"_s, .status = u"Unknown"_s}), State::Unknown);
    }

    void aContextHasAClass_data()
    {
        QTest::addColumn<ContextClass>("expected");
        for (const auto *name : {"prod-eu", "eu_production", "PRD", "live", "gke_x_prod2", "staging-prod"})
            QTest::newRow(name) << ContextClass::Production;
        for (const auto *name : {"staging", "stg-1", "uat.eu", "qa", "preprod"})
            QTest::newRow(name) << ContextClass::Staging;
        for (const auto *name : {"dev", "minikube", "kind-x", "local", "development-eu", "patronus-demo"})
            QTest::newRow(name) << ContextClass::Development;
        for (const auto *name : {"delivery", "eu-west", "labour", ""})
            QTest::newRow(*name ? name : "empty") << ContextClass::Unknown;
    }
    void aContextHasAClass()
    {
        QFETCH(const ContextClass, expected);
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        QCOMPARE(classify(tag == "empty"_L1 ? QString() : tag), expected);
    }

    void unitsReadAsPeopleSayThem()
    {
        const QDateTime now(QDate(2026, 1, 1), QTime(0, 0), QTimeZone::UTC);
        const auto ago = [&](qint64 seconds) { return units::age(now.addSecs(-seconds), now); };
        QCOMPARE(ago(-5), u"0 s"_s);
        QCOMPARE(ago(119), u"119 s"_s);
        QCOMPARE(ago(120), u"2 min"_s);
        QCOMPARE(ago(7199), u"119 min"_s);
        QCOMPARE(ago(7200), u"2 h"_s);
        QCOMPARE(ago(172800), u"2 d"_s);
        QCOMPARE(units::age({}, now), u"–"_s);
        QCOMPARE(units::count(9999), u"9999"_s);
        QCOMPARE(units::count(12345), u"12.3 k"_s);
        QCOMPARE(units::count(std::nan("")), u"–"_s);
        QCOMPARE(units::bytes(999), u"999 B"_s);
        QCOMPARE(units::bytes(1500), u"1.5 kB"_s);
        QCOMPARE(units::bytes(3.2e9), u"3.2 GB"_s);
        QCOMPARE(units::seconds(0.83), u"830 ms"_s);
        QCOMPARE(units::seconds(2.44), u"2.4 s"_s);
        QCOMPARE(units::seconds(HUGE_VAL), u"> 10 s"_s);
    }
};

QTEST_GUILESS_MAIN(TestState)
#include "tst_state.moc"
