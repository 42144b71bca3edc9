// SPDX-License-Identifier: GPL-3.0-or-later
// Logs over real sockets: floods, and connections that are cut in the middle of a line.
#include "app/console/operatorlog.h"
#include "support/httpdouble.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QUrlQuery>

#include <format>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

OperatorLog::Pod pod(const QString &name)
{
    return {.key = {u"patronus-system"_s, name}, .container = u"operator"_s};
}

/// What a node serves of one container: its lines, from the second on that a request names.
struct Container {
    QList<QByteArray> lines; // with their times
    QPointer<HttpDouble::Peer> reader;

    void write(int number, int ms)
    {
        const LogTime time(1'767'225'600s + std::chrono::milliseconds(ms));
        const QByteArray line = std::format("{:%FT%T}Z line {}\n", time, number).c_str();
        lines.append(line);
        if (reader)
            reader->chunk(line);
    }
    void read(const HttpDouble::Request &request, HttpDouble::Peer &peer)
    {
        const QUrlQuery query(QString::fromLatin1(request.target).section(u'?', 1));
        QByteArray since = query.queryItemValue(u"sinceTime"_s, QUrl::FullyDecoded).toLatin1();
        since.replace('Z', "");
        peer.startChunks();
        for (const QByteArray &line : std::as_const(lines))
            if (line > since) // as text: the same form
                peer.chunk(line);
        reader = &peer;
    }
    void cut() const
    {
        reader->chunk("2026-01-01T00:");
        reader->socket()->waitForBytesWritten(1000);
        reader->cut();
    }
};

struct Stream {
    ManualClock clock;
    LogLinesModel lines;
    OperatorLog log{lines, clock};
    HttpDouble server;
    std::shared_ptr<Transport> transport = makeTransport({.server = server.url()}).value();
    KubeClient client{transport, nullptr};

    explicit Stream(qsizetype limit) : lines(clock, limit) { }
    ~Stream() { QCoro::waitFor(log.close()); }
    [[nodiscard]] qint64 arrived()
    {
        clock.advance(50ms);
        return lines.lineCount() + lines.dropped();
    }
};

} // namespace

class TestLogStream : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void ofAFloodWhatDoesNotFitIsCounted()
    {
        constexpr qsizetype limit = 2 << 20;
        Stream stream(limit);
        stream.server.setHandler([](const HttpDouble::Request &request, HttpDouble::Peer &peer) {
            const QByteArray name = request.target.split('/')[6];
            peer.startChunks();
            for (int i = 0; i < 100; ++i) {
                QByteArray lines;
                for (int line = 0; line < 100; ++line)
                    lines += std::format("2026-01-01T00:{:02}:{:02}.{:09}Z x INFO {} line {} {}\n", i / 60, i % 60,
                        line * 1000, name.toStdString(), i * 100 + line, std::string(60, 'x'))
                                 .c_str();
                peer.chunk(lines);
            }
        });
        qsizetype most = 0;
        connect(&stream.lines, &LogLinesModel::changed, this, [&] { most = std::max(most, stream.lines.bytes()); });
        stream.log.followPods(stream.client, {pod(u"pod-1"_s), pod(u"pod-2"_s), pod(u"pod-3"_s), pod(u"pod-4"_s)});
        QTRY_COMPARE_WITH_TIMEOUT(stream.arrived(), 40'000, 30'000);
        QVERIFY2(most <= limit, qPrintable(QString::number(most)));
        QVERIFY(stream.lines.dropped() > 20'000);
        QCOMPARE(stream.lines.rowCount(), stream.lines.lineCount());
        // What stays are the newest of all pods, in the order of time.
        QSet<int> sources;
        for (int row = stream.lines.rowCount() - 40; row < stream.lines.rowCount(); ++row)
            sources.insert(stream.lines.index(row).data(LogLinesModel::SourceRole).toInt());
        QCOMPARE(sources.size(), 4);
        QVERIFY(stream.lines.index(stream.lines.rowCount() - 1).data().toString().contains(u"line 9999 "_s));
    }

    void streamsThatAreCutAgainAndAgainLoseAndRepeatNothing()
    {
        constexpr int cuts = 8;
        Stream stream(8 << 20);
        Container container;
        stream.server.setHandler(
            [&](const HttpDouble::Request &request, HttpDouble::Peer &peer) { container.read(request, peer); });
        stream.log.followPods(stream.client, {pod(u"pod-1"_s)});
        QTRY_VERIFY(container.reader);
        int number = 0;
        const auto write = [&](int lines) {
            for (int i = 0; i < lines; ++i, ++number)
                container.write(number, number * 7);
        };
        for (int cut = 0; cut < cuts; ++cut) {
            write(300);
            QTRY_COMPARE(stream.arrived(), number + cut);
            container.cut();
            QTRY_VERIFY(stream.log.description().contains(u"asking again"_s));
            write(50); // nobody reads these yet
            stream.clock.advance(2s);
            QTRY_COMPARE(stream.arrived(), number + cut + 1); // and a mark
            QCOMPARE(stream.log.description(), u"following pod-1"_s);
        }
        int expected = 0, marks = 0;
        for (int row = 0; row < stream.lines.rowCount(); ++row) {
            const QModelIndex index = stream.lines.index(row);
            if (index.data(LogLinesModel::IsMarkRole).toBool()) {
                QVERIFY(index.data().toString().endsWith(u"UTC, nothing lost"_s));
                ++marks;
            } else {
                QCOMPARE(index.data().toString(), u"line %1"_s.arg(expected++));
            }
        }
        QCOMPARE(expected, number);
        QCOMPARE(marks, cuts);
    }
};

QTEST_GUILESS_MAIN(TestLogStream)
#include "tst_logstream.moc"
