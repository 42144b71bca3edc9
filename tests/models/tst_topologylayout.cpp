// SPDX-License-Identifier: GPL-3.0-or-later
// Places for the nodes of a graph.
#include "models/topologylayout.h"
#include "support/testcase.h"

#include <cmath>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

struct Graph {
    QStringList names;
    TopologyLayout::Links links;
};

/// Some hubs, each linked with all others and with its branches; some nodes that are linked with nobody.
Graph hubs(int hubs, int branches, int alone = 0)
{
    Graph graph;
    for (int hub = 0; hub < hubs; ++hub) {
        graph.names.append(u"hub-%1"_s.arg(hub));
        for (int other = 0; other < hub; ++other)
            graph.links.append({other, hub});
    }
    for (int branch = 0; branch < branches; ++branch) {
        graph.names.append(u"branch-%1"_s.arg(branch));
        graph.links.append({branch % hubs, int(graph.names.size()) - 1});
    }
    for (int i = 0; i < alone; ++i)
        graph.names.append(u"alone-%1"_s.arg(i));
    return graph;
}

QList<QPointF> places(const TopologyLayout &layout, qsizetype count)
{
    QList<QPointF> places;
    for (int i = 0; i < count; ++i)
        places.append(layout.position(i));
    return places;
}

QList<QPointF> arranged(TopologyLayout &layout, const Graph &graph, std::chrono::microseconds stretch = 1h)
{
    layout.setGraph(graph.names, graph.links);
    while (layout.advance(stretch)) { }
    return places(layout, graph.names.size());
}

double distance(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

double nearest(const QList<QPointF> &places)
{
    double least = 1e9;
    for (qsizetype i = 0; i < places.size(); ++i)
        for (qsizetype j = 0; j < i; ++j)
            least = std::min(least, distance(places[i], places[j]));
    return least;
}

} // namespace

class TestTopologyLayout : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void nodesStandApartAndLinkedOnesNear_data()
    {
        QTest::addColumn<int>("hubCount");
        QTest::addColumn<int>("branches");
        QTest::addColumn<int>("alone");
        QTest::newRow("one") << 1 << 0 << 0;
        QTest::newRow("two") << 2 << 0 << 0;
        QTest::newRow("ten") << 2 << 7 << 1;
        QTest::newRow("none linked") << 1 << 0 << 40;
        QTest::newRow("five hundred") << 12 << 480 << 8;
    }
    void nodesStandApartAndLinkedOnesNear()
    {
        QFETCH(const int, hubCount);
        QFETCH(const int, branches);
        QFETCH(const int, alone);
        const Graph graph = hubs(hubCount, branches, alone);
        TopologyLayout layout;
        const QList<QPointF> at = arranged(layout, graph);
        QVERIFY(layout.isDone());
        for (const QPointF &place : at)
            QVERIFY(std::isfinite(place.x()) && std::isfinite(place.y()));
        QVERIFY2(at.size() < 2 || nearest(at) > 0.25, qPrintable(QString::number(nearest(at))));
        double linked = 0, all = 0;
        for (const auto &[one, other] : graph.links)
            linked += distance(at[one], at[other]) / double(graph.links.size());
        for (const QPointF &a : at)
            for (const QPointF &b : at)
                all += distance(a, b) / double(at.size() * at.size());
        if (at.size() > 10 && !graph.links.isEmpty())
            QVERIFY2(linked < all / 1.5, qPrintable(u"%1 of %2"_s.arg(linked).arg(all)));
    }

    void stretchesChangeNothing()
    {
        const Graph graph = hubs(5, 200, 3);
        TopologyLayout inOne, inMany;
        const QList<QPointF> at = arranged(inOne, graph);
        QCOMPARE(arranged(inMany, graph, 1us), at);
    }

    void nothingMovesWhereNothingChanged()
    {
        const Graph graph = hubs(5, 100);
        TopologyLayout layout;
        const QList<QPointF> before = arranged(layout, graph);
        layout.setGraph(graph.names, graph.links);
        QVERIFY(layout.isDone());
        QCOMPARE(places(layout, before.size()), before);
    }

    void oneMoreLeavesTheOthersWhereTheyAre()
    {
        Graph graph = hubs(5, 100);
        TopologyLayout layout;
        const QList<QPointF> before = arranged(layout, graph);
        graph.names.prepend(u"a-new-one"_s); // all places in the list are others
        for (auto &[one, other] : graph.links) {
            ++one;
            ++other;
        }
        graph.links.append({0, 1});
        const QList<QPointF> after = arranged(layout, graph);
        QCOMPARE(after.sliced(1), before);
        QVERIFY(distance(after[0], after[1]) < 4);
        QVERIFY(nearest(after) > 0.2);
    }

    void oneLessLeavesTheOthersWhereTheyAre()
    {
        Graph graph = hubs(5, 100);
        TopologyLayout layout;
        const QList<QPointF> before = arranged(layout, graph);
        graph.names.removeLast();
        graph.links.removeLast();
        QCOMPARE(arranged(layout, graph), before.first(before.size() - 1));
    }

    void whereMostIsNewAllAreArranged()
    {
        TopologyLayout layout;
        const QList<QPointF> before = arranged(layout, hubs(2, 4));
        const QList<QPointF> after = arranged(layout, hubs(2, 40));
        QVERIFY(after.first(2) != before.first(2));
        QVERIFY(nearest(after) > 0.25);
    }

    void toArrangeAnewIsToBeginFromNothing()
    {
        const Graph small = hubs(2, 4), large = hubs(2, 40);
        TopologyLayout grown, fresh;
        arranged(grown, small);
        arranged(grown, large);
        grown.arrangeAnew();
        while (grown.advance(1h)) { }
        QCOMPARE(places(grown, large.names.size()), arranged(fresh, large));
    }

    void anEmptyGraphIsDone()
    {
        TopologyLayout layout;
        layout.setGraph({}, {});
        QVERIFY(layout.isDone());
        QVERIFY(!layout.advance(1ms));
        arranged(layout, hubs(2, 3));
        layout.setGraph({}, {});
        QVERIFY(!layout.advance(1ms));
    }

    /// A stretch may go on by what lies between two looks at the time, and no more.
    void aStretchIsShort()
    {
        TopologyLayout layout;
        const Graph graph = hubs(30, 2000);
        layout.setGraph(graph.names, graph.links);
        std::clock_t longest = 0; // of the processor's time: others share the machine
        for (int i = 0; i < 50; ++i) {
            const std::clock_t begin = std::clock();
            layout.advance(2ms);
            longest = std::max(longest, std::clock() - begin);
        }
        QVERIFY2(longest < CLOCKS_PER_SEC / 20, qPrintable(u"%1 µs"_s.arg(longest)));
    }
};

QTEST_GUILESS_MAIN(TestTopologyLayout)
#include "tst_topologylayout.moc"
