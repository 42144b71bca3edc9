// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loglinesmodel.h"
#include "models/logtimes.h"
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QRandomGenerator>
#include <QSignalSpy>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::at;

namespace {

struct Log {
    ManualClock clock;
    LogLinesModel model;
    testing::ModelTester tester{&model};
    int one, two;

    explicit Log(qsizetype limit = 1 << 20)
        : model(clock, limit), one(model.source(u"pod-1"_s)), two(model.source(u"pod-2"_s))
    {
    }
    void add(int source, int ms, const QByteArray &text) { model.add(source, at(ms), text); }
    void show() { clock.advance(50ms); }
    void filter(LogLevel least, const QString &include = {}, const QString &exclude = {})
    {
        model.setFilter(
            {.least = least, .include = QRegularExpression(include), .exclude = QRegularExpression(exclude)});
    }
    [[nodiscard]] QStringList rows() const
    {
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row)
            rows.append(model.index(row).data().toString());
        return rows;
    }
};

} // namespace

class TestLogLinesModel : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void linesAppearInBatches()
    {
        Log log;
        const QSignalSpy inserted(&log.model, &QAbstractItemModel::rowsInserted);
        log.add(log.one, 1, "a");
        log.add(log.one, 2, "b");
        QCOMPARE(log.model.rowCount(), 0);
        log.show();
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(log.clock.untilNextTimer(), std::nullopt); // nothing new costs nothing
    }

    void podsAreMergedByTimeAndPersistentIndexesStayOnTheirLine()
    {
        Log log;
        log.add(log.one, 10, "a");
        log.add(log.one, 30, "c");
        log.show();
        const QPersistentModelIndex c = log.model.index(1);
        log.add(log.two, 40, "d");
        log.add(log.two, 50, "e");
        log.show();
        const QPersistentModelIndex e = log.model.index(3);
        log.add(log.one, 45, "late");
        log.add(log.two, 20, "b"); // of two, so it stands behind e
        log.show();
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"c"_s, u"d"_s, u"late"_s, u"e"_s, u"b"_s}));
        QCOMPARE(c.data().toString(), u"c"_s);
        QCOMPARE(e.data().toString(), u"e"_s);
        QCOMPARE(log.model.index(3).data(LogLinesModel::SourceRole).toInt(), log.one);
    }

    void aLineWithoutATimeFollowsTheLastOfItsPod()
    {
        Log log;
        log.add(log.one, 10, "a");
        log.add(log.two, 20, "c");
        log.model.add(log.one, std::nullopt, "b");
        log.show();
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    }

    void whatBelongsToALineHasItsLevel()
    {
        Log log;
        log.add(log.one, 1, "2026-11-23T12:00:00Z ERROR app broke");
        log.add(log.two, 2, "2026-11-23T12:00:00Z INFO app fine");
        log.add(log.one, 3, "    at here");
        log.show();
        log.filter(LogLevel::Error);
        QCOMPARE(log.rows(), (QStringList{u"2026-11-23T12:00:00Z ERROR app broke"_s, u"    at here"_s}));
    }

    void theFilterIncludesAndExcludes()
    {
        Log log;
        for (const char *text : {"x INFO apple", "x WARN banana", "x INFO cherry", "x ERROR apple pie"})
            log.add(log.one, 1, text);
        log.model.addMark(log.one, at(2), u"reconnected"_s);
        log.show();
        log.filter(LogLevel::Other, u"app|cher"_s, u"pie$"_s);
        QCOMPARE(log.rows(), (QStringList{u"x INFO apple"_s, u"x INFO cherry"_s, u"reconnected"_s})); // marks stay
        log.filter(LogLevel::Warn);
        QCOMPARE(log.rows(), (QStringList{u"x WARN banana"_s, u"x ERROR apple pie"_s, u"reconnected"_s}));
        log.filter(LogLevel::Other);
        QCOMPARE(log.model.rowCount(), 5);
    }

    void aNewFilterBeginsWithTheNewestAndMissesNothingThatComesMeanwhile()
    {
        Log log(16 << 20);
        for (int i = 0; i < 20'000; ++i)
            log.add(log.one, i, i % 2 == 0 ? "even" : "odd");
        log.show();
        log.filter(LogLevel::Other, u"even|late|new"_s);
        QVERIFY(log.model.isFiltering());
        QCOMPARE(log.model.rowCount(), 2000); // a slice
        log.add(log.two, 5000, "late"); // among what is still to be looked at
        log.add(log.two, 30'000, "new");
        log.show();
        QVERIFY(!log.model.isFiltering());
        const QStringList rows = log.rows();
        QCOMPARE(rows.size(), 10'002);
        QCOMPARE(rows.indexOf(u"late"_s), 2501);
        QCOMPARE(rows.last(), u"new"_s);
    }

    void pausedNothingIsAddedAndNothingIsLost()
    {
        Log log;
        log.add(log.one, 10, "a");
        log.add(log.one, 30, "c");
        log.model.setPaused(true);
        log.add(log.two, 20, "b");
        log.add(log.one, 40, "d");
        log.show();
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"c"_s}));
        QCOMPARE(log.model.waiting(), 2);
        log.filter(LogLevel::Other, u"[a-d]"_s); // also while it waits
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"c"_s}));
        log.model.setPaused(false);
        QCOMPARE(log.rows(), (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
        QCOMPARE(log.model.waiting(), 0);
    }

    void itIsBoundedAndCountsWhatItDrops_data()
    {
        QTest::addColumn<bool>("paused");
        QTest::newRow("shown") << false;
        QTest::newRow("paused") << true;
    }
    void itIsBoundedAndCountsWhatItDrops()
    {
        QFETCH(const bool, paused);
        Log log(20'000);
        for (int i = 0; i < 400; ++i) {
            if (i == 100)
                log.model.setPaused(paused);
            log.add(i % 2 == 0 ? log.one : log.two, i, "line " + QByteArray::number(i) + QByteArray(40, 'x'));
            if (i % 10 == 0)
                log.show();
        }
        log.show();
        QVERIFY(log.model.bytes() <= 20'000);
        QVERIFY(log.model.lineCount() > 100);
        QCOMPARE(log.model.dropped() + log.model.lineCount(), 400);
        if (paused) {
            QCOMPARE(log.model.waiting(), log.model.lineCount());
            QCOMPARE(log.model.rowCount(), 0); // all that was shown is gone
            log.model.setPaused(false);
        }
        QCOMPARE(log.model.rowCount(), log.model.lineCount());
        QVERIFY(log.rows().last().startsWith(u"line 399"_s)); // the newest stay
        log.model.setByteLimit(5'000);
        QVERIFY(log.model.bytes() <= 5'000);
        QCOMPARE(log.model.dropped() + log.model.lineCount(), 400);
    }

    void oneHugeLineDoesNotStay()
    {
        Log log(5000);
        log.add(log.one, 1, QByteArray(20'000, 'x'));
        log.show();
        QCOMPARE(log.model.rowCount(), 0);
        QCOMPARE(log.model.dropped(), 1);
    }

    /// Everything at once, against a plain list.
    void whateverHappensTheRowsAreTheLinesThatTheFilterShows()
    {
        QRandomGenerator random(7);
        Log log(4 << 20);
        QList<std::pair<int, QByteArray>> all; // stable by time, as they came
        int newest[2] = {0, 0};
        for (int round = 0; round < 100; ++round) {
            for (quint32 i = random.bounded(40U); i > 0; --i) {
                const int source = int(random.bounded(2U));
                int &time = newest[source];
                time += int(random.bounded(30U));
                const QByteArray text = QByteArray::number(all.size()) + (random.bounded(3U) == 0 ? " yes" : " no");
                log.add(source == 0 ? log.one : log.two, time, text);
                all.emplaceBack(time, text);
            }
            switch (random.bounded(8U)) {
            case 0:
                log.filter(LogLevel::Other, random.bounded(2U) == 0 ? u"yes"_s : QString());
                break;
            case 1:
                log.model.setPaused(!log.model.isPaused());
                break;
            default:
                log.show();
            }
        }
        log.model.setPaused(false);
        log.show();
        std::ranges::stable_sort(all, {}, &std::pair<int, QByteArray>::first);
        QStringList expected;
        for (const auto &[time, text] : all)
            if (log.model.filter().shows(LogLevel::Other, text))
                expected.append(QString::fromUtf8(text));
        QStringList rows = log.rows();
        QCOMPARE(rows.size(), expected.size());
        QCOMPARE(QSet<QString>(rows.begin(), rows.end()), QSet<QString>(expected.begin(), expected.end()));
        for (int row = 1; row < log.model.rowCount(); ++row)
            QVERIFY(log.model.index(row - 1).data(LogLinesModel::TimeRole).value<LogTime>()
                <= log.model.index(row).data(LogLinesModel::TimeRole).value<LogTime>());
    }

    void coloursOfATerminalAreLeftOut()
    {
        Log log;
        log.add(log.one, 1, "x \x1b[31;1mERROR\x1b[0m red\tand\x01 on");
        log.show();
        QCOMPARE(log.rows(), QStringList{u"x ERROR red and  on"_s});
        QCOMPARE(log.model.index(0).data(LogLinesModel::LevelRole).value<LogLevel>(), LogLevel::Error);
    }

    void podsHaveShortNamesWhereTheseTellThemApart()
    {
        ManualClock clock;
        LogLinesModel model(clock);
        std::ignore = model.source(u"patronus-operator-7d9f-x2x4z"_s);
        std::ignore = model.source(u"patronus-operator-7d9f-abcde"_s);
        QCOMPARE(model.shortSources(), (QStringList{u"x2x4z"_s, u"abcde"_s}));
        std::ignore = model.source(u"other-abcde"_s);
        QCOMPARE(model.shortSources(), model.sources());
        QCOMPARE(model.source(u"other-abcde"_s), 2);
    }

    void clearedItBeginsAnew()
    {
        Log log(20'000);
        for (int i = 0; i < 500; ++i)
            log.add(log.one, i, QByteArray(60, 'x'));
        log.show();
        QVERIFY(log.model.dropped() > 0);
        log.model.clear();
        QCOMPARE(log.model.dropped(), 0);
        QCOMPARE(log.model.lineCount(), 0);
        log.add(log.one, 1, "older than what was cleared");
        log.show();
        QCOMPARE(log.model.rowCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestLogLinesModel)
#include "tst_loglinesmodel.moc"
