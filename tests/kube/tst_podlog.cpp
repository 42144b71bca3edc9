// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/podlog.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <format>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = PodLogEntry::Kind;

namespace {

QString text(const PodLogEntry &entry)
{
    switch (entry.kind) {
    case Kind::Line:
        return QString::fromUtf8(entry.text) + (entry.isCut ? u"…"_s : QString());
    case Kind::Reconnected:
        return u"<reconnected>"_s;
    case Kind::Gap:
        return u"<gap>"_s;
    case Kind::Cut:
        return u"<cut %1>"_s.arg(QString::fromUtf8(entry.text));
    case Kind::Asking:
        return u"<asking>"_s;
    }
    return {};
}

QStringList told(PodLogCursor &cursor, const QByteArrayList &lines)
{
    QStringList result;
    for (const QByteArray &line : lines)
        cursor.next(line, false, [&](const PodLogEntry &entry) { result += text(entry); });
    return result;
}

struct Fixture {
    ManualClock clock;
    std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
    KubeClient client{transport, nullptr};
    QStringList lines; // and marks
    QStringList waits; // what it says of cut streams
    std::stop_source stop;

    Task<void> follow(PodLog::Options options)
    {
        options.pod = {u"office"_s, u"p"_s};
        PodLog log(client, clock, std::move(options));
        return log.follow(
            [this](const PodLogEntry &entry) {
                (entry.kind == Kind::Cut || entry.kind == Kind::Asking ? waits : lines) += text(entry);
            },
            stop.get_token());
    }
    [[nodiscard]] ScriptedTransport::Call &call() const { return *transport->last(); }
    void wait() { clock.advance(clock.untilNextTimer().value()); }
};

} // namespace

class tst_PodLog : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aLineHasATimeAndAText_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("time");
        QTest::addColumn<QString>("text");
        QTest::newRow("nanoseconds") << "2026-11-23T10:00:00.123999999Z a b"_ba << u"2026-11-23T10:00:00.123999999Z"_s
                                     << u"a b"_s;
        QTest::newRow("no fraction") << "2026-11-23T10:00:00Z a"_ba << u"2026-11-23T10:00:00.000000000Z"_s << u"a"_s;
        QTest::newRow("short fraction") << "2026-11-23T10:00:00.5Z a"_ba << u"2026-11-23T10:00:00.500000000Z"_s
                                        << u"a"_s;
        QTest::newRow("offset") << "2026-11-23T12:00:00.5+02:00 a"_ba << u"2026-11-23T10:00:00.500000000Z"_s << u"a"_s;
        QTest::newRow("empty") << "2026-11-23T10:00:00Z "_ba << u"2026-11-23T10:00:00.000000000Z"_s << QString();
        QTest::newRow("nothing behind the time")
            << "2026-11-23T10:00:00Z"_ba << u"2026-11-23T10:00:00.000000000Z"_s << QString();
        QTest::newRow("west") << "2026-11-22T23:30:00-10:30 a"_ba << u"2026-11-23T10:00:00.000000000Z"_s << u"a"_s;
        QTest::newRow("no such day") << "2026-02-30T10:00:00Z a"_ba << QString() << u"2026-02-30T10:00:00Z a"_s;
        QTest::newRow("no zone") << "2026-11-23T10:00:00.1 a"_ba << QString() << u"2026-11-23T10:00:00.1 a"_s;
        QTest::newRow("no time") << "failed to read the log"_ba << QString() << u"failed to read the log"_s;
    }
    void aLineHasATimeAndAText()
    {
        QFETCH(const QByteArray, line);
        PodLogCursor cursor;
        int entries = 0;
        cursor.next(line, false, [&](const PodLogEntry &entry) {
            ++entries;
            QCOMPARE(entry.kind, Kind::Line);
            QTEST(entry.time ? QString::fromStdString(std::format("{:%FT%T}Z", *entry.time)) : QString(), "time");
            QTEST(QString::fromUtf8(entry.text), "text");
        });
        QCOMPARE(entries, 1);
    }

    void theSecondIsNeverRoundedUp()
    {
        PodLogCursor cursor;
        QVERIFY(!cursor.since().isValid());
        std::ignore = told(cursor, {"2026-11-23T10:00:00.9999999Z a"});
        QCOMPARE(cursor.since().toString(Qt::ISODateWithMs), u"2026-11-23T10:00:00.000Z"_s);
    }

    void whatWasShownIsNotShownAgain()
    {
        PodLogCursor cursor;
        const QByteArrayList shown{"2026-11-23T10:00:00.1Z a", "2026-11-23T10:00:01.1Z b", "2026-11-23T10:00:01.1Z b",
            "2026-11-23T10:00:01.2Z c"};
        QCOMPARE(told(cursor, shown).size(), 4);
        cursor.resume();
        QCOMPARE(told(cursor, shown.sliced(1)), QStringList());
        // The same text at the same time a third time is a new line.
        QCOMPARE(told(cursor, {"2026-11-23T10:00:01.1Z b", "2026-11-23T10:00:02.1Z d"}),
            (QStringList{u"<reconnected>"_s, u"b"_s, u"d"_s}));
    }

    void aStreamThatIsCutTwiceInTheSameSecondStillRepeatsNothing()
    {
        PodLogCursor cursor;
        std::ignore = told(cursor, {"2026-11-23T10:00:01.1Z a", "2026-11-23T10:00:01.2Z b"});
        cursor.resume();
        QCOMPARE(told(cursor, {"2026-11-23T10:00:01.1Z a"}), QStringList());
        cursor.resume();
        QCOMPARE(told(cursor, {"2026-11-23T10:00:01.1Z a", "2026-11-23T10:00:01.2Z b", "2026-11-23T10:00:01.3Z c"}),
            (QStringList{u"<reconnected>"_s, u"c"_s}));
    }

    void linesThatHaveGoneAreAGap()
    {
        PodLogCursor cursor;
        std::ignore = told(cursor, {"2026-11-23T10:00:01.1Z a"});
        cursor.resume(); // the log was rotated meanwhile
        QCOMPARE(told(cursor, {"2026-11-23T10:05:00.1Z z", "2026-11-23T10:05:00.2Z y"}),
            (QStringList{u"<gap>"_s, u"z"_s, u"y"_s}));
    }

    void aCutStreamIsResumed()
    {
        Fixture f;
        auto task = f.follow({.container = u"operator"_s, .last = 300s});
        QVERIFY(f.call().request.target.endsWith("?container=operator&follow=true&timestamps=true&sinceSeconds=300"));
        f.call().send("2026-11-23T10:00:01.1Z a\n2026-11-23T10:00:01.2Z b\n2026-11-23T10:00:01.3Z ha");
        f.call().fail(Error::Kind::Unreachable);
        f.wait();
        QCOMPARE(f.transport->calls.size(), 2);
        QVERIFY(f.call().request.target.contains("sinceTime=2026-11-23T10%3A00%3A01Z"));
        QVERIFY(!f.call().request.target.contains("sinceSeconds"));
        QCOMPARE(f.waits, (QStringList{u"<cut scripted>"_s, u"<asking>"_s}));
        f.call().send("2026-11-23T10:00:01.1Z a\n2026-11-23T10:00:01.2Z b\n2026-11-23T10:00:01.3Z half\n");
        QCOMPARE(f.lines, (QStringList{u"a"_s, u"b"_s, u"<reconnected>"_s, u"half"_s}));
        f.stop.request_stop();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Cancelled);
    }

    void whatCameWhileItCouldNotBeReadIsAskedForToo()
    {
        Fixture f;
        auto task = f.follow({.last = 300s});
        f.call().fail(Error::Kind::Unreachable);
        f.wait();
        QVERIFY(f.call().request.target.endsWith("sinceSeconds=302"));
        f.stop.request_stop();
        QVERIFY(!QCoro::waitFor(task));
    }

    void aContainerThatIsNotThereYetIsWaitedFor()
    {
        Fixture f;
        auto task = f.follow({});
        f.call().answer(
            400, R"({"kind":"Status","message":"container x in pod p is waiting to start: ContainerCreating"})");
        f.wait();
        f.call().answer(200); // ended with nothing: it has not come again yet
        QCOMPARE(f.clock.untilNextTimer(), 4s); // slower each time
        f.wait();
        f.call().send("2026-11-23T10:00:01.1Z a\n");
        QCOMPARE(f.lines, QStringList{u"a"_s}); // the first line is no reconnection
        f.stop.request_stop();
        QVERIFY(!QCoro::waitFor(task));
    }

    void itEndsWhereTryingAgainIsOfNoUse_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("gone") << 404;
        QTest::newRow("forbidden") << 403;
        QTest::newRow("no such container") << 400;
    }
    void itEndsWhereTryingAgainIsOfNoUse()
    {
        QFETCH(const int, status);
        Fixture f;
        auto task = f.follow({});
        f.call().answer(status);
        QVERIFY(!QCoro::waitFor(task));
        QCOMPARE(f.clock.untilNextTimer(), std::nullopt);
    }

    void stopEndsTheWaitToo()
    {
        Fixture f;
        auto task = f.follow({});
        f.call().fail(Error::Kind::Unreachable);
        f.stop.request_stop();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Cancelled);
        QCOMPARE(f.transport->calls.size(), 1);
    }

    void thePreviousInstanceIsReadOnce()
    {
        Fixture f;
        auto task = f.follow({.previous = true});
        QVERIFY(f.call().request.target.contains("previous=true"));
        QVERIFY(!f.call().request.target.contains("follow"));
        f.call().send("2026-11-23T10:00:01.1Z a\n");
        f.call().answer(200);
        QVERIFY(QCoro::waitFor(task));
        QCOMPARE(f.lines, QStringList{u"a"_s});
    }

    void aLongLineIsCutAndTheNextIsWhole()
    {
        Fixture f;
        auto task = f.follow({.longestLine = 30});
        for (int i = 0; i < 100; ++i)
            f.call().send(i == 0 ? QByteArrayView("2026-11-23T10:00:01.1Z abc") : QByteArrayView("xxxxxxxxxx"));
        f.call().send("\n2026-11-23T10:00:01.1Z next\n");
        QCOMPARE(f.lines, (QStringList{u"abcxxxx…"_s, u"next"_s}));
        f.stop.request_stop();
        QVERIFY(!QCoro::waitFor(task));
    }
};

QTEST_GUILESS_MAIN(tst_PodLog)
#include "tst_podlog.moc"
