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

struct Log {
    ManualClock clock;
    LogLinesModel lines;
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
        clock.advance(500ms);
    }
    void end() { QCoro::waitFor(log.close()); }
};

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
        QCOMPARE(log.lines.text(), u"one\n"_s);
        QCOMPARE(log.log.description(), u"following %1"_s.arg(log.file.fileName()));
        log.write("o\nthree\n");
        QCOMPARE(log.lines.text(), u"one\ntwo\nthree\n"_s);
        log.end();
    }

    void aTruncatedFileBeginsAnew()
    {
        Log log;
        log.write("a long line of before\nhal");
        log.log.followFile(log.file.fileName());
        log.write("new\n", QIODevice::WriteOnly | QIODevice::Truncate);
        QCOMPARE(log.lines.text(), u"a long line of before\nnew\n"_s);
        log.end();
    }

    void ofALongFileTheEndIsRead()
    {
        Log log;
        log.write(QByteArray("x").repeated(2 << 20) + "\nlast\n");
        log.log.followFile(log.file.fileName());
        QCOMPARE(log.lines.text(), u"last\n"_s);
        log.end();
    }

    void podsAreFollowedAndSayWhatIsWrong()
    {
        Log log;
        QVERIFY(log.log.description().contains(u"no running pods"_s));
        log.log.followPods(log.client, {{u"patronus-system"_s, u"pod-1"_s}, {u"patronus-system"_s, u"pod-2"_s}});
        QCOMPARE(log.server->calls.size(), 2);
        const auto one = log.server->calls[0], two = log.server->calls[1];
        QVERIFY(one->request.target.startsWith("/api/v1/namespaces/patronus-system/pods/pod-1/log?"));
        QCOMPARE(log.log.description(), u"following pod-1, pod-2"_s);

        one->send("2026-01-01T00:00:00.000000001Z hello\n");
        log.clock.advance(100ms);
        QCOMPARE(log.lines.text(), u"hello\n"_s);
        two->answer(403, R"({"kind":"Status","status":"Failure","message":"pods/log is forbidden","code":403})");
        QVERIFY2(log.log.description().startsWith(u"following pod-1 · pod-2: "_s)
                && log.log.description().endsWith(u"pods/log is forbidden"_s),
            qPrintable(log.log.description()));
        log.end();
    }

    void aCutStreamGoesOnAndSaysSo()
    {
        Log log;
        log.log.followPods(log.client, {{u"patronus-system"_s, u"pod-1"_s}});
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n");
        log.server->last()->fail(Error::Kind::Unreachable);
        log.clock.advance(30s);
        QCOMPARE(log.server->calls.size(), 2);
        log.server->last()->send("2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:02.2Z second\n");
        log.clock.advance(100ms);
        QCOMPARE(log.lines.text(), u"first\n— reconnected, nothing is missing —\nsecond\n"_s);
        log.end();
    }

    void aPodThatIsGoneIsForgotten()
    {
        Log log;
        log.log.followPods(log.client, {{u"patronus-system"_s, u"pod-1"_s}});
        log.server->last()->answer(404, R"({"kind":"Status","status":"Failure","message":"gone","code":404})");
        QVERIFY(log.log.description().contains(u"no running pods"_s));
        log.log.followPods(log.client, {{u"patronus-system"_s, u"pod-1"_s}}); // its name comes again
        QCOMPARE(log.server->calls.size(), 2);
        log.end();
        QVERIFY(log.server->last()->isEnded());
    }
};

QTEST_GUILESS_MAIN(TestOperatorLog)
#include "tst_operatorlog.moc"
