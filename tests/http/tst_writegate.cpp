// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/directclient.h"
#include "support/httpdouble.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

using enum Error::Kind;
using Verb = HttpRequest::Verb;
using Request = HttpDouble::Request;
using Peer = HttpDouble::Peer;

/// No byte of a change goes to the kernel once the gate says no: invariant "one writer". The gate of these tests flips
/// without anybody telling the transport, as it does for a process that was frozen past its lease and goes on.
class TestWriteGate : public TestCase
{
    Q_OBJECT

private:
    static constexpr qsizetype large = 20'000'000; // more than the kernel's buffers of both sides take

    static std::unique_ptr<HttpDouble> makeServer(bool tls)
    {
        auto made = std::make_unique<HttpDouble>(
            HttpDouble::Handler(), tls ? std::optional(serverTls(u"server"_s, {"http/1.1"})) : std::nullopt);
        made->setReadBufferSize(4096);
        return made;
    }

    static void addTransports()
    {
        QTest::addColumn<bool>("tls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }

    // Waits until the client's kernel takes nothing more of the change.
    static void waitUntilStuck() { QTest::qWait(300); }

private Q_SLOTS:
    void aStalledReaderGetsTheRestWhileTheGateIsOpen_data() { addTransports(); }
    void aStalledReaderGetsTheRestWhileTheGateIsOpen()
    {
        QFETCH(const bool, tls);
        const auto reader = makeServer(tls);
        reader->setOnAccepted([](Peer &peer) { peer.stall(); });
        reader->setHandler(
            [](const Request &request, Peer &peer) { peer.answer(200, QByteArray::number(request.body.size())); });
        const auto client = directClient(reader->url(), [] { return true; });
        auto change
            = client->send({.verb = Verb::Put, .target = "/", .body = QByteArray(large, 'x'), .deadline = 60s}, {});
        QTRY_COMPARE(reader->peers().size(), 1);
        waitUntilStuck();
        QVERIFY(!change.isReady());
        reader->peers().first()->resume();
        const auto reply = QCoro::waitFor(change);
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(reply->body, QByteArray::number(large));
    }

    void aStalledReaderGetsNothingMoreOnceTheGateIsShut_data() { addTransports(); }
    void aStalledReaderGetsNothingMoreOnceTheGateIsShut()
    {
        QFETCH(const bool, tls);
        const auto reader = makeServer(tls);
        qsizetype received = 0;
        reader->setOnAccepted([](Peer &peer) { peer.stall(); });
        reader->setOnBytes([&received](Peer &peer) { received = peer.received().size(); });
        bool mayWrite = true;
        const auto client = directClient(reader->url(), [&mayWrite] { return mayWrite; });
        auto change
            = client->send({.verb = Verb::Put, .target = "/", .body = QByteArray(large, 'x'), .deadline = 60s}, {});
        QTRY_COMPARE(reader->peers().size(), 1);
        waitUntilStuck();
        QVERIFY(!change.isReady());
        mayWrite = false;
        reader->peers().first()->resume(); // the client's kernel has room again
        const auto reply = QCoro::waitFor(change);
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, WriteRefused);
        QTRY_COMPARE(reader->peers().size(), 0); // cut
        QVERIFY2(received < large - 1'000'000, qPrintable(QString::number(received)));
    }

    void droppingChangesTakesBackWhatTheKernelHolds_data() { addTransports(); }
    void droppingChangesTakesBackWhatTheKernelHolds()
    {
        QFETCH(const bool, tls);
        const auto reader = makeServer(tls);
        qsizetype received = 0;
        reader->setOnAccepted([](Peer &peer) { peer.stall(); });
        reader->setOnBytes([&received](Peer &peer) { received = peer.received().size(); });
        const auto client = directClient(reader->url());
        auto change
            = client->send({.verb = Verb::Put, .target = "/", .body = QByteArray(large, 'x'), .deadline = 60s}, {});
        QTRY_COMPARE(reader->peers().size(), 1);
        waitUntilStuck();
        client->dropChanges();
        QCOMPARE(QCoro::waitFor(change).error().kind, WriteRefused);
        reader->peers().first()->resume();
        QTRY_COMPARE(reader->peers().size(), 0);
        QVERIFY2(received < large - 1'000'000, qPrintable(QString::number(received)));
    }

    void theGateIsAskedWhenTheConnectionIsThere_data() { addTransports(); }
    void theGateIsAskedWhenTheConnectionIsThere()
    {
        QFETCH(const bool, tls);
        const auto reader = makeServer(tls);
        bool mayWrite = true;
        const auto client = directClient(reader->url(), [&mayWrite] { return mayWrite; });
        auto change = client->send({.verb = Verb::Put, .target = "/"}, {});
        mayWrite = false; // while it connects
        const auto reply = QCoro::waitFor(change);
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, WriteRefused);
        QTRY_COMPARE(reader->accepted(), 1);
        QVERIFY(ask(*client, {.target = "/"})); // the connection is good for a read
        QCOMPARE(reader->requests().size(), 1);
        QCOMPARE(reader->requests().first().verb, "GET");
        QCOMPARE(reader->accepted(), 1);
    }

    void aReadMayFinishWhateverTheGateSays()
    {
        const auto reader = makeServer(false);
        reader->setOnAccepted([](Peer &peer) { peer.stall(); });
        reader->setHandler([](const Request &, Peer &peer) { peer.answer(200); });
        const auto client = directClient(reader->url(), [] { return false; });
        auto read = client->send({.verb = Verb::Post,
                                     .target = "/",
                                     .body = QByteArray(large, 'x'),
                                     .deadline = 60s,
                                     .changesSomething = false},
            {});
        QTRY_COMPARE(reader->peers().size(), 1);
        waitUntilStuck();
        reader->peers().first()->resume();
        QVERIFY(QCoro::waitFor(read));
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestWriteGate)
#include "tst_writegate.moc"
