// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objects.h"
#include "models/statechanges.h"
#include "support/manualclock.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;

namespace {

struct World {
    Store sites, policies;
    ManualClock clock;
    StateChanges changes{sites, policies, clock};
    QStringList told; // all of one time in a line

    World()
    {
        sites.addFeed();
        policies.addFeed();
        QObject::connect(&changes, &StateChanges::changed, &changes, [this](const QList<StateChange> &all) {
            QStringList line;
            for (const StateChange &change : all)
                line.append(u"%1 %2 %3>%4 %5"_s.arg(
                    change.kind, change.key.name, stateName(change.before), stateName(change.after), change.reason));
            told.append(line.join(u", "_s));
        });
    }
    static Object made(const QString &name, const QString &version, bool isReady)
    {
        return Made{.name = name,
            .version = version,
            .ready = isReady ? u"True"_s : u"False"_s,
            .reason = isReady ? u"Synced"_s : u"InvalidSpec"_s}
            .object();
    }
};

} // namespace

class TestStateChanges : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsReadFirstIsNoChange()
    {
        World world;
        testing::fill(world.sites, {{.name = u"a"_s, .ready = u"False"_s}});
        world.sites.upsert(World::made(u"new"_s, u"5"_s, false));
        world.clock.advance(10s);
        QCOMPARE(world.told, QStringList());
    }

    void changesOfAFewSecondsAreToldTogether()
    {
        World world;
        testing::fill(world.sites, {{.name = u"a"_s, .ready = u"True"_s}, {.name = u"b"_s, .ready = u"False"_s}});
        testing::fill(world.policies, {{.name = u"p"_s, .ready = u"True"_s}});
        world.sites.upsert(World::made(u"b"_s, u"2"_s, true));
        world.clock.advance(1s);
        world.policies.upsert(World::made(u"p"_s, u"2"_s, false));
        QCOMPARE(world.told, QStringList());
        world.clock.advance(2s);
        QCOMPARE(world.told, QStringList({u"Policy p Ready>Degraded InvalidSpec, Site b Degraded>Ready Synced"_s}));
        world.clock.advance(10s);
        QCOMPARE(world.told.size(), 1);
    }

    void whatChangesBackIsNotTold()
    {
        World world;
        testing::fill(world.sites, {{.name = u"a"_s, .ready = u"True"_s}, {.name = u"gone"_s, .ready = u"True"_s}});
        world.sites.upsert(World::made(u"a"_s, u"2"_s, false));
        world.sites.upsert(World::made(u"a"_s, u"3"_s, true));
        world.sites.upsert(World::made(u"gone"_s, u"2"_s, false));
        world.sites.remove({u"prod"_s, u"gone"_s});
        world.clock.advance(10s);
        QCOMPARE(world.told, QStringList());
    }
};

QTEST_APPLESS_MAIN(TestStateChanges)
#include "tst_statechanges.moc"
