// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/directclient.h"
#include "http/http2script.h"
#include "support/testcase.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

using enum Error::Kind;
using Verb = HttpRequest::Verb;
using Script = Http2Script;

namespace {

constexpr quint32 refusedStream = 7;
constexpr quint32 internalError = 2;
constexpr quint32 cancel = 8;

bool isRequest(const Script::Frame &frame)
{
    return frame.type == Script::Headers;
}

} // namespace

/// HTTP/2 with a server that does what real ones rarely do.
class TestHttp2Connection : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerIsRead_data()
    {
        QTest::addColumn<QByteArray>("frames");
        QTest::addColumn<QByteArray>("body");
        const QByteArray early = Script::frame(Script::Headers, Script::EndHeaders, 1,
            "\x08\x03"
            "103"_ba);
        const QByteArray trailers
            = Script::frame(Script::Headers, Script::EndHeaders | Script::EndStream, 1, "\x40\x01x\x01y"_ba);
        QTest::newRow("body") << Script::answer(1, "hello") << "hello"_ba;
        QTest::newRow("no body") << Script::header(1, Script::EndHeaders | Script::EndStream) << ""_ba;
        QTest::newRow("body in pieces") << Script::header(1) + Script::frame(Script::Data, 0, 1, "hel")
                + Script::frame(Script::Data, 0, 1, "") + Script::frame(Script::Data, Script::EndStream, 1, "lo")
                                        << "hello"_ba;
        QTest::newRow("1xx before it") << early + Script::answer(1, "hello") << "hello"_ba;
        QTest::newRow("trailers after it")
            << Script::header(1) + Script::frame(Script::Data, 0, 1, "hello") + trailers << "hello"_ba;
        QTest::newRow("header in two frames") << Script::frame(Script::Headers, 0, 1, "\x88")
                + Script::frame(Script::Continuation, Script::EndHeaders, 1, "\x40\x01x\x01y")
                + Script::frame(Script::Data, 1, 1, "hello")
                                              << "hello"_ba;
        QTest::newRow("reset after the end") << Script::answer(1, "hello") + Script::reset(1, 0) << "hello"_ba;
        QTest::newRow("unknown frame between")
            << Script::header(1) + Script::frame(0x77, 0, 1, "what") + Script::frame(Script::Data, 1, 1, "hello")
            << "hello"_ba;
    }
    void anAnswerIsRead()
    {
        QFETCH(const QByteArray, frames);
        for (const bool byteByByte : {false, true}) {
            Script script([&](const Script::Frame &frame, Script::Peer &peer) {
                if (!isRequest(frame))
                    return;
                for (qsizetype at = 0; at < frames.size(); at += byteByByte ? 1 : frames.size())
                    peer.write(frames.mid(at, byteByByte ? 1 : frames.size()));
            });
            const auto client = directClient(script.url());
            const auto reply = ask(*client, {.target = "/", .deadline = 5s});
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QCOMPARE(reply->status, 200);
            QTEST(reply->body, "body");
        }
    }

    void aBadAnswerIsAnError_data()
    {
        QTest::addColumn<QByteArray>("frames");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<Error::Kind>("kind");
        QTest::addColumn<bool>("goesOn"); // the connection serves the next request
        const QByteArray longField = QByteArray("\x00\x01x\x7f\x81\x7d", 6) + QByteArray(16128, 'y');
        const QByteArray length5 = "\x0f\x0d\x01"
                                   "5"_ba;
        QTest::newRow("reset") << Script::reset(1, internalError) << false << Unreachable << true;
        QTest::newRow("reset in the body")
            << Script::header(1) + Script::frame(Script::Data, 0, 1, "hel") + Script::reset(1, 0) << false
            << Unreachable << true;
        QTest::newRow("closed") << ""_ba << true << Unreachable << false;
        QTest::newRow("closed in the body")
            << Script::header(1) + Script::frame(Script::Data, 0, 1, "hel") << true << Unreachable << false;
        QTest::newRow("closed in a frame") << Script::header(1) + Script::frame(Script::Data, 1, 1, "hello").chopped(2)
                                           << true << Unreachable << false;
        QTest::newRow("body longer than it says")
            << Script::header(1, 4, length5) + Script::frame(Script::Data, 1, 1, "hello!") << false << Malformed
            << true;
        QTest::newRow("body shorter than it says")
            << Script::header(1, 4, length5) + Script::frame(Script::Data, 1, 1, "hell") << false << Malformed << true;
        QTest::newRow("body before the header")
            << Script::frame(Script::Data, 1, 1, "hello") << false << Malformed << false;
        QTest::newRow("HPACK garbage") << Script::frame(Script::Headers, 5, 1, "\xff\xff\xff\xff\xff\xff\xff") << false
                                       << Malformed << false;
        QTest::newRow("no status") << Script::frame(Script::Headers, 5, 1, "\x40\x01x\x01y") << false << Malformed
                                   << true;
        QTest::newRow("frame of a stream that is not there")
            << Script::answer(99, "hello") << false << Malformed << false;
        QTest::newRow("frame larger than allowed")
            << Script::frame(Script::Data, 0, 1, QByteArray(20000, 'x')) << false << Malformed << false;
        QTest::newRow("push") << Script::frame(Script::Push, 4, 1, Script::number(2) + "\x82") << false << Malformed
                              << false;
        QTest::newRow("HTTP/1.1") << "HTTP/1.1 400 Bad Request\r\n\r\n"_ba << false << Malformed << false;
        QTest::newRow("header without end") << Script::frame(Script::Headers, 0, 1, "\x88")
                + Script::frame(Script::Continuation, 0, 1, "\x40\x01x\x01y").repeated(5000)
                                            << false << Malformed << false;
        QTest::newRow("header larger than allowed") << Script::frame(Script::Headers, 0, 1, "\x88")
                + Script::frame(Script::Continuation, 0, 1, longField).repeated(5)
                + Script::frame(Script::Continuation, Script::EndHeaders, 1, longField)
                                                    << false << Malformed << true;
    }
    void aBadAnswerIsAnError()
    {
        QFETCH(const QByteArray, frames);
        QFETCH(const bool, closes);
        QFETCH(const bool, goesOn);
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (!isRequest(frame))
                return;
            const bool first = frame.stream == 1 && frame.connection == 0;
            peer.write(first ? frames : Script::answer(frame.stream, "next"));
            if (first && closes)
                peer.close();
        });
        const auto client = directClient(script.url());
        const auto reply = ask(*client, {.verb = Verb::Patch, .target = "/", .deadline = 5s});
        QVERIFY(!reply);
        QTEST(reply.error().kind, "kind");
        QVERIFY2(!reply.error().message.contains(u"within 5000"_s), "it was seen by the deadline alone");

        const auto next = ask(*client, {.verb = Verb::Patch, .target = "/", .deadline = 5s});
        QVERIFY2(next, next ? "" : qPrintable(next.error().message));
        QCOMPARE(script.server().accepted(), goesOn ? 1 : 2);
    }

    void aServerThatIsNoHttp2ServerIsMalformed()
    {
        HttpDouble server({}, serverTls(u"server"_s, {"h2"}));
        server.setOnAccepted(
            [](HttpDouble::Peer &peer) { peer.write("220 mail.example.com ESMTP, and some more text\r\n"); });
        server.setOnBytes([](HttpDouble::Peer &) { });
        const auto client = directClient(server.url());
        const auto reply = ask(*client, {.target = "/", .deadline = 5s});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Malformed);
    }

    void whatTheServerDidNotTouchIsSentOnceMore_data()
    {
        QTest::addColumn<QByteArray>("frames");
        QTest::addColumn<int>("connections");
        QTest::newRow("GOAWAY with no stream") << Script::goAway(0) << 2;
        QTest::newRow("GOAWAY with an error") << Script::goAway(0, internalError) << 2;
        QTest::newRow("refused") << Script::reset(1, refusedStream) << 1;
    }
    void whatTheServerDidNotTouchIsSentOnceMore()
    {
        QFETCH(const QByteArray, frames);
        int asked = 0;
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(
                    frame.stream == 1 && frame.connection == 0 ? frames : Script::answer(frame.stream, "second"));
        });
        const auto client = directClient(script.url(), [&asked] { return ++asked > 0; });
        const auto reply = ask(*client, {.verb = Verb::Post, .target = "/", .deadline = 5s});
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(reply->body, "second");
        QTEST(script.server().accepted(), "connections");
        QCOMPARE(script.frames(Script::Headers).size(), 2);
        QCOMPARE(asked, 4); // the gate, for each: before its stream is opened, and when its header is made
    }

    void itIsSentOnceMoreAndNotForEver()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(Script::reset(frame.stream, refusedStream));
        });
        const auto client = directClient(script.url());
        const auto reply = ask(*client, {.verb = Verb::Post, .target = "/", .deadline = 5s});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Unreachable);
        QCOMPARE(script.frames(Script::Headers).size(), 2);
    }

    void theGateMayRefuseTheSecondTime()
    {
        bool mayWrite = true;
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (!isRequest(frame))
                return;
            mayWrite = false;
            peer.write(Script::goAway(0));
        });
        const auto client = directClient(script.url(), [&mayWrite] { return mayWrite; });
        const auto reply = ask(*client, {.verb = Verb::Put, .target = "/", .deadline = 5s});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, WriteRefused);
        QCOMPARE(script.frames(Script::Headers).size(), 1);
    }

    void aChangeThatMayHaveBeenDoneIsNotSentAgain_data()
    {
        QTest::addColumn<Verb>("verb");
        QTest::addColumn<bool>("again");
        QTest::newRow("GET") << Verb::Get << true;
        QTest::newRow("PUT") << Verb::Put << false;
        QTest::newRow("POST") << Verb::Post << false;
        QTest::newRow("PATCH") << Verb::Patch << false;
        QTest::newRow("DELETE") << Verb::Delete << false;
    }
    void aChangeThatMayHaveBeenDoneIsNotSentAgain()
    {
        QFETCH(const Verb, verb);
        QFETCH(const bool, again);
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (!isRequest(frame))
                return;
            if (frame.connection == 0 && frame.stream == 3)
                peer.cut(); // it had served one before: an idle connection that closes as it is used again
            else
                peer.write(Script::answer(frame.stream, "x"));
        });
        const auto client = directClient(script.url());
        QVERIFY(ask(*client, {.target = "/", .deadline = 5s}));
        const auto reply = ask(*client, {.verb = verb, .target = "/", .deadline = 5s});
        QCOMPARE(reply.has_value(), again);
        QCOMPARE(script.frames(Script::Headers).size(), again ? 3 : 2);
    }

    void aConnectionThatIsGoingAwayServesWhatItHas()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (!isRequest(frame))
                return;
            if (frame.connection > 0)
                return peer.write(Script::answer(frame.stream, "new"));
            peer.write(Script::header(1) + Script::goAway(0x7fffffff) + Script::goAway(1));
            QTimer::singleShot(
                100ms, &peer, [&peer] { peer.write(Script::frame(Script::Data, Script::EndStream, 1, "old")); });
        });
        const auto client = directClient(script.url());
        auto old = client->send({.target = "/", .deadline = 5s}, {});
        QTRY_COMPARE(script.frames(Script::Headers).size(), 1);
        QTest::qWait(20); // the GOAWAY comes
        const auto next = ask(*client, {.target = "/", .deadline = 5s});
        QVERIFY2(next, next ? "" : qPrintable(next.error().message));
        QCOMPARE(next->body, "new");
        const auto reply = QCoro::waitFor(old);
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(reply->body, "old");
        QTRY_COMPARE(script.server().peers().size(), 1); // the old one is closed
    }

    void noMoreStreamsAreOpenedThanTheServerAllows()
    {
        QList<quint32> open;
        qsizetype most = 0;
        QList<quint32> order;
        Script script(
            [&](const Script::Frame &frame, Script::Peer &peer) {
                if (!isRequest(frame))
                    return;
                open << frame.stream;
                order << frame.stream;
                most = std::max(most, open.size());
                QTimer::singleShot(5ms, &peer, [&open, &peer, stream = frame.stream] {
                    open.removeOne(stream);
                    peer.write(Script::answer(stream, QByteArray::number(stream)));
                });
            },
            Script::setting(3, 2)); // MAX_CONCURRENT_STREAMS
        const auto client = directClient(script.url());
        QVERIFY(ask(*client, {.target = "/"})); // now the setting is known
        std::vector<Task<HttpReply>> tasks;
        for (int i = 0; i < 20; ++i)
            tasks.push_back(client->send({.target = "/", .deadline = 5s}, {}));
        for (size_t i = 0; i < tasks.size(); ++i) {
            const auto reply = QCoro::waitFor(tasks[i]);
            QVERIFY(reply);
            QCOMPARE(reply->body, QByteArray::number(3 + 2 * i)); // first come, first served
        }
        QCOMPARE(most, 2);
        QCOMPARE(script.server().accepted(), 1);
    }

    void aSilentConnectionIsAskedAndGivenUp()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(frame.connection == 0 ? Script::header(frame.stream) : Script::answer(frame.stream, "new"));
        });
        script.answersPings = false;
        const auto client = directClient(script.url(), {}, {.pingAfter = 100ms, .pingAnswer = 100ms});
        QElapsedTimer time;
        time.start();
        const auto watch = QCoro::waitFor(client->stream({.target = "/watch"}, [](QByteArrayView) { }, {}));
        QVERIFY(!watch);
        QCOMPARE(watch.error().kind, Unreachable);
        QVERIFY2(watch.error().message.contains(u"PING"_s), qPrintable(watch.error().message));
        QCOMPARE_LT(time.elapsed(), 10000);
        QVERIFY(ask(*client, {.target = "/", .deadline = 5s}));
        QCOMPARE(script.server().accepted(), 2);
    }

    void aSilentConnectionThatAnswersIsKept()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(Script::header(frame.stream));
        });
        const auto client = directClient(script.url(), {}, {.pingAfter = 20ms, .pingAnswer = 5s});
        std::stop_source stop;
        auto watch = client->stream({.target = "/watch"}, [](QByteArrayView) { }, stop.get_token());
        QTRY_COMPARE_GE(script.frames(Script::Ping).size(), 5);
        QVERIFY(!watch.isReady());
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(watch).error().kind, Cancelled);
        QTRY_COMPARE(script.frames(Script::Reset).size(), 1);
        QCOMPARE(script.frames(Script::Reset).first().payload, Script::number(cancel));
    }

    void aConnectionWithoutStreamsIsLeftAlone()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(Script::answer(frame.stream, "x"));
        });
        const auto client = directClient(script.url(), {}, {.pingAfter = 20ms, .pingAnswer = 5s});
        QVERIFY(ask(*client, {.target = "/"}));
        QTest::qWait(50); // on a slow machine a PING went while the answer was awaited
        const qsizetype before = script.frames(Script::Ping).size();
        QTest::qWait(100);
        QCOMPARE(script.frames(Script::Ping).size(), before);
        QVERIFY(ask(*client, {.target = "/"})); // nobody knows whether it still lives: asked at once
        QTRY_COMPARE_GE(script.frames(Script::Ping).size(), before + 1);
    }

    void aDeadlineMakesAConnectionSuspect_data()
    {
        QTest::addColumn<bool>("alive");
        QTest::newRow("half-open") << false;
        QTest::newRow("slow") << true;
    }
    void aDeadlineMakesAConnectionSuspect()
    {
        QFETCH(const bool, alive);
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame) && (frame.connection > 0 || frame.stream > 3))
                peer.write(Script::answer(frame.stream, "x"));
            else if (isRequest(frame) && frame.stream == 1)
                peer.write(Script::header(frame.stream));
        });
        script.answersPings = alive;
        const auto client = directClient(script.url(), {}, {.pingAnswer = alive ? 5000ms : 200ms});
        std::stop_source stop;
        auto watch = client->stream({.target = "/watch"}, [](QByteArrayView) { }, stop.get_token());
        QTRY_COMPARE(script.frames(Script::Headers).size(), 1); // connected, so that what is late is late on it
        const auto late = ask(*client, {.target = "/slow", .deadline = 100ms});
        QVERIFY(!late);
        QCOMPARE(late.error().kind, Unreachable);

        if (alive)
            QTRY_COMPARE(script.frames(Script::Ping).size(), 1);
        QTest::qWait(20);
        QVERIFY(ask(*client, {.target = "/", .deadline = 5s}));
        QCOMPARE(script.server().accepted(), alive ? 1 : 2);
        if (alive)
            stop.request_stop();
        QCOMPARE(QCoro::waitFor(watch).error().kind, alive ? Cancelled : Unreachable);
    }

    void aConnectionIsRenewedAfterManyRequests()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame))
                peer.write(Script::answer(frame.stream, "x"));
        });
        const auto client = directClient(script.url(), {}, {.mostRequests = 3});
        for (int i = 0; i < 9; ++i)
            QVERIFY(ask(*client, {.target = "/", .deadline = 5s}));
        QCOMPARE(script.server().accepted(), 3);
        QTRY_COMPARE(script.server().peers().size(), 0);
        QCOMPARE(script.frames(Script::GoAway).size(), 3);
    }

    void theGateIsAskedAgainForEachPieceOfABody()
    {
        bool mayWrite = true;
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame) && frame.stream > 1)
                peer.write(Script::answer(frame.stream, "x"));
        });
        const auto client = directClient(script.url(), [&mayWrite] { return mayWrite; });
        auto change = client->send({.verb = Verb::Put, .target = "/", .body = QByteArray(200'000, 'x')}, {});
        const auto received = [&script] {
            qsizetype size = 0;
            for (const Script::Frame &frame : script.frames(Script::Data))
                size += frame.payload.size();
            return size;
        };
        QTRY_COMPARE(received(), 65535); // the window that every server opens at first
        mayWrite = false;
        const QByteArray room = Script::number(200'000);
        script.server().peers().first()->write(
            Script::frame(Script::WindowUpdate, 0, 0, room) + Script::frame(Script::WindowUpdate, 0, 1, room));
        const auto reply = QCoro::waitFor(change);
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, WriteRefused);
        QVERIFY(ask(*client, {.target = "/", .deadline = 5s})); // reads go on, on the same connection
        QCOMPARE(received(), 65535);
        QCOMPARE(script.frames(Script::Reset).size(), 1);
        QCOMPARE(script.server().accepted(), 1);
    }

    void droppedChangesAreReset()
    {
        Script script([&](const Script::Frame &frame, Script::Peer &peer) {
            if (isRequest(frame) && frame.stream == 5)
                peer.write(Script::answer(1, "read"));
        });
        const auto client = directClient(script.url());
        auto read = client->send({.target = "/"}, {});
        auto change = client->send({.verb = Verb::Patch, .target = "/", .body = "x"}, {});
        QTRY_COMPARE(script.frames(Script::Data).size(), 1);
        client->dropChanges();
        QCOMPARE(QCoro::waitFor(change).error().kind, WriteRefused);
        QTRY_COMPARE(script.frames(Script::Reset).size(), 1);
        QCOMPARE(script.frames(Script::Reset).first().stream, 3U);
        auto third = client->send({.target = "/", .deadline = 100ms}, {});
        const auto reply = QCoro::waitFor(read);
        QVERIFY(reply);
        QCOMPARE(reply->body, "read");
        QVERIFY(!QCoro::waitFor(third));
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestHttp2Connection)
#include "tst_http2connection.moc"
