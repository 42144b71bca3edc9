// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/directclient.h"
#include "support/httpdouble.h"
#include "support/testcase.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

using enum Error::Kind;
using Verb = HttpRequest::Verb;
using Request = HttpDouble::Request;
using Peer = HttpDouble::Peer;

/// HTTP/1.1 with a server that answers byte for byte as it is told.
class TestHttp1Connection : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void scriptedAnswers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<std::optional<Error::Kind>>("failsWith"); // nullopt: gives "hello"
        QTest::addColumn<bool>("kept"); // the next request goes on the same connection
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        const auto row = [](const char *name, const QByteArray &text, bool closes, std::optional<Error::Kind> failsWith,
                             bool kept) { QTest::newRow(name) << text << closes << failsWith << kept; };
        row("length", ok + "Content-Length: 5\r\n\r\nhello", false, std::nullopt, true);
        row("chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", false, std::nullopt,
            true);
        row("interim answers",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + ok
                + "Content-Length: 5\r\n\r\nhello",
            false, std::nullopt, true);
        row("close", ok + "Connection: close\r\nContent-Length: 5\r\n\r\nhello", true, std::nullopt, false);
        row("body to the close", ok + "\r\nhello", true, std::nullopt, false);
        row("more than it says", ok + "Content-Length: 5\r\n\r\nhello, world", false, std::nullopt, false);
        row("closed before a byte", "", true, Unreachable, false);
        row("closed in the header", ok + "Content-Le", true, Unreachable, false);
        row("closed after an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", true, Unreachable, false);
        row("closed in the body", ok + "Content-Length: 50\r\n\r\nhello", true, Unreachable, false);
        row("closed in a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nhello", true, Unreachable, false);
        row("closed between chunks", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true, Unreachable, false);
        row("another protocol", "SSH-2.0-OpenSSH_9.9\r\n", false, Malformed, false);
        row("TLS", "\x15\x03\x01\x02\x02\x16", false, Malformed, false);
        row("endless header", ok + QByteArray("x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n").repeated(2000), false,
            Malformed, false);
        row("two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", false, Malformed, false);
    }
    void scriptedAnswers()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, closes);
        QFETCH(const std::optional<Error::Kind>, failsWith);
        QFETCH(const bool, kept);
        for (const bool byteByByte : {false, true}) {
            if (byteByByte && text.size() > 1000)
                continue;
            HttpDouble server([&](const Request &request, Peer &peer) {
                if (request.target != "/scripted")
                    return peer.answer(200, "next");
                for (qsizetype at = 0; at < text.size(); at += byteByByte ? 1 : text.size())
                    peer.write(text.mid(at, byteByByte ? 1 : text.size()));
                if (closes)
                    peer.close();
            });
            const auto client = directClient(server.url());
            const auto reply = ask(*client, {.verb = Verb::Post, .target = "/scripted", .deadline = 5s});
            QCOMPARE(reply ? std::nullopt : std::optional(reply.error().kind), failsWith);
            if (reply)
                QCOMPARE(reply->body, "hello");
            else
                QVERIFY2(!reply.error().message.contains(u"within 5000"_s), "it was seen by the deadline alone");

            const auto next = ask(*client, {.target = "/next", .deadline = 5s});
            QVERIFY2(next, next ? "" : qPrintable(next.error().message));
            QCOMPARE(next->body, "next");
            QCOMPARE(server.accepted(), kept ? 1 : 2);
            QCOMPARE(server.requests().size(), 2);
        }
    }

    void requestsAreWrittenAsTheRfcSays()
    {
        HttpDouble server([](const Request &, Peer &peer) { peer.answer(200); });
        QUrl url = server.url();
        url.setPath(u"/base"_s);
        auto client = makeTransport(Endpoint{.server = url, .userAgent = "patronus/1"});
        QVERIFY(ask(**client, {.verb = Verb::Post, .target = "/a?b=c", .headers = {{"x-y", "z"}}, .body = "body"}));
        QCOMPARE(server.peers().first()->received(),
            "POST /base/a?b=c HTTP/1.1\r\nhost: 127.0.0.1:" + QByteArray::number(url.port())
                + "\r\nuser-agent: patronus/1\r\nx-y: z\r\ncontent-length: 4\r\n\r\nbody");
    }

    void anIdleConnectionThatClosesAsItIsUsedAgain_data()
    {
        QTest::addColumn<Verb>("verb");
        QTest::addColumn<bool>("changes");
        QTest::addColumn<bool>("again");
        QTest::newRow("GET") << Verb::Get << false << true;
        QTest::newRow("PUT") << Verb::Put << true << true;
        QTest::newRow("DELETE") << Verb::Delete << true << true;
        QTest::newRow("POST") << Verb::Post << true << false;
        QTest::newRow("PATCH") << Verb::Patch << true << false;
        QTest::newRow("POST that changes nothing") << Verb::Post << false << true;
    }
    void anIdleConnectionThatClosesAsItIsUsedAgain()
    {
        QFETCH(const Verb, verb);
        QFETCH(const bool, changes);
        QFETCH(const bool, again);
        HttpDouble server([](const Request &request, Peer &peer) {
            if (request.connection == 0 && request.target == "/second")
                peer.cut();
            else
                peer.answer(200);
        });
        int asked = 0;
        const auto client = directClient(server.url(), [&asked] { return ++asked > 0; });
        QVERIFY(ask(*client, {.target = "/first"}));
        const auto reply
            = ask(*client, {.verb = verb, .target = "/second", .deadline = 5s, .changesSomething = changes});
        QCOMPARE(reply.has_value(), again);
        QCOMPARE(server.requests().size(), again ? 3 : 2);
        QCOMPARE(asked, !changes ? 0 : again ? 2 : 1);
    }

    void aConnectionThatClosesAtOnceIsNotTriedForEver()
    {
        HttpDouble server([](const Request &, Peer &peer) { peer.cut(); });
        const auto client = directClient(server.url());
        const auto reply = ask(*client, {.target = "/", .deadline = 5s});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Unreachable);
        QCOMPARE(server.requests().size(), 1);
    }

    void anIdleConnectionThatTheServerClosedIsNotUsed()
    {
        HttpDouble server([](const Request &, Peer &peer) { peer.answer(200); });
        const auto client = directClient(server.url());
        QVERIFY(ask(*client, {.target = "/"}));
        server.peers().first()->close();
        QTRY_COMPARE(server.peers().size(), 0);
        QVERIFY(ask(*client, {.verb = Verb::Patch, .target = "/"}));
        QCOMPARE(server.accepted(), 2);
    }

    void anIdleConnectionIsClosedInTime()
    {
        HttpDouble server([](const Request &, Peer &peer) { peer.answer(200); });
        const auto client = directClient(server.url(), {}, {.keepIdle = 50ms});
        QVERIFY(ask(*client, {.target = "/"}));
        QCOMPARE(server.peers().size(), 1);
        QTRY_COMPARE(server.peers().size(), 0);
    }

    void thePoolIsBoundedAndFair()
    {
        QList<QByteArray> order;
        HttpDouble server([&order](const Request &request, Peer &peer) {
            order << request.target;
            QTimer::singleShot(2ms, &peer, [&peer] { peer.answer(200); });
        });
        const auto client = directClient(server.url(), {}, {.mostConnections = 1});
        std::vector<Task<HttpReply>> tasks;
        QList<QByteArray> expected;
        for (int i = 0; i < 20; ++i) {
            expected << "/" + QByteArray::number(i);
            tasks.push_back(client->send({.target = expected.last(), .deadline = 5s}, {}));
        }
        for (auto &task : tasks)
            QVERIFY(QCoro::waitFor(task));
        QCOMPARE(order, expected);
        QCOMPARE(server.accepted(), 1);
    }

    void aServerThatNeverFinishesTheHandshakeCostsOneDeadline()
    {
        QTcpServer silent; // accepts, and says nothing: half-open
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        const QUrl url(u"https://127.0.0.1:%1"_s.arg(silent.serverPort()));
        const auto client = directClient(url, {}, {.connect = 150ms});
        auto first = client->send({.target = "/a", .deadline = 50ms}, {});
        const auto late = QCoro::waitFor(first);
        QVERIFY(!late);
        QCOMPARE(late.error().kind, Unreachable);
        const auto second = ask(*client, {.target = "/b", .deadline = 5s}); // an attempt of its own, with its own limit
        QVERIFY(!second);
        QCOMPARE(second.error().kind, Unreachable);
        QVERIFY2(second.error().message.contains(u"no connection"_s), qPrintable(second.error().message));
    }

    void slowBytesAreWaitedFor()
    {
        HttpDouble server([](const Request &, Peer &peer) {
            peer.startChunks();
            for (int i = 0; i < 10; ++i)
                QTimer::singleShot(20ms * i, &peer, [&peer, i] { i < 9 ? peer.chunk("x") : peer.endChunks(); });
        });
        const auto client = directClient(server.url());
        int pieces = 0;
        const auto reply = QCoro::waitFor(client->stream(
            {.target = "/", .deadline = 5s, .idleLimit = 150ms}, [&pieces](QByteArrayView) { ++pieces; }, {}));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(pieces, 9);
    }

    void aStreamRefusedWithABodyThatHangsEndsAtTheDeadline()
    {
        HttpDouble server([](const Request &, Peer &peer) {
            peer.startChunks(500);
            peer.chunk("half of it");
        });
        const auto client = directClient(server.url());
        const auto reply
            = QCoro::waitFor(client->stream({.target = "/", .deadline = 200ms}, [](QByteArrayView) { }, {}));
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Unreachable);
    }

    void theAnswerToHalfARequestIsRead()
    {
        HttpDouble server;
        server.setReadBufferSize(4096);
        server.setOnBytes([](Peer &peer) {
            peer.stall(); // reads no more, and says why
            peer.answer(413, "too large");
        });
        const auto client = directClient(server.url());
        const auto reply
            = ask(*client, {.verb = Verb::Put, .target = "/", .body = QByteArray(32'000'000, 'x'), .deadline = 5s});
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(reply->status, 413);
        QCOMPARE(reply->body, "too large");
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestHttp1Connection)
#include "tst_http1connection.moc"
