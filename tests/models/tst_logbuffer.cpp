// SPDX-License-Identifier: GPL-3.0-or-later
// What holds the lines of a log: levels, order, bounds.
#include "models/logbuffer.h"
#include "models/logtimes.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::at;

namespace {

struct Filled {
    LogBuffer buffer{1 << 10};

    qint64 add(const QList<std::pair<int, QByteArray>> &lines)
    {
        std::vector<LogLine> kept;
        for (const auto &[time, text] : lines)
            kept.push_back(buffer.keep(at(time), 0, LogLevel::Info, text));
        return buffer.merge(std::move(kept));
    }
    [[nodiscard]] QByteArrayList texts() const
    {
        QByteArrayList texts;
        for (qint64 position = buffer.begin(); position < buffer.end(); ++position)
            texts.append(buffer.text(buffer.at(position)).toByteArray());
        return texts;
    }
};

} // namespace

class TestLogBuffer : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aLevelIsReadFromALine_data()
    {
        QTest::addColumn<LogLevel>("level");
        QTest::newRow("2026-11-23T12:00:00.000Z ERROR http it broke") << LogLevel::Error;
        QTest::newRow("2026-11-23T12:00:00.000Z WARN watch again") << LogLevel::Warn;
        QTest::newRow("2026-11-23T12:00:00.000Z INFO app no ERROR here") << LogLevel::Info;
        QTest::newRow("2026-11-23T12:00:00.000Z DEBUG http GET") << LogLevel::Debug;
        QTest::newRow("2026-11-23T12:00:00.000Z  INFO two blanks") << LogLevel::Info;
        QTest::newRow(R"({"time":"x","level":"WARN","message":"m"})") << LogLevel::Warn;
        QTest::newRow(R"({"level": "error"})") << LogLevel::Error;
        QTest::newRow(R"({"fields":{"level":"ERROR"},"level":"INFO","message":"m"})") << LogLevel::Info;
        QTest::newRow("{\"message\":\"\\\"level\\\":\\\"ERROR\\\"\",\"level\":\"DEBUG\"}") << LogLevel::Debug;
        QTest::newRow(R"({"message":"level","area":"level"})") << LogLevel::Other;
        QTest::newRow(R"({"level":7})") << LogLevel::Other;
        QTest::newRow("{\"level\":\"ERR") << LogLevel::Other;
        QTest::newRow("{\"level") << LogLevel::Other;
        QTest::newRow(R"({"message":"no level"})") << LogLevel::Other;
        QTest::newRow("    at something") << LogLevel::Other;
        QTest::newRow("word") << LogLevel::Other;
        QTest::newRow("word ") << LogLevel::Other;
    }
    void aLevelIsReadFromALine() { QTEST(logLevelOf(QTest::currentDataTag()), "level"); }

    void linesOfOneTimeKeepTheirOrder()
    {
        Filled f;
        QCOMPARE(f.add({{1, "a"}, {2, "b"}, {2, "c"}}), 0);
        QCOMPARE(f.add({{2, "d"}, {3, "e"}}), 3);
        QCOMPARE(f.texts(), (QByteArrayList{"a", "b", "c", "d", "e"}));
    }

    void aLateLineGoesWhereItBelongs()
    {
        Filled f;
        f.add({{10, "a"}, {30, "c"}, {50, "e"}});
        QCOMPARE(f.add({{60, "f"}, {20, "b"}, {40, "d"}}), 1);
        QCOMPARE(f.texts(), (QByteArrayList{"a", "b", "c", "d", "e", "f"}));
    }

    void theOldestGoAndPositionsStay()
    {
        Filled f;
        for (int i = 0; i < 200; ++i)
            f.add({{i, QByteArray::number(i) + QByteArray(50, 'x')}});
        const qsizetype before = f.buffer.bytes();
        const qint64 gone = f.buffer.linesOver(before / 2);
        QVERIFY(gone > 50 && gone < 150);
        f.buffer.dropFirst(gone);
        QVERIFY(f.buffer.bytes() <= before / 2);
        QCOMPARE(f.buffer.begin(), gone);
        QVERIFY(f.buffer.text(f.buffer.at(199)).startsWith("199x"));
        QCOMPARE(f.buffer.linesOver(before), 0);
    }

    void aSnapshotOutlivesWhatItShows()
    {
        Filled f;
        f.add({{1, "one"}, {2, "two"}});
        const LogSnapshot snapshot = f.buffer.snapshot();
        f.buffer.clear();
        f.add({{3, "three"}});
        QCOMPARE(snapshot.lines.size(), size_t(2));
        QCOMPARE(snapshot.text(snapshot.lines[1]), QByteArrayView("two"));
        QCOMPARE(f.texts(), QByteArrayList{"three"});
    }
};

QTEST_GUILESS_MAIN(TestLogBuffer)
#include "tst_logbuffer.moc"
