// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columns.h"
#include "models/objects.h"
#include "models/troublesmodel.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;

namespace {

struct Tables {
    Store sites, policies;
    ManualClock clock;
    PolicyOrder order{policies, clock};
    DriftVerdicts drift;
    StoreModel siteRows{sites, siteColumns(drift), stateOf, clock},
        policyRows{policies, policyColumns(order, drift), stateOf, clock};
    TroublesModel troubles{{&siteRows, &policyRows}};
    testing::ModelTester tester{&troubles};

    Tables()
    {
        sites.addFeed();
        policies.addFeed();
    }
    QStringList names() const
    {
        QStringList all;
        for (int row = 0; row < troubles.rowCount(); ++row)
            all.append(troubles.index(row).data().toString());
        return all;
    }
};

Made ready(const QString &name)
{
    return {.name = name, .ready = u"True"_s};
}

Made degraded(const QString &name, const QString &version = u"1"_s)
{
    return {.name = name, .version = version, .ready = u"False"_s, .reason = u"InvalidSpec"_s};
}

} // namespace

class TestTroublesModel : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theWorstComesFirstAndWhatIsReadyNot()
    {
        Tables tables;
        QCOMPARE(tables.names(), QStringList());
        testing::fill(tables.sites, {ready(u"a"_s), {.name = u"b"_s}, degraded(u"d"_s)});
        testing::fill(tables.policies, {degraded(u"c"_s)});
        QCOMPARE(tables.names(), QStringList({u"c"_s, u"d"_s, u"b"_s}));
        QCOMPARE(tables.troubles.index(0).data(StateRole).value<State>(), State::Degraded);
        QCOMPARE(tables.troubles.index(2).data(SourceObjectRole).value<Object>().key().name, u"b"_s);
    }

    void aChangeOfAnObjectLeavesTheListAsItIs()
    {
        Tables tables;
        testing::fill(tables.sites, {degraded(u"a"_s), degraded(u"b"_s)});
        const QSignalSpy anew(&tables.troubles, &QAbstractItemModel::modelReset);
        const QSignalSpy changed(&tables.troubles, &QAbstractItemModel::dataChanged);
        tables.sites.upsert(degraded(u"b"_s, u"2"_s).object());
        tables.clock.advance(100ms);
        QCOMPARE(anew.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(tables.troubles.index(1).data(SourceObjectRole).value<Object>().resourceVersion(), u"2"_s);
        tables.sites.upsert(Made{.name = u"b"_s, .version = u"3"_s, .ready = u"True"_s}.object());
        tables.clock.advance(100ms);
        QCOMPARE(tables.names(), QStringList({u"a"_s}));
    }

    void ofManyTheRestIsCounted()
    {
        Tables tables;
        QList<Made> many{{.name = u"x-working"_s}};
        for (int i = 0; i < 250; ++i)
            many.append(degraded(u"site-%1"_s.arg(i, 3, 10, QLatin1Char('0'))));
        testing::fill(tables.sites, many);
        tables.clock.advance(0ms); // the table takes them over in pieces
        QCOMPARE(tables.troubles.rowCount(), TroublesModel::most);
        QCOMPARE(tables.troubles.leftOut(), 251 - TroublesModel::most);
        QCOMPARE(tables.names().constFirst(), u"site-000"_s);
        QCOMPARE(tables.names().constLast(), u"site-%1"_s.arg(TroublesModel::most - 1, 3, 10, QLatin1Char('0')));
    }
};

QTEST_APPLESS_MAIN(TestTroublesModel)
#include "tst_troublesmodel.moc"
