// SPDX-License-Identifier: GPL-3.0-or-later
// The log as a person uses it: keys and clicks, on lines added by hand.
#include "models/clustermodel.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "ui/logview.h"
#include "ui/theme.h"

#include <KMessageWidget>

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

LogTime at(qint64 ms)
{
    return LogTime(1'767'225'600s + std::chrono::milliseconds(ms)); // 2026-01-01
}

/// The view, with three pods.
struct Desk {
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel cluster{{.name = u"prod-eu"_s}, sites, policies, events, clock};
    LogLinesModel &log = cluster.log();
    LogView view{cluster};
    int pods[3];
    int count = 0;

    Desk()
    {
        cluster.setLogDescription(u"following three pods"_s, false);
        for (int i = 0; i < 3; ++i)
            pods[i] = log.source(
                u"patronus-operator-7d9f8c6b5-%1"_s.arg(QStringList{u"x2x4z"_s, u"k8w2p"_s, u"q5n7d"_s}[i]));
        view.resize(1000, 500);
        view.show();
        view.activateWindow();
        std::ignore = QTest::qWaitForWindowActive(&view);
    }
    /// Lines "… INFO test line N", each of the next pod and a ms later.
    void addLines(int number, const QByteArray &level = "INFO")
    {
        for (int i = 0; i < number; ++i, ++count)
            log.add(pods[count % 3], at(count),
                "2026-01-01T00:00:00.000Z " + level + " test line " + QByteArray::number(count));
        clock.advance(50ms);
    }
    [[nodiscard]] LogList &list() { return view.lines(); }
    [[nodiscard]] QString topText() { return list().indexAt(QPoint(5, 2)).data().toString(); }
    [[nodiscard]] QString bottomText()
    {
        return list().indexAt(QPoint(5, list().viewport()->height() - list().fontMetrics().height())).data().toString();
    }
    template <typename Widget> Widget &named(const QString &name)
    {
        for (Widget *widget : view.findChildren<Widget *>())
            if (widget->accessibleName() == name || widget->property("text").toString().remove(u'&') == name)
                return *widget;
        qFatal("no %s", qPrintable(name));
    }
    [[nodiscard]] QString status()
    {
        for (const QLabel *label : view.findChildren<QLabel *>())
            if (label->text().startsWith(cluster.logDescription()))
                return label->text();
        return {};
    }
};

} // namespace

class TestLogView : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true); // settings of the tests, not of the user
        QApplication::setOrganizationName(u"patronus-test"_s);
        theme::apply(theme::Scheme::Light);
    }
    void init() override
    {
        TestCase::init();
        QSettings().remove(u"logs"_s);
    }

    void itFollowsUntilSomebodyScrollsUpAndFollowsAgainAtTheEnd()
    {
        Desk desk;
        desk.addLines(500);
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 499"_s));
        desk.list().setFocus();
        QTest::keyClick(&desk.list(), Qt::Key_PageUp);
        QTest::keyClick(&desk.list(), Qt::Key_PageUp);
        QVERIFY(!desk.list().isFollowing());
        QVERIFY(!desk.named<QCheckBox>(u"Follow"_s).isChecked());
        const QString top = desk.topText();
        desk.addLines(500);
        QTRY_COMPARE(desk.list().verticalScrollBar()->maximum() > 900, true);
        QCOMPARE(desk.topText(), top); // it does not jump
        QTest::keyClick(&desk.list(), Qt::Key_End);
        QVERIFY(desk.list().isFollowing());
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 999"_s));
        desk.addLines(1);
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 1000"_s));
    }

    void theWheelAndTheScrollBarEndFollowingToo()
    {
        Desk desk;
        desk.addLines(500);
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 499"_s));
        const auto turn = [&](int notches) {
            QWheelEvent event(QPointF(50, 50), desk.list().mapToGlobal(QPointF(50, 50)), {}, QPoint(0, notches * 120),
                Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(desk.list().viewport(), &event);
        };
        turn(1);
        QVERIFY(!desk.list().isFollowing());
        QVERIFY(desk.bottomText().endsWith(u"line 496"_s));
        turn(-1);
        QVERIFY(desk.list().isFollowing());
        desk.list().verticalScrollBar()->setValue(10);
        QVERIFY(!desk.list().isFollowing());
        QVERIFY(desk.topText().endsWith(u"line 10"_s));
        desk.named<QCheckBox>(u"Follow"_s).click();
        QVERIFY(desk.list().isFollowing());
        QVERIFY(desk.bottomText().endsWith(u"line 499"_s));
    }

    void theRowOnTopStaysWhenLateLinesComeAboveIt()
    {
        Desk desk;
        desk.addLines(300);
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 299"_s));
        desk.list().verticalScrollBar()->setValue(100);
        const QString top = desk.topText();
        const int fourth = desk.log.source(u"patronus-operator-7d9f8c6b5-fourth"_s);
        for (int i = 0; i < 50; ++i)
            desk.log.add(fourth, at(i), "x INFO late");
        desk.clock.advance(50ms);
        QTRY_COMPARE(desk.list().verticalScrollBar()->value(), 150);
        QCOMPARE(desk.topText(), top);
    }

    void theRowOnTopStaysWhenTheOldestAreDropped()
    {
        Desk desk;
        desk.log.setByteLimit(480'000);
        desk.addLines(3000);
        QCOMPARE(desk.log.dropped(), 0);
        desk.list().verticalScrollBar()->setValue(2500);
        QTRY_VERIFY(desk.topText().endsWith(u"line 2500"_s));
        desk.addLines(2000);
        QVERIFY(desk.log.dropped() > 100);
        QTRY_VERIFY(desk.status().contains(u"older lines were dropped"_s));
        QVERIFY(desk.topText().endsWith(u"line 2500"_s));
    }

    void levelAndExpressionsChooseWhatIsShown()
    {
        Desk desk;
        desk.addLines(10);
        desk.addLines(2, "ERROR");
        desk.named<QComboBox>(u"Least level"_s).setCurrentIndex(3);
        QCOMPARE(desk.log.rowCount(), 2);
        desk.named<QComboBox>(u"Least level"_s).setCurrentIndex(0);
        QTest::keyClicks(&desk.named<QLineEdit>(u"Show only lines that match"_s), u"line 1[01]?$"_s);
        QCOMPARE(desk.log.rowCount(), 3);
        QTest::keyClicks(&desk.named<QLineEdit>(u"Hide lines that match"_s), u"error"_s);
        QCOMPARE(desk.log.rowCount(), 1);
        QVERIFY2(desk.status().contains(u"1 of 12 lines"_s), qPrintable(desk.status()));
    }

    void aBrokenExpressionIsExplainedAndTheOneBeforeHolds()
    {
        Desk desk;
        desk.addLines(10);
        auto &include = desk.named<QLineEdit>(u"Show only lines that match"_s);
        include.setText(u"line 5"_s);
        include.setText(u"line 5("_s);
        const auto *problem = desk.view.findChild<KMessageWidget *>();
        QVERIFY(!problem->isHidden());
        QVERIFY2(problem->text().contains(u"“line 5(” is no regular expression"_s), qPrintable(problem->text()));
        QCOMPARE(desk.log.rowCount(), 1);
        include.setText({});
        QVERIFY(problem->isHidden());
        QCOMPARE(desk.log.rowCount(), 10);
    }

    void searchGoesForwardBackwardAndAround()
    {
        Desk desk;
        desk.addLines(10'000);
        desk.view.focusSearch();
        auto &search = desk.named<QLineEdit>(u"Search in the log"_s);
        QVERIFY(search.hasFocus());
        QTest::keyClicks(&search, u"LINE 77"_s); // 77, 770 to 779, 7700 to 7799
        const auto current = [&] { return desk.list().currentIndex().row(); };
        QTest::keyClick(&search, Qt::Key_F3, Qt::ShiftModifier);
        QTRY_COMPARE(current(), 7799);
        QVERIFY(!desk.list().isFollowing());
        QVERIFY(desk.list().viewport()->rect().contains(desk.list().visualRect(desk.list().currentIndex())));
        QTest::keyClick(&search, Qt::Key_F3, Qt::ShiftModifier);
        QTRY_COMPARE(current(), 7798);
        QTest::keyClick(&desk.list(), Qt::Key_F3);
        QTRY_COMPARE(current(), 7799);
        QTest::keyClick(&search, Qt::Key_Return);
        QTRY_COMPARE(current(), 77); // it goes on at the beginning
        search.setText(u"nowhere"_s);
        QTest::keyClick(&search, Qt::Key_Return);
        QTRY_VERIFY(std::ranges::any_of(
            desk.view.findChildren<QLabel *>(), [](const QLabel *label) { return label->text() == "not found"_L1; }));
        QCOMPARE(current(), 77);
    }

    void pausedItShowsNothingNewAndSaysHowMuchWaits()
    {
        Desk desk;
        desk.addLines(10);
        desk.named<QCheckBox>(u"Pause"_s).click();
        desk.addLines(5);
        QCOMPARE(desk.log.rowCount(), 10);
        QVERIFY2(desk.status().contains(u"paused, 5 new lines wait"_s), qPrintable(desk.status()));
        desk.named<QCheckBox>(u"Pause"_s).click();
        QCOMPARE(desk.log.rowCount(), 15);
    }

    void wrappedLinesAreWholeAndTheEndIsAtTheBottom()
    {
        Desk desk;
        desk.addLines(100);
        desk.log.add(desk.pods[0], at(1000), "x INFO " + QByteArray("word ").repeated(400) + "end");
        desk.clock.advance(50ms);
        desk.named<QCheckBox>(u"Wrap"_s).click();
        const QModelIndex last = desk.log.index(100);
        QTRY_VERIFY(desk.list().visualRect(last).height() > 10 * desk.list().fontMetrics().height());
        const int bottom = desk.list().visualRect(last).bottom();
        QVERIFY(std::abs(bottom - desk.list().viewport()->height()) < desk.list().fontMetrics().height());
        QCOMPARE(desk.list().horizontalScrollBar()->maximum(), 0);
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(&desk.list(), Qt::Key_Up);
        QVERIFY(desk.list().viewport()->rect().intersects(desk.list().visualRect(desk.list().currentIndex())));
        QTest::keyClick(&desk.list(), Qt::Key_Home);
        QVERIFY(desk.topText().endsWith(u"line 0"_s));
    }

    void selectedLinesAreCopiedWithTheirPod()
    {
        Desk desk;
        desk.addLines(10);
        desk.list().setCurrentIndex(desk.log.index(3));
        QTest::keyClick(&desk.list(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&desk.list(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(),
            u"patronus-operator-7d9f8c6b5-x2x4z  2026-01-01T00:00:00.000Z INFO test line 3\n"
            "patronus-operator-7d9f8c6b5-k8w2p  2026-01-01T00:00:00.000Z INFO test line 4\n"_s);
        QTest::keyClick(&desk.list(), Qt::Key_A, Qt::ControlModifier);
        desk.addLines(1);
        QTest::keyClick(&desk.list(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text().count(u'\n'), 10);
    }

    void everythingHeldIsExportedWithPodAndTime()
    {
        Desk desk;
        desk.addLines(12'000);
        desk.named<QComboBox>(u"Least level"_s).setCurrentIndex(3);
        QTRY_COMPARE(desk.log.rowCount(), 0);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"all.log"_s);
        desk.view.exportTo(path);
        auto &progress = desk.named<QProgressBar>(u"Lines exported"_s);
        QVERIFY(progress.isVisible());
        desk.addLines(100); // what comes later is not of it
        QTRY_VERIFY(!progress.isVisible());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArrayList lines = file.readAll().split('\n');
        QCOMPARE(lines.size(), 12'001);
        QCOMPARE(lines[1],
            "2026-01-01T00:00:00.001000000Z patronus-operator-7d9f8c6b5-k8w2p 2026-01-01T00:00:00.000Z INFO test line "
            "1");
        const auto outcomes = desk.view.findChildren<KMessageWidget *>();
        QVERIFY(std::ranges::any_of(outcomes, [&](const KMessageWidget *outcome) {
            return !outcome->isHidden() && outcome->text().contains(path) && outcome->text().contains(u"12,000"_s);
        }));
    }

    void anExportCanBeCancelledAndLeavesNothing()
    {
        Desk desk;
        desk.addLines(20'000);
        const QTemporaryDir folder;
        desk.view.exportTo(folder.filePath(u"all.log"_s));
        QTest::mouseClick(&desk.named<QPushButton>(u"Cancel the export"_s), Qt::LeftButton);
        QCoreApplication::processEvents();
        QVERIFY(QDir(folder.path()).isEmpty());
        desk.view.exportTo(u"/nowhere/all.log"_s);
        const auto outcomes = desk.view.findChildren<KMessageWidget *>();
        QTRY_VERIFY(std::ranges::any_of(outcomes, [&](const KMessageWidget *outcome) {
            return !outcome->isHidden() && outcome->text().contains(u"/nowhere/all.log: "_s);
        }));
    }

    void rangeAndPreviousContainersAreAskedFor()
    {
        Desk desk;
        const QSignalSpy ranges(&desk.cluster, &ClusterModel::logRangeChanged);
        const QSignalSpy previous(&desk.cluster, &ClusterModel::previousLogsRequested);
        auto &range = desk.named<QComboBox>(u"How far back the log is read"_s);
        QCOMPARE(range.currentText(), u"Last hour"_s);
        range.setFocus();
        QTest::keyClick(&range, Qt::Key_End);
        QCOMPARE(ranges.size(), 1);
        QCOMPARE(desk.cluster.logRange(), std::nullopt);
        QTest::keyClick(&range, Qt::Key_Home);
        QCOMPARE(desk.cluster.logRange(), std::optional<std::chrono::seconds>(5min));
        auto &button = desk.named<QPushButton>(u"Previous containers"_s);
        QVERIFY(!button.isEnabled());
        desk.cluster.setLogDescription(u"following three pods"_s, true);
        QTest::mouseClick(&button, Qt::LeftButton);
        QCOMPARE(previous.size(), 1);
    }

    void theMemoryIsASetting()
    {
        Desk desk;
        QCOMPARE(desk.log.byteLimit(), 64 << 20);
        for (QAction *action : desk.view.findChild<QMenu *>()->actions())
            if (action->text() == "256 MiB"_L1)
                action->trigger();
        QCOMPARE(desk.log.byteLimit(), 256 << 20);
        const Desk other;
        QCOMPARE(other.log.byteLimit(), 256 << 20);
    }

    void anEmptyLogSaysWhy()
    {
        Desk desk;
        QVERIFY(desk.status().contains(u"following three pods"_s));
        desk.addLines(3);
        desk.named<QLineEdit>(u"Show only lines that match"_s).setText(u"nothing"_s);
        QVERIFY2(desk.status().contains(u"0 of 3 lines"_s), qPrintable(desk.status()));
    }

    void afterAnotherFilterItStaysAtItsTime()
    {
        Desk desk;
        desk.addLines(9000);
        QTRY_VERIFY(desk.bottomText().endsWith(u"line 8999"_s));
        desk.list().verticalScrollBar()->setValue(1000);
        desk.named<QLineEdit>(u"Show only lines that match"_s).setText(u"0$"_s);
        QTRY_VERIFY(!desk.log.isFiltering());
        QTRY_VERIFY(desk.topText().endsWith(u"line 1000"_s));
        desk.named<QLineEdit>(u"Show only lines that match"_s).clear();
        QTRY_VERIFY(!desk.log.isFiltering());
        QTRY_VERIFY(desk.topText().endsWith(u"line 1000"_s));
    }

    void everyControlHasANameAndTheLinesAreAList()
    {
        Desk desk;
        desk.addLines(2);
        for (QWidget *widget : desk.view.findChildren<QWidget *>()) {
            const bool isControl = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget)
                || qobject_cast<QLineEdit *>(widget) || qobject_cast<QListView *>(widget) == &desk.list();
            if (!isControl || widget->parentWidget()->inherits("QLineEdit")
                || widget->parentWidget()->inherits("QComboBox") || widget->parentWidget()->inherits("KMessageWidget")
                || widget->objectName().startsWith(u"qt_"_s))
                continue;
            QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&desk.list());
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->childCount(), 2);
        QCOMPARE(list->child(1)->text(QAccessible::Name),
            u"patronus-operator-7d9f8c6b5-k8w2p: 2026-01-01T00:00:00.000Z INFO test line 1"_s);
    }
};

QTEST_MAIN(TestLogView)
#include "tst_logview.moc"
