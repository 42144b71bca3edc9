// SPDX-License-Identifier: GPL-3.0-or-later
// Which Policies stand in each other's way.
#include "models/clustermodel.h"
#include "models/objects.h"
#include "models/policyorder.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

QJsonObject json(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    Q_ASSERT_X(document.isObject(), "json", text.constData());
    return document.object();
}

/// A Policy of this priority and match.
Object policy(const QString &name, int priority, const QByteArray &match, const QString &nameSpace = u"prod"_s)
{
    return Object(QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, nameSpace}}},
        {u"spec"_s, QJsonObject{{u"priority"_s, priority}, {u"match"_s, json(match)}}}});
}

PolicyRule rule(int priority, const QByteArray &match)
{
    return ruleOf(policy(u"x"_s, priority, match)).value();
}

QStringList names(const QList<ObjectKey> &keys)
{
    QStringList names;
    for (const ObjectKey &key : keys)
        names.append(key.name);
    return names;
}

struct World {
    Store store;
    ManualClock clock;
    PolicyOrder order{store, clock};

    explicit World(bool isSynced = true)
    {
        if (isSynced)
            store.endReplace();
    }

    void put(const QString &name, int priority, const QByteArray &match)
    {
        QJsonObject object = policy(name, priority, match).json();
        QJsonObject metadata = object["metadata"_L1].toObject();
        metadata.insert(u"uid"_s, name);
        metadata.insert(u"resourceVersion"_s, QString::number(++m_version));
        object.insert(u"metadata"_s, metadata);
        store.upsert(Object(object));
    }
    void settle()
    {
        while (!order.isSettled())
            clock.advance(1ms);
    }
    PolicyOrder::Standing standing(const QString &name) { return order.standing({u"prod"_s, name}); }
    PolicyOrder::Others others(const QString &name) { return order.others({u"prod"_s, name}); }

private:
    int m_version = 0;
};

} // namespace

class TestPolicyOrder : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void thePairIsDecided_data()
    {
        QTest::addColumn<int>("priority");
        QTest::addColumn<QByteArray>("match");
        QTest::addColumn<int>("otherPriority");
        QTest::addColumn<QByteArray>("otherMatch");
        QTest::addColumn<Precedence>("how");
        const auto row = [](const char *name, int a, const char *match, int b, const char *otherMatch, Precedence how) {
            QTest::newRow(name) << a << QByteArray(match) << b << QByteArray(otherMatch) << how;
        };
        using enum Precedence;
        row("all before all", 1, "{}", 2, "{}", Shadows);
        row("all after all", 2, "{}", 1, "{}", ShadowedBy);
        row("all and all", 1, "{}", 1, "{}", Tie);
        row("any before TCP", 1, R"({"protocol":"any"})", 2, R"({"protocol":"tcp"})", Shadows);
        row("TCP before any", 1, R"({"protocol":"tcp"})", 2, R"({"protocol":"any"})", Apart);
        row("TCP and any", 5, R"({"protocol":"tcp"})", 5, R"({"protocol":"any"})", Tie);
        row("TCP and UDP", 5, R"({"protocol":"tcp"})", 5, R"({"protocol":"udp"})", Apart);
        row("a range before a port in it", 1, R"({"protocol":"tcp","dstPortRange":"80-443"})", 2,
            R"({"protocol":"tcp","dstPortRange":"443"})", Shadows);
        row("a range before one that sticks out", 1, R"({"protocol":"tcp","dstPortRange":"80-443"})", 2,
            R"({"protocol":"tcp","dstPortRange":"443-444"})", Apart);
        row("a range and one that sticks out", 1, R"({"protocol":"tcp","dstPortRange":"80-443"})", 1,
            R"({"protocol":"tcp","dstPortRange":"443-444"})", Tie);
        row("neighbours", 1, R"({"protocol":"tcp","dstPortRange":"80-442"})", 1,
            R"({"protocol":"tcp","dstPortRange":"443-444"})", Apart);
        row("neighbours make one range", 1, R"({"protocol":"tcp","dstPortRange":"443,80-442"})", 2,
            R"({"protocol":"tcp","dstPortRange":"100-443"})", Shadows);
        row("a list before a list in it", 1, R"({"dstPortRange":"22,80,443,8000-9000"})", 2,
            R"({"dstPortRange":"8080,80"})", Shadows);
        row("a list before a list with one more", 1, R"({"dstPortRange":"22,80,443,8000-9000"})", 2,
            R"({"dstPortRange":"8080,80,23"})", Apart);
        row("lists that meet once", 1, R"({"dstPortRange":"1,5,9"})", 1, R"({"dstPortRange":"2-4,9-10"})", Tie);
        row("lists that never meet", 1, R"({"dstPortRange":"1,5,9"})", 1, R"({"dstPortRange":"2-4,10"})", Apart);
        row("all ports written out", 1, R"({"protocol":"tcp","dstPortRange":"1-65535"})", 2, R"({"protocol":"tcp"})",
            Shadows);
        row("source here, destination there", 1, R"({"srcPortRange":"80"})", 1, R"({"dstPortRange":"80"})", Tie);
        row("source before both", 1, R"({"srcPortRange":"80"})", 2, R"({"srcPortRange":"80","dstPortRange":"80"})",
            Shadows);
        row("a DSCP before the same", 1, R"({"dscp":46})", 2, R"({"dscp":46})", Shadows);
        row("a DSCP before any", 1, R"({"dscp":46})", 2, "{}", Apart);
        row("any before a DSCP", 1, "{}", 2, R"({"dscp":0})", Shadows);
        row("two DSCPs", 1, R"({"dscp":46})", 1, R"({"dscp":0})", Apart);
        row("ICMP has no ports", 1, R"({"protocol":"any","dstPortRange":"80"})", 1, R"({"protocol":"icmp"})", Apart);
        row("all before ICMP", 0, "{}", 1000, R"({"protocol":"icmp"})", Shadows);
    }
    void thePairIsDecided()
    {
        QFETCH(const int, priority);
        QFETCH(const QByteArray, match);
        QFETCH(const int, otherPriority);
        QFETCH(const QByteArray, otherMatch);
        QFETCH(const Precedence, how);
        const PolicyRule one = rule(priority, match), other = rule(otherPriority, otherMatch);
        QCOMPARE(precedence(one, other), how);
        const Precedence inverse = how == Precedence::Shadows ? Precedence::ShadowedBy
            : how == Precedence::ShadowedBy                   ? Precedence::Shadows
                                                              : how;
        QCOMPARE(precedence(other, one), inverse);
    }

    void whatSaysNoSetOfPacketsIsNotCompared_data()
    {
        QTest::addColumn<QByteArray>("spec");
        QTest::newRow("no priority") << QByteArray(R"({"match":{}})");
        QTest::newRow("no spec") << QByteArray("{}");
        QTest::newRow("priority is text") << QByteArray(R"({"priority":"5"})");
        QTest::newRow("ports backwards") << QByteArray(R"({"priority":5,"match":{"dstPortRange":"90-80"}})");
        QTest::newRow("port too large") << QByteArray(R"({"priority":5,"match":{"srcPortRange":"70000"}})");
        QTest::newRow("ports of ICMP") << QByteArray(
            R"({"priority":5,"match":{"protocol":"icmp","dstPortRange":"8"}})");
    }
    void whatSaysNoSetOfPacketsIsNotCompared()
    {
        QFETCH(const QByteArray, spec);
        QVERIFY(!ruleOf(Object(QJsonObject{{u"spec"_s, json(spec)}})));
    }

    void theOthersAreNamedInTheirOrder()
    {
        World world;
        world.put(u"all"_s, 100, "{}");
        world.put(u"web"_s, 200, R"({"protocol":"tcp","dstPortRange":"80,443"})");
        world.put(u"tls"_s, 200, R"({"protocol":"tcp","dstPortRange":"443"})");
        world.put(u"ssh"_s, 5, R"({"protocol":"tcp","dstPortRange":"22"})");
        world.put(u"tcp"_s, 7, R"({"protocol":"tcp"})");
        world.settle();
        QCOMPARE(world.standing(u"tls"_s), (PolicyOrder::Standing{.ties = 1, .shadowedBy = 2, .shadows = 0}));
        QCOMPARE(names(world.others(u"tls"_s).shadowedBy), QStringList({u"tcp"_s, u"all"_s}));
        QCOMPARE(names(world.others(u"tls"_s).ties), QStringList({u"web"_s}));
        QCOMPARE(names(world.others(u"tcp"_s).shadows), QStringList({u"tls"_s, u"web"_s}));
        QCOMPARE(world.standing(u"ssh"_s), PolicyOrder::Standing());
        QCOMPARE(world.standing(u"none"_s), PolicyOrder::Standing());
    }

    void aChangeIsToldToAllWhomItConcerns()
    {
        World world;
        world.put(u"a"_s, 1, "{}");
        world.put(u"b"_s, 2, R"({"protocol":"tcp"})");
        world.put(u"c"_s, 3, R"({"protocol":"udp"})");
        world.settle();
        const QSignalSpy changed(&world.order, &PolicyOrder::changed);
        world.put(u"a"_s, 1, R"({"protocol":"udp"})"); // b is free now
        world.settle();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].value<QSet<ObjectKey>>(), (QSet<ObjectKey>{{u"prod"_s, u"a"_s}, {u"prod"_s, u"b"_s}}));
        QCOMPARE(world.standing(u"b"_s), PolicyOrder::Standing());
        QCOMPARE(world.standing(u"c"_s).shadowedBy, 1);
        world.store.remove({u"prod"_s, u"a"_s});
        world.settle();
        QCOMPARE(world.standing(u"c"_s), PolicyOrder::Standing());
    }

    void numbersAloneAreNoOtherVerdict()
    {
        World world;
        world.put(u"a"_s, 1, "{}");
        world.put(u"b"_s, 2, "{}");
        world.settle();
        const QSignalSpy changed(&world.order, &PolicyOrder::changed);
        const QSignalSpy judged(&world.order, &PolicyOrder::verdictChanged);
        world.put(u"c"_s, 3, "{}");
        world.settle();
        QCOMPARE(changed[0][0].value<QSet<ObjectKey>>().size(), 3); // c is one more that a and b shadow
        QCOMPARE(judged.size(), 1);
        QCOMPARE(judged[0][0].value<QSet<ObjectKey>>(), (QSet<ObjectKey>{{u"prod"_s, u"c"_s}}));
        QCOMPARE(world.order.standing({u"prod"_s, u"b"_s}).verdict(), PolicyOrder::Verdict::Shadowed);
    }

    /// While thousands are compared, in stretches, nobody is told of all of them after each stretch.
    void thousandsAreToldOnce()
    {
        World world(false);
        world.store.beginReplace();
        for (int i = 0; i < 2000; ++i)
            world.put(u"p%1"_s.arg(i), i, "{}");
        world.store.endReplace();
        const QSignalSpy changed(&world.order, &PolicyOrder::changed);
        world.settle();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].value<QSet<ObjectKey>>().size(), 2000);
        QCOMPARE(world.standing(u"p1999"_s).shadowedBy, 1999);
    }

    void anotherStatusIsNoReasonToCompareAgain()
    {
        World world;
        world.put(u"a"_s, 1, "{}");
        world.settle();
        world.put(u"a"_s, 1, "{}"); // another resourceVersion
        QVERIFY(world.order.isSettled());
    }

    /// After any changes the numbers are those of a count from the beginning.
    void theNumbersStayRight()
    {
        World world;
        QRandomGenerator random(20261126);
        const QByteArray matches[] = {"{}", R"({"protocol":"tcp"})", R"({"dstPortRange":"80"})",
            R"({"protocol":"udp","dstPortRange":"80-90"})", R"({"protocol":"icmp"})", R"({"dscp":46})",
            R"({"dstPortRange":"9-1"})"};
        for (int round = 0; round < 300; ++round) {
            const QString name = u"p%1"_s.arg(random.bounded(25));
            if (random.bounded(4) == 0)
                world.store.remove({u"prod"_s, name});
            else
                world.put(name, random.bounded(4), matches[random.bounded(int(std::size(matches)))]);
            if (random.bounded(3) == 0)
                world.settle();
        }
        world.settle();
        for (const ObjectKey &key : world.store.keys()) {
            const auto own = ruleOf(*world.store.find(key));
            QCOMPARE(world.order.isCompared(key), own.has_value());
            PolicyOrder::Standing counted;
            world.store.forEach([&](const Object &other) {
                const auto rule = ruleOf(other);
                if (!own || !rule || other.key() == key)
                    return;
                const Precedence how = precedence(*own, *rule);
                counted.ties += how == Precedence::Tie;
                counted.shadows += how == Precedence::Shadows;
                counted.shadowedBy += how == Precedence::ShadowedBy;
            });
            QCOMPARE(world.order.standing(key), counted);
            const PolicyOrder::Others others = world.order.others(key);
            QCOMPARE(others.ties.size(), counted.ties);
            QCOMPARE(others.shadows.size(), counted.shadows);
            QCOMPARE(others.shadowedBy.size(), counted.shadowedBy);
        }
    }

    void theTableTellsItInAWord()
    {
        Store sites, policies, events;
        ManualClock clock;
        ClusterModel cluster({.name = u"dev"_s}, sites, policies, events, clock);
        policies.beginReplace();
        policies.upsert(policy(u"all"_s, 1, "{}"));
        policies.upsert(policy(u"late"_s, 2, R"({"protocol":"tcp"})"));
        policies.upsert(policy(u"also"_s, 1, R"({"dscp":46})"));
        policies.endReplace();
        clock.advance(200ms);
        const StoreModel &table = cluster.store(ClusterModel::Resource::Policies);
        int column = 0;
        while (table.headerData(column, Qt::Horizontal, Qt::UserRole).toString() != u"precedence"_s)
            QVERIFY(++column < table.columnCount());
        QHash<QString, QString> words, tips;
        for (int row = 0; row < table.rowCount(); ++row) {
            const QString name = table.index(row, 1).data().toString();
            words.insert(name, table.index(row, column).data().toString());
            tips.insert(name, table.index(row, column).data(Qt::ToolTipRole).toString());
        }
        QCOMPARE(
            words, (QHash<QString, QString>{{u"all"_s, u"Tie"_s}, {u"also"_s, u"Tie"_s}, {u"late"_s, u"Shadowed"_s}}));
        QVERIFY2(tips[u"late"_s].contains(u"by prod/all"_s), qPrintable(tips[u"late"_s]));
        QVERIFY2(tips[u"also"_s].contains(u"in common: prod/all"_s), qPrintable(tips[u"also"_s]));
    }

    void nothingIsComparedBeforeTheListIsRead()
    {
        World world(false);
        world.store.beginReplace();
        world.put(u"all"_s, 1, "{}");
        world.put(u"late"_s, 2, "{}");
        world.clock.advance(1s);
        QVERIFY(!world.order.isSettled());
        world.store.endReplace();
        world.settle();
        QCOMPARE(world.standing(u"late"_s).shadowedBy, 1);
    }
};

QTEST_GUILESS_MAIN(TestPolicyOrder)
#include "tst_policyorder.moc"
