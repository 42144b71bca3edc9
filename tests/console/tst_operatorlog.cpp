// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatorlog.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

OperatorLog::Pod pod(const QString &name, qint64 restarts = 0)
{
    return {.key = {u"patronus-system"_s, name}, .container = u"operator"_s, .restarts = restarts};
}

struct Log {
    ManualClock clock;
    LogLinesModel lines{clock};
    OperatorLog log{lines, clock};
    std::shared_ptr<ScriptedTransport> server = std::make_shared<ScriptedTransport>();
    KubeClient client{server, nullptr};
    QTemporaryDir folder;
    QFile file{folder.filePath(u"operator.log"_s)};

    void write(const QByteArray &text, QIODevice::OpenMode mode = QIODevice::Append)
    {
        QVERIFY(file.open(mode));
        QCOMPARE(file.write(text), text.size());
        file.close();
        clock.advance(550ms);
    }
    void follow(const QList<OperatorLog::Pod> &pods) { log.followPods(client, pods); }
    [[nodiscard]] QString shown()
    {
        clock.advance(50ms);
        QStringList rows;
        for (int row = 0; row < lines.rowCount(); ++row)
            rows.append(lines.index(row).data().toString());
        return rows.join(u'|');
    }
    void end() { QCoro::waitFor(log.close()); }
};

constexpr auto forbidden = R"({"kind":"Status","status":"Failure","message":"pods/log is forbidden","code":403})";
constexpr auto notFound = R"({"kind":"Status","status":"Failure","message":"gone","code":404})";

} // namespace

class TestOperatorLog : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aFileIsFollowedByWholeLines()
    {
        Log log;
        log.log.followFile(log.file.fileName());
        QVERIFY2(log.log.description().contains(u"No such file"_s), qPrintable(log.log.description()));
        log.write("one\ntw");
        QCOMPARE(log.shown(), u"one"_s);
        QCOMPARE(log.log.description(), u"following %1"_s.arg(log.file.fileName()));
        log.write("o\nthree\n");
        QCOMPARE(log.shown(), u"one|two|three"_s);
        log.end();
    }

    void aTruncatedOrReplacedFileBeginsAnew()
    {
        Log log;
        log.write("a long line of before\nhal");
        log.log.followFile(log.file.fileName());
        log.write("new\n", QIODevice::WriteOnly | QIODevice::Truncate);
        QCOMPARE(log.shown(), u"a long line of before|new"_s);
        QVERIFY(log.file.rename(log.folder.filePath(u"operator.log.1"_s)));
        log.file.setFileName(log.folder.filePath(u"operator.log"_s));
        log.write("the file after it\n");
        QCOMPARE(log.shown(), u"a long line of before|new|the file after it"_s);
        log.end();
    }

    void ofALongFileTheEndIsRead()
    {
        Log log;
        log.lines.setByteLimit(1 << 20);
        log.write(QByteArray("x").repeated(2 << 20) + "\nlast\n");
        log.log.followFile(log.file.fileName());
        QCOMPARE(log.shown(), u"last"_s);
        log.end();
    }

    void ofAFileTheRangeIsReadAndAllOnDemand()
    {
        Log log; // at 2026-01-01T00:00:00Z
        log.write("2025-12-31T22:00:00Z INFO app old\n  and more of it\n"
                  "{\"time\":\"2025-12-31T23:50:00.000Z\",\"level\":\"INFO\"}\n  and more\n");
        log.log.setRange(1h);
        log.log.followFile(log.file.fileName());
        QCOMPARE(log.shown(), u"{\"time\":\"2025-12-31T23:50:00.000Z\",\"level\":\"INFO\"}|  and more"_s);
        log.log.setRange(std::nullopt);
        QVERIFY(log.shown().startsWith(u"2025-12-31T22:00:00Z INFO app old|  and more of it|{"_s));
        log.end();
    }

    void podsAreFollowedAndSayWhatIsWrong()
    {
        Log log;
        QVERIFY(log.log.description().contains(u"no running pods"_s));
        log.log.setRange(5min);
        log.follow({pod(u"pod-1"_s), pod(u"pod-2"_s)});
        QCOMPARE(log.server->calls.size(), 2);
        const auto one = log.server->calls[0], two = log.server->calls[1];
        QVERIFY(one->request.target.startsWith(
            "/api/v1/namespaces/patronus-system/pods/pod-1/log?container=operator&follow=true"));
        QVERIFY(one->request.target.endsWith("sinceSeconds=300"));
        QCOMPARE(log.log.description(), u"following pod-1, pod-2"_s);

        one->send("2026-01-01T00:00:00.000000003Z third\n");
        two->send("2026-01-01T00:00:00.000000002Z second\n");
        QCOMPARE(log.shown(), u"second|third"_s); // merged by time
        two->answer(403, forbidden);
        QVERIFY2(log.log.description().startsWith(u"following pod-1 · pod-2: "_s)
                && log.log.description().endsWith(u"pods/log is forbidden"_s),
            qPrintable(log.log.description()));
        log.follow({pod(u"pod-1"_s)});
        QCOMPARE(log.log.description(), u"following pod-1"_s);
        log.end();
    }

    void aCutStreamSaysSoAtOnceAndGoesOnWithAMark()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n");
        log.server->last()->fail(Error::Kind::Unreachable);
        QCOMPARE(log.log.description(), u"pod-1: cut at 00:00:00 UTC, asking again: scripted"_s);
        log.clock.advance(2s);
        QCOMPARE(log.server->calls.size(), 2);
        QCOMPARE(log.log.description(), u"following pod-1"_s);
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:02.2Z second\n");
        QCOMPARE(log.shown(), u"first|reconnected at 00:00:02 UTC, nothing lost|second"_s);
        QVERIFY(log.lines.index(1).data(LogLinesModel::IsMarkRole).toBool());
        log.end();
    }

    void whatMayBeLostIsMarkedToo()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n");
        log.server->last()->answer(200); // the container ends
        QVERIFY(log.log.description().contains(u"its log ended at 00:00:00 UTC"_s));
        log.clock.advance(2s);
        log.server->last()->send("2026-01-01T00:00:01.2Z of the next container\n");
        const QStringList shown = log.shown().split(u'|');
        QCOMPARE(shown.size(), 3);
        QVERIFY2(shown[1].contains(u"may be lost"_s), qPrintable(shown[1]));
        log.end();
    }

    void aNewPodJoinsByItself()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n");
        log.follow({pod(u"pod-1"_s), pod(u"pod-2"_s)});
        QCOMPARE(log.server->calls.size(), 2);
        log.server->last()->send("2026-01-01T00:00:00.2Z second\n");
        QCOMPARE(log.shown(), u"first|joined at 00:00:00 UTC|second"_s);
        QCOMPARE(log.lines.sources(), (QStringList{u"pod-1"_s, u"pod-2"_s}));
        log.end();
    }

    void aPodThatIsGoneIsForgotten()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z last words\n");
        log.server->last()->answer(200);
        log.follow({});
        log.clock.advance(2s);
        log.server->last()->answer(404, notFound);
        QVERIFY(log.log.description().contains(u"no running pods"_s));
        QCOMPARE(log.shown(), u"last words|gone at 00:00:02 UTC"_s);
        log.follow({pod(u"pod-1"_s)}); // its name comes again
        QCOMPARE(log.server->calls.size(), 3);
        log.end();
        QVERIFY(log.server->last()->isEnded());
    }

    void theLogBeforeARestartIsReadOnceAndMerged()
    {
        Log log;
        log.follow({pod(u"pod-1"_s), pod(u"pod-2"_s, 1)});
        QVERIFY(log.log.hasPrevious());
        log.server->calls[1]->send("2026-01-01T00:00:02Z after\n");
        log.log.readPrevious();
        QVERIFY(!log.log.hasPrevious());
        QCOMPARE(log.server->calls.size(), 3);
        QVERIFY(log.server->last()->request.target.contains("pods/pod-2/log"));
        QVERIFY(log.server->last()->request.target.contains("previous=true"));
        log.server->last()->send("2026-01-01T00:00:01Z before\n");
        log.server->last()->answer(200);
        QCOMPARE(log.shown(), u"before|the container was restarted here|after"_s);
        QCOMPARE(log.lines.sources().last(), u"pod-2 (previous)"_s);

        log.follow({pod(u"pod-1"_s), pod(u"pod-2"_s, 2)});
        log.log.readPrevious();
        log.server->last()->answer(400, R"({"kind":"Status","message":"previous terminated container not found"})");
        QVERIFY(log.shown().contains(u"cannot be read: "_s));
        log.end();
    }

    void anotherRangeReadsEverythingAnew()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n");
        QCOMPARE(log.shown(), u"first"_s);
        const auto before = log.server->last();
        log.log.setRange(std::nullopt);
        QVERIFY(before->isEnded());
        QCOMPARE(log.server->calls.size(), 2);
        QVERIFY(!log.server->last()->request.target.contains("since"));
        QCOMPARE(log.shown(), QString());
        log.server->last()->send("2026-01-01T00:00:00.05Z zeroth\n2026-01-01T00:00:00.1Z first\n");
        QCOMPARE(log.shown(), u"zeroth|first"_s);
        log.end();
    }

    void aLongLineIsCutAndSaysSo()
    {
        Log log;
        log.follow({pod(u"pod-1"_s)});
        log.server->last()->send("2026-01-01T00:00:00.1Z " + QByteArray(40'000, 'x') + "\n");
        const QString shown = log.shown();
        QVERIFY(shown.size() < 33'000);
        QVERIFY(shown.endsWith(u"x …"_s));
        log.end();
    }
};

QTEST_GUILESS_MAIN(TestOperatorLog)
#include "tst_operatorlog.moc"
