// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columns.h"
#include "models/filterproxy.h"
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;

namespace {

QStringList names(const QAbstractItemModel &model)
{
    QStringList result;
    for (int row = 0; row < model.rowCount(); ++row)
        result.append(model.index(row, 1).data().toString());
    return result;
}

/// The whole stack as a table has it.
struct Table {
    Store store;
    ManualClock clock;
    DriftVerdicts drift;
    StoreModel model{store, siteColumns(drift), stateOf, clock};
    TimeColumns aged{objectTimes(), clock};
    FilterProxy proxy;
    testing::ModelTester storeTester{&model};
    testing::ModelTester agedTester{&aged};
    testing::ModelTester proxyTester{&proxy};

    Table()
    {
        store.addFeed();
        aged.setSourceModel(&model);
        proxy.setSourceModel(&aged);
        proxy.sort(1);
    }
};

} // namespace

class TestStoreModel : public TestCase
{
    Q_OBJECT

private:
    Store m_policies;
    ManualClock m_clock;
    PolicyOrder m_order{m_policies, m_clock};
    DriftVerdicts m_drift;

private Q_SLOTS:
    void theFirstListIsShownAtOnce()
    {
        Table table;
        QVERIFY(!table.model.isSynced());
        testing::fill(table.store, {{.name = u"b"_s}, {.name = u"a"_s}});
        QCOMPARE(names(table.model), QStringList({u"a"_s, u"b"_s}));
        QVERIFY(table.model.isSynced());
    }

    void changesComeInBatches()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s, .version = u"1"_s}});
        const QSignalSpy changed(&table.model, &QAbstractItemModel::dataChanged);
        for (int version = 2; version < 100; ++version)
            table.store.upsert(
                Made{.name = u"a"_s, .version = QString::number(version), .phase = u"Active"_s}.object());
        QCOMPARE(changed.size(), 0);
        table.clock.advance(100ms);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(table.model.find({u"prod"_s, u"a"_s})->resourceVersion(), u"99"_s);
    }

    /// What comes by the thousand is made in stretches, and shown at once where nothing stands, then ten times a
    /// second.
    void thousandsAreShownTenTimesASecond()
    {
        Table table;
        QList<Made> made;
        for (int i = 0; i < 1000; ++i)
            made.append({.name = u"site-%1"_s.arg(i, 3, 10, QChar(u'0'))});
        const QSignalSpy flushed(&table.model, &StoreModel::flushed);
        testing::fill(table.store, made);
        QVERIFY(table.model.rowCount() > 0);
        QVERIFY(table.model.rowCount() < 1000); // the event loop has its turn
        table.clock.advance(99ms);
        QCOMPARE(flushed.size(), 2);
        QCOMPARE(table.model.rowCount(), 1000);
        QVERIFY(std::ranges::is_sorted(names(table.model)));
    }

    void neighboursAreToldInOne()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s}, {.name = u"b"_s}, {.name = u"c"_s}, {.name = u"d"_s}});
        const QSignalSpy changed(&table.model, &QAbstractItemModel::dataChanged);
        table.model.touch({{u"prod"_s, u"c"_s}, {u"prod"_s, u"a"_s}, {u"prod"_s, u"d"_s}, {u"prod"_s, u"none"_s}});
        table.clock.advance(100ms);
        QCOMPARE(changed.size(), 2);
        QCOMPARE(changed[1][0].toModelIndex().row(), 2);
        QCOMPARE(changed[1][1].toModelIndex().row(), 3);
        QCOMPARE(table.model.rowCount(), 4);
    }

    void rowsKeepTheirPlaceWhenOthersComeAndGo()
    {
        Table table;
        QList<Made> made;
        for (int i = 0; i < 20; ++i)
            made.append({.name = u"site-%1"_s.arg(i, 2, 10, QChar(u'0'))});
        testing::fill(table.store, made);
        const QPersistentModelIndex held = table.model.index(10, 1);
        for (const int gone : {0, 1, 2, 5, 19})
            table.store.remove(made[gone].object().key());
        for (const QString &name : {u"site-07b"_s, u"aaa"_s, u"site-07a"_s, u"zzz"_s})
            table.store.upsert(Made{.name = name}.object());
        table.clock.advance(100ms);
        QCOMPARE(held.data().toString(), u"site-10"_s);
        QCOMPARE(held.row(), 9);
        QCOMPARE(table.model.rowCount(), 19);
        QVERIFY(std::ranges::is_sorted(names(table.model)));
        // Every row is found by its key.
        for (int row = 0; row < table.model.rowCount(); ++row)
            QCOMPARE(table.model.find(table.model.index(row, 0).data(KeyRole).value<ObjectKey>())->key().name,
                table.model.index(row, 1).data().toString());
    }

    void rowsAreFoundAfterManyHaveGone()
    {
        Table table;
        QList<Made> made;
        for (int i = 0; i < 100; ++i)
            made.append({.name = u"site-%1"_s.arg(i)});
        testing::fill(table.store, made);
        for (int i = 0; i < 100; i += 2)
            table.store.remove({u"prod"_s, u"site-%1"_s.arg(i)});
        table.clock.advance(100ms);
        QCOMPARE(table.model.rowCount(), 50);
        for (int i = 0; i < 100; ++i) {
            const auto found = table.model.find({u"prod"_s, u"site-%1"_s.arg(i)});
            QCOMPARE(found.has_value(), i % 2 == 1);
            if (found)
                QCOMPARE(found->key().name, u"site-%1"_s.arg(i));
        }
    }

    void aFilterSeesAChangedText()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s, .phase = u"Pending"_s}, {.name = u"b"_s, .phase = u"Active"_s}});
        table.proxy.setText(u"pending"_s);
        QCOMPARE(names(table.proxy), QStringList({u"a"_s}));
        table.store.upsert(Made{.name = u"b"_s, .version = u"2"_s, .phase = u"Pending"_s}.object());
        table.clock.advance(100ms);
        QCOMPARE(names(table.proxy), QStringList({u"a"_s, u"b"_s}));
    }

    void anObjectCreatedAnewHasItsNewUid()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s}});
        QJsonObject json = Made{.name = u"a"_s, .version = u"9"_s}.object().json();
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.insert("uid"_L1, u"another"_s);
        json.insert("metadata"_L1, metadata);
        const QPersistentModelIndex held = table.model.index(0, 0);
        table.store.upsert(Object(json));
        table.clock.advance(100ms);
        QCOMPARE(table.model.rowCount(), 1);
        QCOMPARE(table.model.index(0, 0).data(UidRole).toString(), u"another"_s);
        QVERIFY(!held.isValid()); // it is another object: what pointed to the old one does not slip to it
    }

    void whatIsCreatedAndDeletedWithinABatchIsNeverShown()
    {
        Table table;
        testing::fill(table.store, {});
        const QSignalSpy inserted(&table.model, &QAbstractItemModel::rowsInserted);
        table.store.upsert(Made{.name = u"brief"_s}.object());
        table.store.remove({u"prod"_s, u"brief"_s});
        table.clock.advance(100ms);
        QCOMPARE(inserted.size(), 0);
    }

    void statesAreCounted()
    {
        Table table;
        testing::fill(table.store,
            {{.name = u"a"_s, .ready = u"True"_s}, {.name = u"b"_s, .ready = u"True"_s},
                {.name = u"c"_s, .ready = u"False"_s, .phase = u"Failed"_s}});
        QCOMPARE(table.model.count(State::Ready), 2);
        QCOMPARE(table.model.count(State::Failed), 1);
        QCOMPARE(table.model.count(State::Working), 0);
    }

    void theAgeGoesOnByItself()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s}});
        const int column = table.aged.columnCount() - 1;
        QCOMPARE(table.aged.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), u"Age"_s);
        QCOMPARE(table.aged.index(0, column).data().toString(), u"60 min"_s);
        const QSignalSpy changed(&table.aged, &QAbstractItemModel::dataChanged);
        table.clock.advance(2min);
        QVERIFY(!changed.isEmpty());
        QCOMPARE(table.aged.index(0, column).data().toString(), u"62 min"_s);
        QCOMPARE(table.aged.index(0, column).data(KeyRole).value<ObjectKey>().name, u"a"_s);
    }

    void howLongItIsInSyncIsTold_data()
    {
        QTest::addColumn<QByteArray>("status"); // the generation is 2, the time 2026-01-01T00:00:00Z
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const char *status, const QString &text) {
            QTest::newRow(name) << QByteArray(status) << text;
        };
        row("in sync",
            R"({"observedGeneration":2,"conditions":[{"type":"Synced","status":"True","lastTransitionTime":"2025-12-31T23:00:00Z"}]})",
            u"60 min"_s);
        row("not in sync",
            R"({"observedGeneration":2,"conditions":[{"type":"Synced","status":"False","lastTransitionTime":"2025-12-31T23:00:00Z"}]})",
            u"–"_s);
        row("the spec is newer",
            R"({"observedGeneration":1,"conditions":[{"type":"Synced","status":"True","lastTransitionTime":"2025-12-31T23:00:00Z"}]})",
            u"–"_s);
        row("older CRD", R"({"phase":"Active"})", u"–"_s);
    }
    void howLongItIsInSyncIsTold()
    {
        QFETCH(const QByteArray, status);
        QFETCH(const QString, text);
        Table table;
        table.store.beginReplace();
        table.store.upsert(Object(
            QJsonDocument::fromJson(R"({"metadata":{"name":"x","generation":2},"status":)" + status + "}").object()));
        table.store.endReplace();
        const int column = table.aged.columnCount() - 2;
        QCOMPARE(table.aged.headerData(column, Qt::Horizontal, Qt::UserRole).toString(), u"synced"_s);
        QCOMPARE(table.aged.index(0, column).data().toString(), text);
    }

    void theWorstSortsFirst()
    {
        Table table;
        testing::fill(table.store,
            {{.name = u"a-ready"_s, .ready = u"True"_s}, {.name = u"b-new"_s},
                {.name = u"c-failed"_s, .ready = u"False"_s, .phase = u"Failed"_s},
                {.name = u"d-degraded"_s, .ready = u"False"_s, .phase = u"Active"_s},
                {.name = u"e-ready"_s, .ready = u"True"_s}});
        table.proxy.sort(0);
        QCOMPARE(
            names(table.proxy), QStringList({u"c-failed"_s, u"d-degraded"_s, u"b-new"_s, u"a-ready"_s, u"e-ready"_s}));
    }

    void theFilterHidesAndTheNamespaceToo()
    {
        Table table;
        testing::fill(table.store,
            {{.name = u"nyc"_s, .nameSpace = u"prod"_s}, {.name = u"nyc-lab"_s, .nameSpace = u"lab"_s},
                {.name = u"hq"_s, .nameSpace = u"prod"_s}});
        table.proxy.setText(u"nyc"_s);
        QCOMPARE(names(table.proxy), QStringList({u"nyc"_s, u"nyc-lab"_s}));
        table.proxy.setNamespace(u"prod"_s);
        QCOMPARE(names(table.proxy), QStringList({u"nyc"_s}));
        QVERIFY(table.proxy.hidesAnything());
        table.proxy.setText({});
        table.proxy.setNamespace({});
        QCOMPARE(table.proxy.rowCount(), 3);
        QVERIFY(!table.proxy.hidesAnything());
    }

    void heldRowsStayUntilTheyAreLetGo()
    {
        Table table;
        testing::fill(table.store, {{.name = u"a"_s, .phase = u"Failed"_s}, {.name = u"b"_s, .phase = u"Failed"_s}});
        table.proxy.setText(u"phase:Failed"_s);
        table.proxy.sort(0);
        table.proxy.setHeld(true);
        table.store.upsert(Made{.name = u"a"_s, .version = u"2"_s, .ready = u"True"_s, .phase = u"Active"_s}.object());
        table.clock.advance(100ms);
        QCOMPARE(names(table.proxy), QStringList({u"a"_s, u"b"_s}));
        QCOMPARE(table.proxy.index(0, 4).data().toString(), u"Active"_s); // it stays, and says what is true
        table.proxy.setHeld(false);
        QCOMPARE(names(table.proxy), QStringList({u"b"_s}));
    }

    void aFilterThatCannotBeReadChangesNothing()
    {
        Table table;
        testing::fill(table.store, {{.name = u"nyc"_s}, {.name = u"hq"_s}});
        table.proxy.setText(u"nyc"_s);
        table.proxy.setText(u"colour:red"_s);
        QVERIFY(table.proxy.problem().contains(u"colour"_s));
        QCOMPARE(names(table.proxy), QStringList({u"nyc"_s}));
        table.proxy.setText({});
        QVERIFY(table.proxy.problem().isEmpty());
    }

    void aRowIsFoundByUid()
    {
        Table table;
        testing::fill(table.store, {{.name = u"nyc"_s}, {.name = u"hq"_s}});
        QCOMPARE(table.proxy.indexOfUid(u"uid-hq"_s).siblingAtColumn(1).data().toString(), u"hq"_s);
        QVERIFY(!table.proxy.indexOfUid(u"uid-none"_s).isValid());
        QVERIFY(!table.proxy.indexOfUid({}).isValid());
    }

    void numbersSortAsNumbers()
    {
        Table table;
        QList<Made> made{{.name = u"a"_s}, {.name = u"b"_s}, {.name = u"c"_s}};
        table.store.beginReplace();
        for (const auto &[m, peers] : {std::pair(made[0], 9), std::pair(made[1], 10), std::pair(made[2], 2)}) {
            QJsonObject json = m.object().json();
            json.insert("status"_L1, QJsonObject{{u"peers"_s, peers}});
            table.store.upsert(Object(json));
        }
        table.store.endReplace();
        table.proxy.sort(6);
        QCOMPARE(table.proxy.headerData(6, Qt::Horizontal, Qt::DisplayRole).toString(), u"Peers"_s);
        QCOMPARE(names(table.proxy), QStringList({u"c"_s, u"a"_s, u"b"_s}));
    }

    void manyAreTakenOverInPieces()
    {
        Table table;
        QList<Made> made;
        for (int i = 0; i < 600; ++i)
            made.append({.name = u"site-%1"_s.arg(i, 3, 10, QLatin1Char('0'))});
        testing::fill(table.store, made);
        const int first = table.model.rowCount();
        QVERIFY2(first > 0 && first < 600, qPrintable(QString::number(first))); // the rest when others had a turn
        table.clock.advance(0ms);
        table.clock.advance(0ms);
        QCOMPARE(table.model.rowCount(), 600);
        QCOMPARE(names(table.proxy).size(), 600);
        table.store.beginReplace();
        table.store.endReplace();
        for (int i = 0; i < 3; ++i)
            table.clock.advance(100ms);
        QCOMPARE(table.model.rowCount(), 0);
    }

    void driftIsWhatTheLastLookSaid()
    {
        Table table;
        connect(&table.drift, &DriftVerdicts::changed, &table.model, &StoreModel::touch);
        testing::fill(table.store,
            {{.name = u"a"_s, .ready = u"True"_s, .reason = u"Synced"_s},
                {.name = u"b"_s, .ready = u"True"_s, .reason = u"Synced"_s}});
        const int column = table.model.columnCount() - 1;
        const auto drifts = [&] {
            table.clock.advance(100ms);
            return QStringList{
                table.model.index(0, column).data().toString(), table.model.index(1, column).data().toString()};
        };
        QCOMPARE(table.model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), u"Drift"_s);
        const QString none = drifts().first();
        QCOMPARE(drifts(), QStringList({none, none})); // nobody has looked
        ReportModel report({u"State"_s});
        report.fail(u"no way to the API"_s);
        table.drift.take(report, {&table.store});
        QCOMPARE(drifts(), QStringList({none, none}));
        report.finish({{.cells = {u"changed"_s}, .object = ChosenObject{resources::sites(), {}, u"uid-b"_s}}},
            u"1 in sync, 1 not."_s, table.clock.wallTime());
        table.drift.take(report, {&table.store});
        QCOMPARE(drifts(), QStringList({u"in-sync"_s, u"changed"_s}));
        // What has another trouble, or is another object since, was not looked at.
        testing::fill(table.store,
            {{.name = u"a"_s, .version = u"2"_s, .ready = u"True"_s, .reason = u"Synced"_s, .phase = u"Active"_s},
                {.name = u"b"_s, .version = u"2"_s, .ready = u"False"_s, .reason = u"ApiError"_s}});
        QCOMPARE(drifts(), QStringList({u"in-sync"_s, none}));
    }

    void everyColumnReadsAnEmptyObject_data()
    {
        QTest::addColumn<QList<StoreModel::Column>>("columns");
        QTest::newRow("sites") << siteColumns(m_drift);
        QTest::newRow("policies") << policyColumns(m_order, m_drift);
        QTest::newRow("events") << eventColumns();
    }
    void everyColumnReadsAnEmptyObject()
    {
        QFETCH(const QList<StoreModel::Column>, columns);
        Store store;
        store.addFeed();
        ManualClock clock;
        StoreModel model(store, columns, stateOf, clock);
        const testing::ModelTester tester(&model);
        store.beginReplace();
        store.upsert(Object(
            QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"x"_s}}}, {u"status"_s, 5}, {u"spec"_s, u"no"_s}}));
        store.endReplace();
        QCOMPARE(model.rowCount(), 1);
        for (int column = 0; column < model.columnCount(); ++column)
            QVERIFY(model.index(0, column).data().canConvert<QString>());
    }
};

QTEST_GUILESS_MAIN(TestStoreModel)
#include "tst_storemodel.moc"
