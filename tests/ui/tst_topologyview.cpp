// SPDX-License-Identifier: GPL-3.0-or-later
// The topology, driven by keys and clicks, on stores filled by hand.
#include "models/units.h"
#include "support/testsettings.h"
#include "ui/detailpanel.h"
#include "ui/objectview.h"
#include "ui/theme.h"
#include "ui/topologymap.h"
#include "ui/topologyview.h"
#include "ui/windowdesk.h"

#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QHelpEvent>
#include <QLabel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QToolTip>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;
using Resource = ClusterModel::Resource;

namespace {

const Made well{.ready = u"True"_s, .reason = u"Synced"_s, .phase = u"Active"_s};
const Made failed{.ready = u"False"_s, .reason = u"APIRejected"_s, .phase = u"Failed"_s};
const Made degraded{.ready = u"False"_s, .reason = u"APIUnreachable"_s, .phase = u"Active"_s};

struct Desk : WindowDesk {
    /// @p identity: of its context; empty: nothing is remembered.
    explicit Desk(const QString &identity = {}) : WindowDesk(ofProduction(identity))
    {
        testing::fill(events, {});
        setLive();
        window.setCluster(&cluster);
    }

    void site(const QString &name, const QStringList &peers, Made made = well)
    {
        made.name = name;
        put(sites, made, {{u"mesh"_s, QJsonObject{{u"peerWith"_s, QJsonArray::fromStringList(peers)}}}});
    }
    void policy(const QString &name, const QString &site, const QString &path, Made made = well)
    {
        made.name = name;
        put(policies, made,
            {{u"priority"_s, ++m_version}, {u"match"_s, QJsonObject{{u"dscp"_s, m_version % 64}}},
                {u"action"_s,
                    QJsonObject{{u"primaryPath"_s, QJsonObject{{u"siteRef"_s, site}, {u"pathId"_s, path}}}}}});
    }
    /// Two hubs with branches; one of these is not well, one names a Site that is not there.
    void fillSmall(const QStringList &more = {})
    {
        beginList();
        for (const QString &name : more)
            site(name, {u"oslo"_s, u"rome"_s});
        site(u"hq"_s, {u"dc"_s, u"nyc"_s, u"ber"_s, u"oslo"_s});
        site(u"dc"_s, {u"hq"_s, u"rome"_s, u"lyon"_s});
        site(u"nyc"_s, {u"hq"_s});
        site(u"ber"_s, {u"hq"_s}, failed);
        site(u"oslo"_s, {u"hq"_s, u"lost"_s}, degraded);
        site(u"rome"_s, {u"dc"_s});
        site(u"lyon"_s, {});
        site(u"alone"_s, {}, {});
        policy(u"voip"_s, u"hq"_s, u"hq--nyc"_s);
        policy(u"web"_s, u"hq"_s, u"dc--hq"_s, degraded);
        endList();
    }
    void fillLarge(int count)
    {
        QRandomGenerator random(5);
        beginList();
        const int hubs = std::max(count / 40, 1);
        for (int i = 0; i < hubs; ++i) {
            QStringList peers;
            for (int other = 0; other < hubs; ++other)
                if (other != i)
                    peers.append(u"dc-%1"_s.arg(other));
            site(u"dc-%1"_s.arg(i), peers);
        }
        for (int i = hubs; i < count; ++i) {
            const QString own = u"branch-%1"_s.arg(i), hub = u"dc-%1"_s.arg(i % hubs);
            QStringList peers{hub};
            if (i % 5 == 0)
                peers.append(u"dc-%1"_s.arg((i / 5) % hubs));
            const int how = random.bounded(100);
            site(own, peers, how < 2 ? failed : how < 5 ? degraded : well);
            if (i % 9 == 0)
                policy(u"p-%1"_s.arg(i), hub, hub + u"--"_s + own);
        }
        endList();
    }
    void open()
    {
        window.resize(1280, 800);
        showActive(window);
        window.page()->showView(ClusterPage::View::Topology);
        clock.advance(200ms);
        settle();
    }
    void settle()
    {
        for (int i = 0; i < 20'000 && !map().isArranged(); ++i)
            clock.advance(5ms);
        QVERIFY(map().isArranged());
    }
    /// Zooms in and moves the map until @p name is near the middle, by keys.
    void lookAt(const QString &name)
    {
        map().setFocus();
        QTest::keyClick(&map(), Qt::Key_Plus);
        for (int i = 0; i < 50; ++i) {
            const QPoint way = map().viewport()->rect().center() - at(name);
            if (way.manhattanLength() <= 80)
                return;
            const bool aside = std::abs(way.x()) > std::abs(way.y());
            QTest::keyClick(&map(),
                aside ? (way.x() > 0 ? Qt::Key_Left : Qt::Key_Right) : (way.y() > 0 ? Qt::Key_Up : Qt::Key_Down),
                Qt::ControlModifier);
        }
        QFAIL("it does not come near");
    }
    TopologyMap &map() { return window.page()->topology().map(); }
    QModelIndex node(const QString &name)
    {
        const auto found = map().model()->match(map().model()->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly);
        return found.isEmpty() ? QModelIndex() : found.first();
    }
    QPoint at(const QString &name) { return map().visualRect(node(name)).center(); }
    QString current() { return map().currentIndex().data().toString(); }
    QStringList labels()
    {
        QStringList texts;
        for (const QLabel *label : window.findChildren<QLabel *>())
            if (label->isVisible())
                texts.append(label->text());
        return texts;
    }
    bool says(const QString &text) { return !labels().filter(text).isEmpty(); }

private:
    void put(Store &store, const Made &made, const QJsonObject &spec)
    {
        QJsonObject json = made.object().json();
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.insert(u"resourceVersion"_s, QString::number(++m_version));
        json.insert("metadata"_L1, metadata);
        json.insert("spec"_L1, spec);
        store.upsert(Object(json));
    }
    void beginList()
    {
        sites.beginReplace();
        policies.beginReplace();
    }
    void endList()
    {
        sites.endReplace();
        policies.endReplace();
    }
    int m_version = 1;
};

} // namespace

class TestTopologyView : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void whatIsShownIsCounted()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        QVERIFY(desk.says(u"8 Sites, 7 links, names that lead nowhere: 1"_s));
        QCOMPARE(desk.map().model()->rowCount(), 9);
        for (const TopologyNode &node : std::as_const(static_cast<TopologyModel *>(desk.map().model())->nodes()))
            QVERIFY2(desk.map().viewport()->rect().contains(desk.at(node.name)), qPrintable(node.name));
    }

    void aClickSelectsAndAnotherOneOnTheGroundLetsGo()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        QTest::mouseClick(desk.map().viewport(), Qt::LeftButton, {}, desk.at(u"ber"_s));
        QCOMPARE(desk.current(), u"ber"_s);
        QVERIFY(desk.says(u"Failed · APIRejected"_s)); // the panel
        QTest::mouseClick(desk.map().viewport(), Qt::LeftButton, {}, {3, 3});
        QVERIFY(desk.says(u"Nothing selected"_s));
        QVERIFY(desk.map().selected().isNull());
    }

    void enterOpensTheSite()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        QTest::keyClick(&desk.window, Qt::Key_Escape); // to the map
        QTRY_VERIFY(desk.map().hasFocus());
        QTest::keyClicks(&desk.map(), u"ros"_s.first(2)); // letters find a name
        QCOMPARE(desk.current(), u"rome"_s);
        QTest::keyClick(&desk.map(), Qt::Key_Return);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Sites);
        QCOMPARE(desk.window.page()->objects(Resource::Sites).selected().key().name, u"rome"_s);
    }

    void whoComesFromASiteGoesOnWithIt()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"lyon"_s});
        QTest::keyClick(&desk.window, Qt::Key_4, Qt::ControlModifier);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Topology);
        QCOMPARE(desk.map().selected().key().name, u"lyon"_s);
    }

    void aNameThatLeadsNowhereOpensNothingAndSaysSo()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        QTest::mouseClick(desk.map().viewport(), Qt::LeftButton, {}, desk.at(u"lost"_s));
        QCOMPARE(desk.current(), u"lost"_s);
        QVERIFY(desk.map().selected().isNull());
        QTest::keyClick(&desk.map(), Qt::Key_Return);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Topology);
        QCOMPARE(desk.node(u"lost"_s).data(Qt::AccessibleTextRole).toString(),
            u"lost, not there: no Site of this name is read here, Peer of prod/oslo"_s);
    }

    void arrowsReachEveryNode()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.map().setFocus();
        desk.map().setCurrentIndex(desk.node(u"hq"_s));
        QSet<QString> reached{u"hq"_s};
        QStringList left{u"hq"_s};
        while (!left.isEmpty()) {
            const QString from = left.takeLast();
            for (const Qt::Key key : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down}) {
                desk.map().setCurrentIndex(desk.node(from));
                QTest::keyClick(&desk.map(), key);
                if (!reached.contains(desk.current())) {
                    reached.insert(desk.current());
                    left.append(desk.current());
                }
            }
        }
        QCOMPARE(reached.size(), desk.map().model()->rowCount());
    }

    void aScreenReaderMeetsAListOfNodes()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&desk.map());
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->text(QAccessible::Name), u"Topology"_s);
        QCOMPARE(list->childCount(), 9);
        QAccessibleInterface *first = list->child(desk.node(u"ber"_s).row());
        QCOMPARE(first->text(QAccessible::Name), u"Site ber in prod, Failed · APIRejected, Peer of prod/hq"_s);
        QVERIFY(first->rect().isValid());
    }

    void aPathThatIsClickedOpensItsPolicy()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        const QPoint middle = (desk.at(u"hq"_s) + desk.at(u"dc"_s)) / 2;
        const TopologyLink *link = desk.map().linkAt(middle);
        QVERIFY(link);
        QCOMPARE(link->policies, QList<ObjectKey>({{u"prod"_s, u"web"_s}}));
        QHelpEvent help(QEvent::ToolTip, middle, desk.map().viewport()->mapToGlobal(middle));
        QApplication::sendEvent(desk.map().viewport(), &help);
        QVERIFY2(QToolTip::text().contains(u"Path of prod/web: Degraded"_s), qPrintable(QToolTip::text()));
        QVERIFY(QToolTip::text().contains(u"Peering: Ready"_s));
        QTest::mouseClick(desk.map().viewport(), Qt::LeftButton, {}, middle);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Policies);
        QCOMPARE(desk.window.page()->objects(Resource::Policies).selected().key().name, u"web"_s);
    }

    void aChangeOfOneLeavesTheOthersInTheirPlaces()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.map().setCurrentIndex(desk.node(u"hq"_s));
        QTest::keyClick(&desk.map(), Qt::Key_Plus); // somebody looks: what is seen stays, too
        QHash<QString, QPoint> before;
        for (int row = 0; row < desk.map().model()->rowCount(); ++row)
            before.insert(desk.map().model()->index(row, 0).data().toString(),
                desk.map().visualRect(desk.map().model()->index(row, 0)).center());
        desk.site(u"nyc"_s, {u"hq"_s}, failed);
        desk.clock.advance(200ms);
        QCOMPARE(desk.node(u"nyc"_s).data(StateRole).value<State>(), State::Failed);
        desk.site(u"a-new-one"_s, {u"hq"_s});
        desk.clock.advance(200ms);
        desk.settle();
        QVERIFY(desk.node(u"a-new-one"_s).isValid());
        QCOMPARE(desk.current(), u"hq"_s);
        for (auto place = before.cbegin(); place != before.cend(); ++place)
            QCOMPARE(desk.at(place.key()), place.value());
    }

    void aChangeOfTheSelectedSiteIsShownAndOthersDisturbNothing()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.map().setCurrentIndex(desk.node(u"hq"_s));
        QVERIFY(desk.says(u"Ready · Synced"_s));
        const QSignalSpy changed(&desk.window.page()->topology(), &TopologyView::selectionChanged);
        desk.clock.advance(200ms);
        desk.site(u"nyc"_s, {u"hq"_s}, failed);
        desk.clock.advance(200ms);
        QCOMPARE(changed.size(), 0);
        desk.site(u"hq"_s, {u"dc"_s}, degraded);
        desk.clock.advance(200ms);
        QVERIFY(desk.says(u"Degraded · APIUnreachable"_s));
    }

    void theSelectionNeverSlipsToAnotherSite()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.map().setCurrentIndex(desk.node(u"hq"_s));
        QVERIFY(desk.says(u"Ready · Synced"_s));
        for (int i = 0; i < 30; ++i)
            desk.site(u"aaa-%1"_s.arg(i), {u"dc"_s});
        desk.clock.advance(200ms);
        desk.settle();
        QCOMPARE(desk.map().selected().key().name, u"hq"_s);
        desk.sites.remove({u"prod"_s, u"hq"_s}); // others still name it
        desk.clock.advance(200ms);
        QVERIFY(desk.node(u"hq"_s).isValid());
        QVERIFY(desk.map().selected().isNull());
        QVERIFY(desk.says(u"Nothing selected"_s));
        desk.site(u"hq"_s, {});
        desk.clock.advance(200ms);
        QVERIFY(desk.map().selected().isNull());
    }

    void whatIsOldOrRefusedIsSaid()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.cluster.setLiveness(
            Resource::Sites, {Liveness::State::Stale, desk.clock.wallTime().addSecs(-60), u"connection refused"_s});
        const QString when = units::exact(desk.clock.wallTime().addSecs(-60));
        QVERIFY(desk.says(u"what is shown is the last known, of %1. connection refused"_s.arg(when)));
        QVERIFY(desk.map().isVisible());
        desk.cluster.setLiveness(Resource::Sites, {Liveness::State::Live, desk.clock.wallTime(), {}});
        QVERIFY(!desk.says(u"the last known"_s));
        desk.cluster.setLiveness(Resource::Sites, {Liveness::State::Resyncing, desk.clock.wallTime(), {}});
        QVERIFY(desk.says(u"Everything is being read again"_s));
        desk.cluster.setLiveness(Resource::Policies, {Liveness::State::Refused, {}, u"policies is forbidden"_s});
        QVERIFY(desk.says(u"Policies cannot be read, so their paths are not shown. policies is forbidden"_s));
        desk.cluster.setLiveness(Resource::Sites, {Liveness::State::Refused, {}, u"sites is forbidden"_s});
        QVERIFY(!desk.map().isVisible());
        QVERIFY(desk.says(u"sites is forbidden"_s));
    }

    void whereSomebodyLookedIsFoundAgain()
    {
        QPoint oslo, fitted;
        double length = 0;
        const auto lengthIn = [](Desk &desk) { return QLineF(desk.at(u"oslo"_s), desk.at(u"hq"_s)).length(); };
        {
            Desk desk(u"1"_s);
            desk.fillSmall();
            desk.open();
            fitted = desk.at(u"oslo"_s);
            desk.lookAt(u"oslo"_s);
            oslo = desk.at(u"oslo"_s);
            length = lengthIn(desk);
            QVERIFY((oslo - fitted).manhattanLength() > 50);
        }
        {
            Desk other(u"2"_s); // has a look of its own
            other.fillSmall();
            other.open();
            QCOMPARE(other.at(u"oslo"_s), fitted);
        }
        {
            Desk unseen(u"1"_s); // nobody opens it, nothing has come yet: what was looked at is not forgotten
        }
        {
            Desk later(u"1"_s);
            later.fillSmall({u"aachen"_s, u"bonn"_s}); // by which the arrangement is another
            later.open();
            QVERIFY((later.at(u"oslo"_s) - oslo).manhattanLength() <= 2);
            QVERIFY(
                std::abs(lengthIn(later) / length - 1) < 0.5); // as large as it was, within what the arrangement does
            QTest::keyClick(&later.map(), Qt::Key_0);
        }
        Desk fittedAgain(u"1"_s);
        fittedAgain.fillSmall();
        fittedAgain.open();
        QCOMPARE(fittedAgain.at(u"oslo"_s), fitted);
    }

    void theNamespaceNarrowsIt()
    {
        Desk desk;
        desk.fillSmall();
        desk.open();
        desk.site(u"lab-1"_s, {u"hq"_s}, {.nameSpace = u"lab"_s, .ready = u"True"_s});
        desk.clock.advance(200ms);
        desk.window.setNamespace(u"lab"_s);
        desk.settle();
        QCOMPARE(desk.map().model()->rowCount(), 2); // with whom it peers
        QVERIFY(desk.node(u"hq"_s).isValid());
        desk.window.setNamespace({});
        desk.settle();
        QCOMPARE(desk.map().model()->rowCount(), 10);
    }

    /// Looked at by a person: PATRONUS_PICTURES=FOLDER.
    void itIsDrawn_data()
    {
        QTest::addColumn<int>("sites");
        QTest::newRow("10") << 10;
        QTest::newRow("500") << 500;
    }
    void itIsDrawn()
    {
        QFETCH(const int, sites);
        const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
        Desk desk;
        if (sites == 10)
            desk.fillSmall();
        else
            desk.fillLarge(sites);
        desk.open();
        desk.map().setCurrentIndex(desk.node(sites == 10 ? u"oslo"_s : u"dc-3"_s));
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            QCoreApplication::processEvents();
            const QImage image = desk.window.grab().toImage();
            const QColor base = QApplication::palette().color(QPalette::Base);
            const QPoint corner = desk.map().viewport()->mapTo(&desk.window, QPoint(2, 2));
            QCOMPARE(image.pixelColor(corner * image.devicePixelRatio()), base);
            if (!folder.isEmpty())
                QVERIFY(image.save(QDir(folder).filePath(u"topology-%1-%2.png"_s.arg(sites).arg(name))));
        }
        std::clock_t longest = 0;
        for (int i = 0; i < 10; ++i) {
            desk.map().zoom(i < 5 ? 1.2 : 0.8);
            const std::clock_t begin = std::clock(); // of the processor's time: others share the machine
            desk.map().viewport()->repaint();
            longest = std::max(longest, std::clock() - begin);
        }
        qInfo("drawing %d Sites took at most %.1f ms", sites, double(longest) * 1000 / CLOCKS_PER_SEC);
        QVERIFY(longest < CLOCKS_PER_SEC / 2); // sanitizers and all; without them it is a tenth
    }
};

QTEST_MAIN(TestTopologyView)
#include "tst_topologyview.moc"
