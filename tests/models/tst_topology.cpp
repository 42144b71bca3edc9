// SPDX-License-Identifier: GPL-3.0-or-later
// Who refers to whom, as a picture and as a list.
#include "models/clustermodel.h"
#include "models/objects.h"
#include "models/relationsmodel.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;
using Resource = ClusterModel::Resource;

namespace {

struct World {
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel cluster{{.name = u"dev"_s}, sites, policies, events, clock};

    World() { policies.endReplace(); } // it has been read once

    void site(Made made, const QStringList &peers)
    {
        put(sites, std::move(made), {{u"mesh"_s, QJsonObject{{u"peerWith"_s, QJsonArray::fromStringList(peers)}}}});
    }
    void policy(
        Made made, const QList<PolicyPath> &paths, int priority = 100, const QJsonObject &match = {{u"dscp"_s, 1}})
    {
        QJsonObject action;
        for (const PolicyPath &path : paths)
            action.insert(path.isBackup ? u"backupPath"_s : u"primaryPath"_s,
                QJsonObject{{u"siteRef"_s, path.site}, {u"pathId"_s, path.id}});
        put(policies, std::move(made), {{u"priority"_s, priority}, {u"match"_s, match}, {u"action"_s, action}});
    }
    void settle() { clock.advance(300ms); }
    const Topology &topology()
    {
        settle();
        return cluster.topology();
    }

    /// The links as text: "hq-nyc Ready both", "hq-nyc Failed voip,web".
    QStringList links()
    {
        const TopologyPicture picture = topology().picture();
        QStringList texts;
        for (const TopologyLink &link : picture.links) {
            const QString ends = picture.nodes[link.from].name + u'-' + picture.nodes[link.to].name;
            if (link.isPeering)
                texts.append(
                    u"%1 %2 %3"_s.arg(ends, stateName(link.peering), link.isOneSided ? u"one side"_s : u"both"_s));
            QStringList names;
            for (const ObjectKey &key : link.policies)
                names.append(key.name);
            if (!names.isEmpty())
                texts.append(u"%1 %2 %3"_s.arg(ends, stateName(link.paths), names.join(u',')));
        }
        return texts;
    }
    /// The relations as text: "title | right | body".
    QStringList relations(Resource resource, const ObjectKey &key)
    {
        settle();
        RelationsModel model(cluster);
        const testing::ModelTester tester(&model);
        model.setObject(resource, key);
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row) {
            const QModelIndex index = model.index(row);
            texts.append(QStringList{index.data().toString(), index.data(RelationsModel::RightRole).toString(),
                index.data(RelationsModel::BodyRole).toString()}
                    .join(u" | "_s));
        }
        return texts;
    }

private:
    void put(Store &store, Made made, const QJsonObject &spec)
    {
        made.version = QString::number(++m_version);
        QJsonObject json = made.object().json();
        json.insert("spec"_L1, spec);
        store.upsert(Object(json));
    }
    int m_version = 1;
};

const Made well{.ready = u"True"_s, .reason = u"Synced"_s, .phase = u"Active"_s};

Made named(const QString &name, Made made = well, const QString &nameSpace = u"prod"_s)
{
    made.name = name;
    made.nameSpace = nameSpace;
    return made;
}

const Made failed{.ready = u"False"_s, .reason = u"APIRejected"_s, .phase = u"Failed"_s};

} // namespace

class TestTopology : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void peeringsAreLinksWithTheWorstOfTheirEnds()
    {
        World world;
        world.site(named(u"hq"_s), {u"nyc"_s, u"ber"_s});
        world.site(named(u"nyc"_s), {u"hq"_s});
        world.site(named(u"ber"_s, failed), {});
        QCOMPARE(world.links(), QStringList({u"ber-hq Failed one side"_s, u"hq-nyc Ready both"_s}));
    }

    void whoIsOnlyNamedIsAGhost()
    {
        World world;
        world.site(named(u"hq"_s), {u"gone"_s, u"hq"_s}); // with itself: no link
        world.policy(named(u"voip"_s), {{u"nowhere"_s, u"x"_s}});
        const TopologyPicture picture = world.topology().picture();
        QCOMPARE(picture.nodes.size(), 3);
        QCOMPARE(picture.nodes[0].name, u"gone"_s);
        QVERIFY(picture.nodes[0].sites.isEmpty());
        QCOMPARE(picture.nodes[2].name, u"nowhere"_s);
        QCOMPARE(picture.nodes[2].policies, QList<ObjectKey>({{u"prod"_s, u"voip"_s}}));
        QCOMPARE(world.links(), QStringList({u"gone-hq Degraded one side"_s}));
    }

    void aPathThatNamesItsEndsIsALink_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QStringList>("links");
        QTest::newRow("both ends are Sites") << u"hq--nyc"_s << QStringList{u"hq-nyc Ready voip"_s};
        QTest::newRow("the other order") << u"nyc--hq"_s << QStringList{u"hq-nyc Ready voip"_s};
        QTest::newRow("names with dashes") << u"a--b--hq"_s << QStringList{u"a--b-hq Ready voip"_s};
        QTest::newRow("one end is nobody") << u"hq--lon"_s << QStringList{};
        QTest::newRow("another's id") << u"9b2d7e"_s << QStringList{};
        QTest::newRow("none") << QString() << QStringList{};
        QTest::newRow("to itself") << u"hq--hq"_s << QStringList{};
    }
    void aPathThatNamesItsEndsIsALink()
    {
        QFETCH(const QString, path);
        QFETCH(const QStringList, links);
        World world;
        for (const QString &name : {u"hq"_s, u"nyc"_s, u"a--b"_s})
            world.site(named(name), {});
        world.policy(named(u"voip"_s), {{u"hq"_s, path}});
        QCOMPARE(world.links(), links);
        QCOMPARE(world.topology().policiesOf(u"hq"_s), QList<ObjectKey>({{u"prod"_s, u"voip"_s}}));
    }

    void policiesOnALinkMakeItWorse()
    {
        World world;
        world.site(named(u"hq"_s), {u"nyc"_s});
        world.site(named(u"nyc"_s), {u"hq"_s});
        world.policy(named(u"web"_s), {{u"hq"_s, u"hq--nyc"_s}, {u"nyc"_s, u"nyc--hq"_s, true}});
        world.policy(named(u"voip"_s, failed), {{u"hq"_s, u"hq--nyc"_s}});
        QCOMPARE(world.links(), QStringList({u"hq-nyc Ready both"_s, u"hq-nyc Failed voip,web"_s}));
    }

    void whoOwnsANameStandsForIt()
    {
        World world;
        world.site(
            named(u"hq"_s, {.ready = u"False"_s, .reason = u"NameConflict"_s, .phase = u"Failed"_s}, u"a"_s), {u"x"_s});
        world.site(named(u"hq"_s, well, u"b"_s), {u"nyc"_s});
        const TopologyPicture picture = world.topology().picture();
        QCOMPARE(picture.nodes.size(), 2); // nobody's x is not there
        QCOMPARE(picture.nodes[0].sites, QList<ObjectKey>({{u"b"_s, u"hq"_s}, {u"a"_s, u"hq"_s}}));
        QCOMPARE(picture.nodes[0].state, State::Ready);
    }

    void changesAreToldOnceABatch()
    {
        World world;
        world.site(named(u"hq"_s), {u"nyc"_s});
        world.settle();
        const QSignalSpy changed(&world.cluster.topology(), &Topology::changed);
        world.site(named(u"hq"_s, failed), {u"nyc"_s});
        world.settle();
        QCOMPARE(changed.size(), 1);
        world.site(named(u"hq"_s, failed), {u"nyc"_s}); // the same again
        world.settle();
        QCOMPARE(changed.size(), 1);
        world.site(named(u"hq"_s, failed), {u"ber"_s});
        world.site(named(u"ber"_s), {});
        world.settle();
        QCOMPARE(changed.size(), 2);
        world.sites.remove({u"prod"_s, u"hq"_s});
        world.settle();
        QCOMPARE(changed.size(), 3);
        QCOMPARE(world.topology().picture().nodes.size(), 1);
        QVERIFY(world.topology().peersOf(u"ber"_s).isEmpty());
    }

    void theRelationsOfASiteAreNamed()
    {
        World world;
        world.site(named(u"hq"_s), {u"nyc"_s, u"ber"_s, u"gone"_s});
        world.site(named(u"nyc"_s), {u"hq"_s});
        world.site(named(u"ber"_s, failed), {});
        world.site(named(u"oslo"_s), {u"hq"_s});
        world.policy(named(u"voip"_s), {{u"hq"_s, u"hq--nyc"_s}, {u"nyc"_s, {}, true}});
        world.settle();
        QCOMPARE(world.relations(Resource::Sites, {u"prod"_s, u"hq"_s}),
            QStringList({u"Peers with nyc | Ready | "_s,
                u"Peers with ber | Failed · APIRejected | It does not name this Site in turn."_s,
                u"Peers with gone | not there | There is no Site of this name in what is read here."_s,
                u"oslo peers with it | Ready | This Site does not name it in turn."_s,
                u"Policy voip routes through it | Ready | path hq--nyc"_s}));
        QCOMPARE(world.relations(Resource::Sites, {u"prod"_s, u"nyc"_s}).last(),
            u"Policy voip falls back to it | Ready | no path of its own is named"_s);
        QVERIFY(world.relations(Resource::Sites, {u"prod"_s, u"none"_s}).isEmpty());
    }

    void theRelationsOfAPolicyAreNamed()
    {
        World world;
        world.site(named(u"hq"_s), {});
        world.policy(
            named(u"web"_s), {{u"hq"_s, u"p1"_s}, {u"gone"_s, u"p2"_s, true}}, 20, {{u"protocol"_s, u"tcp"_s}});
        world.policy(named(u"tls"_s, failed), {}, 20, {{u"protocol"_s, u"tcp"_s}, {u"dstPortRange"_s, u"443"_s}});
        world.policy(named(u"late"_s), {}, 30, {{u"protocol"_s, u"tcp"_s}, {u"dscp"_s, 8}});
        world.policy(named(u"all"_s), {}, 10, {});
        world.policy(named(u"odd"_s), {}, 10, {{u"dstPortRange"_s, u"9-1"_s}});
        world.settle();
        QCOMPARE(world.relations(Resource::Policies, {u"prod"_s, u"web"_s}),
            QStringList({u"Routes through hq | Ready | path p1"_s,
                u"Falls back to gone | not there | path p2 – There is no Site of this name in what is read here."_s,
                u"Shadowed by all | Ready | Its priority 10 comes before 20, and it matches all that this Policy does, which so decides nothing."_s,
                u"Tied with tls | Failed · APIRejected | Both have the priority 20 and traffic in common; which of the two decides is not said."_s,
                u"Shadows late | Ready | Its priority 30 comes after 20, and this Policy matches all that it does, which so decides nothing."_s}));
        QCOMPARE(world.relations(Resource::Policies, {u"prod"_s, u"odd"_s}),
            QStringList(
                {u"Not compared with the other Policies |  | Its priority and match do not say which packets it means."_s}));
    }
};

QTEST_GUILESS_MAIN(TestTopology)
#include "tst_topology.moc"
