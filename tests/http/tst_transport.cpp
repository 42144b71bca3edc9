// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/realserver.h"
#include "http/testtls.h"
#include "http/transport.h"
#include "support/testcase.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

using enum Error::Kind;
using Verb = HttpRequest::Verb;

/// What both transports do alike, with a real server: HTTP/1.1, the same with TLS, and HTTP/2.
class TestTransport : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<RealServer> m_server;
    std::unique_ptr<Transport> m_transport;
    bool m_mayWrite = true;

    static void rows()
    {
        QTest::addColumn<TransportKind>("kind");
        QTest::addColumn<RealServer::Kind>("server");
        QTest::newRow("direct, HTTP/1.1") << TransportKind::Direct << RealServer::Kind::Plain;
        QTest::newRow("direct, HTTP/1.1 and TLS") << TransportKind::Direct << RealServer::Kind::Tls;
        QTest::newRow("direct, HTTP/2") << TransportKind::Direct << RealServer::Kind::Http2;
        QTest::newRow("qnam, HTTP/1.1") << TransportKind::Qnam << RealServer::Kind::Plain;
        QTest::newRow("qnam, HTTP/1.1 and TLS") << TransportKind::Qnam << RealServer::Kind::Tls;
    }

    void start(const QString &path = {})
    {
        QFETCH(const TransportKind, kind);
        QFETCH(const RealServer::Kind, server);
        m_mayWrite = true;
        m_transport.reset();
        m_server = std::make_unique<RealServer>(server);
        QUrl url = m_server->url();
        url.setPath(path);
        auto made = makeTransport(
            Endpoint{.server = url, .tls = clientTls(), .userAgent = "patronus-test"}, [this] { return m_mayWrite; },
            kind);
        QVERIFY(made);
        m_transport = std::move(*made);
    }

    Expected<HttpReply> send(HttpRequest request, std::stop_token stop = {})
    {
        return QCoro::waitFor(m_transport->send(std::move(request), std::move(stop)));
    }

private Q_SLOTS:
    void cleanup()
    {
        m_transport.reset();
        m_server.reset();
    }

    void everyVerbIsAnswered_data() { rows(); }
    void everyVerbIsAnswered()
    {
        start();
        for (const Verb verb : {Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete}) {
            const QByteArray body = verb == Verb::Get || verb == Verb::Delete ? ""_ba : "{\"a\":1}"_ba;
            const auto reply
                = send({.verb = verb, .target = "/echo?q=%20a", .headers = {{"x-test", "one"}}, .body = body});
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QCOMPARE(reply->status, 200);
            QCOMPARE(reply->header("x-answered-by"), "RealServer");
            QCOMPARE(reply->body, QByteArray(verbName(verb)) + " /echo?q=%20a\nx-test=one\n" + body);
        }
    }

    void aPathOfTheServerIsPutBeforeTargets_data() { rows(); }
    void aPathOfTheServerIsPutBeforeTargets()
    {
        start(u"/k8s/clusters/c-1/"_s);
        const auto reply = send({.target = "/echo"});
        QVERIFY(reply);
        QCOMPARE(reply->body, "GET /k8s/clusters/c-1/echo?\n");
    }

    void everyStatusIsAnAnswer_data() { rows(); }
    void everyStatusIsAnAnswer()
    {
        start();
        for (const int status : {201, 202, 301, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 504}) {
            const auto reply = send({.target = "/status/" + QByteArray::number(status)});
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QCOMPARE(reply->status, status);
            QCOMPARE(reply->body, "status " + QByteArray::number(status));
        }
    }

    void largeBodiesGoAndComeWhole_data() { rows(); }
    void largeBodiesGoAndComeWhole()
    {
        start();
        const auto down = send({.target = "/size/5000000"});
        QVERIFY(down);
        QCOMPARE(down->body.size(), 5'000'000);

        QByteArray large(3'000'000, 'y');
        large[2'999'999] = 'z';
        const auto up = send({.verb = Verb::Put, .target = "/echo", .body = large});
        QVERIFY2(up, up ? "" : qPrintable(up.error().message));
        QCOMPARE(up->body, "PUT /echo?\n" + large);
    }

    void aStreamIsHandedOverAsItComes_data() { rows(); }
    void aStreamIsHandedOverAsItComes()
    {
        start();
        QByteArray seen;
        const auto reply = QCoro::waitFor(
            m_transport->stream({.target = "/stream"}, [&](QByteArrayView piece) { seen += piece; }, {}));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, ""_ba);
        QCOMPARE(seen, "one\ntwo\nthree\n");
    }

    void aStreamOfAnotherStatusIsGivenWithItsBody_data() { rows(); }
    void aStreamOfAnotherStatusIsGivenWithItsBody()
    {
        start();
        bool called = false;
        const auto reply = QCoro::waitFor(
            m_transport->stream({.target = "/status/410"}, [&](QByteArrayView) { called = true; }, {}));
        QVERIFY(reply);
        QCOMPARE(reply->status, 410);
        QCOMPARE(reply->body, "status 410");
        QVERIFY(!called);
    }

    void aThousandRequestsAtOnceAreAllAnswered_data() { rows(); }
    void aThousandRequestsAtOnceAreAllAnswered()
    {
        start();
        std::vector<Task<HttpReply>> tasks;
        for (int i = 0; i < 1000; ++i)
            tasks.push_back(m_transport->send(
                {.verb = i % 2 == 0 ? Verb::Get : Verb::Put, .target = "/echo?i=" + QByteArray::number(i)}, {}));
        for (int i = 0; i < 1000; ++i) {
            const auto reply = QCoro::waitFor(tasks[size_t(i)]);
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QVERIFY2(reply->body.endsWith("?i=" + QByteArray::number(i) + '\n'), reply->body.constData());
        }
        QCOMPARE(m_server->requests(), 1000);
        QCOMPARE_LE(m_server->connections(), 17);
    }

    void aStoppedRequestIsCancelledAtEveryStage_data() { rows(); }
    void aStoppedRequestIsCancelledAtEveryStage()
    {
        start();
        std::stop_source before;
        before.request_stop();
        const auto unsent = send({.target = "/echo"}, before.get_token());
        QVERIFY(!unsent);
        QCOMPARE(unsent.error().kind, Cancelled);
        QCOMPARE(m_server->requests(), 0);

        std::stop_source connecting;
        auto waiting = m_transport->send({.target = "/echo"}, connecting.get_token());
        connecting.request_stop();
        const auto unconnected = QCoro::waitFor(waiting);
        QVERIFY(!unconnected);
        QCOMPARE(unconnected.error().kind, Cancelled);

        std::stop_source waitingForAnswer;
        QTimer::singleShot(50ms, this, [&] { waitingForAnswer.request_stop(); });
        const auto unanswered = send({.target = "/hang"}, waitingForAnswer.get_token());
        QVERIFY(!unanswered);
        QCOMPARE(unanswered.error().kind, Cancelled);

        std::stop_source inBody;
        int pieces = 0;
        const auto cut = QCoro::waitFor(m_transport->stream(
            {.target = "/stream"},
            [&](QByteArrayView) {
                ++pieces;
                inBody.request_stop();
            },
            inBody.get_token()));
        QVERIFY(!cut);
        QCOMPARE(cut.error().kind, Cancelled);
        QCOMPARE(pieces, 1);

        QVERIFY(send({.target = "/echo"})); // nothing of that harms what comes after it
    }

    void aDeadlineEndsARequestAndNotTheNextOne_data() { rows(); }
    void aDeadlineEndsARequestAndNotTheNextOne()
    {
        start();
        for (int i = 0; i < 3; ++i) {
            const auto late = send({.target = "/hang", .deadline = 60ms});
            QVERIFY(!late);
            QCOMPARE(late.error().kind, Unreachable);
            QCOMPARE(late.error().message, u"GET /hang: no answer within 60 ms"_s);
            const auto next = send({.target = "/echo", .deadline = 5s});
            QVERIFY2(next, next ? "" : qPrintable(next.error().message));
        }
    }

    void aSilentStreamEndsAtItsIdleLimit_data() { rows(); }
    void aSilentStreamEndsAtItsIdleLimit()
    {
        start();
        QByteArray seen;
        const auto reply
            = QCoro::waitFor(m_transport->stream({.target = "/endless", .deadline = 5s, .idleLimit = 100ms},
                [&](QByteArrayView piece) { seen += piece; }, {}));
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Unreachable);
        QCOMPARE(reply.error().message, u"GET /endless: no byte came for 100 ms"_s);
        QCOMPARE(seen, "tick\n");
    }

    void aStreamOutlivesItsDeadlineOnceItsHeaderIsThere_data() { rows(); }
    void aStreamOutlivesItsDeadlineOnceItsHeaderIsThere()
    {
        start();
        std::stop_source stop;
        QElapsedTimer time;
        time.start();
        const auto reply = QCoro::waitFor(m_transport->stream(
            {.target = "/endless", .deadline = 300ms},
            [&](QByteArrayView) { QTimer::singleShot(500ms, this, [&] { stop.request_stop(); }); }, stop.get_token()));
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Cancelled);
        QCOMPARE_GE(time.elapsed(), 480);
    }

    void theGateIsAskedForChangesAlone_data() { rows(); }
    void theGateIsAskedForChangesAlone()
    {
        start();
        QVERIFY(send({.verb = Verb::Put, .target = "/echo"}));
        m_mayWrite = false;
        for (const Verb verb : {Verb::Post, Verb::Put, Verb::Patch, Verb::Delete}) {
            const auto refused = send({.verb = verb, .target = "/echo", .body = "x"});
            QVERIFY(!refused);
            QCOMPARE(refused.error().kind, WriteRefused);
        }
        QCOMPARE(m_server->requests(), 1);
        QVERIFY(send({.target = "/echo"}));
        QVERIFY(send({.verb = Verb::Post, .target = "/echo", .body = "a review", .changesSomething = false}));
        QCOMPARE(m_server->requests(), 3);
    }

    void droppingChangesLeavesReads_data() { rows(); }
    void droppingChangesLeavesReads()
    {
        start();
        std::vector<Task<HttpReply>> changes;
        QByteArray seen;
        std::stop_source stop;
        auto watch = m_transport->stream(
            {.target = "/endless"}, [&](QByteArrayView piece) { seen += piece; }, stop.get_token());
        QTRY_COMPARE(seen, "tick\n");
        for (int i = 0; i < 40; ++i) // more than there are connections
            changes.push_back(m_transport->send({.verb = Verb::Put, .target = "/hang", .body = "x"}, {}));
        QTRY_COMPARE_GE(m_server->requests(), 3);

        m_transport->dropChanges();
        for (auto &change : changes) {
            const auto reply = QCoro::waitFor(change);
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, WriteRefused);
        }
        QVERIFY(send({.target = "/echo"}));
        QVERIFY(!watch.isReady());
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(watch).error().kind, Cancelled);
    }

    void aResetEndsWhatIsInFlight_data() { rows(); }
    void aResetEndsWhatIsInFlight()
    {
        start();
        auto hanging = m_transport->send({.target = "/hang"}, {});
        QTRY_COMPARE(m_server->requests(), 1);
        m_transport->reset();
        const auto reply = QCoro::waitFor(hanging);
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Unreachable);
        QVERIFY(send({.target = "/echo"}));
        QCOMPARE(m_server->connections(), 2);
    }

    void otherTlsSettingsGetANewConnection_data() { rows(); }
    void otherTlsSettingsGetANewConnection()
    {
        start();
        QVERIFY(send({.target = "/echo"}));
        m_transport->setTls(clientTls()); // the same
        QVERIFY(send({.target = "/echo"}));
        QCOMPARE(m_server->connections(), 1);

        auto hanging = m_transport->send({.target = "/hang", .deadline = 200ms}, {});
        QTRY_COMPARE(m_server->requests(), 3);
        TlsSettings other = clientTls();
        other.certificatePem = testData(u"client-ec.pem"_s);
        other.keyPem = testData(u"client-ec.key"_s);
        m_transport->setTls(other);
        QVERIFY(send({.target = "/echo"}));
        QCOMPARE(m_server->connections(), 2);
        QVERIFY(!hanging.isReady()); // it may end on the old one
        QCOMPARE(QCoro::waitFor(hanging).error().kind, Unreachable);

        other.keyPem = "nonsense";
        m_transport->setTls(other);
        const auto reply = send({.target = "/echo"});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Invalid);
    }

    void aDestroyedTransportCancelsWhatIsInFlight_data() { rows(); }
    void aDestroyedTransportCancelsWhatIsInFlight()
    {
        start();
        QByteArray seen;
        std::vector<Task<HttpReply>> tasks;
        tasks.push_back(m_transport->stream({.target = "/endless"}, [&](QByteArrayView piece) { seen += piece; }, {}));
        QTRY_COMPARE(seen, "tick\n");
        for (int i = 0; i < 40; ++i)
            tasks.push_back(m_transport->send({.target = "/hang"}, {}));
        QTRY_COMPARE_GE(m_server->requests(), 3);
        m_transport.reset();
        for (auto &task : tasks) {
            const auto reply = QCoro::waitFor(task);
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, Cancelled);
        }
    }

    void aSinkMayDestroyTheTransport_data() { rows(); }
    void aSinkMayDestroyTheTransport()
    {
        start();
        const auto reply = QCoro::waitFor(
            m_transport->stream({.target = "/stream"}, [this](QByteArrayView) { m_transport.reset(); }, {}));
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, Cancelled);
    }

    void whatMustNotGoOnAWireIsInvalid_data() { rows(); }
    void whatMustNotGoOnAWireIsInvalid()
    {
        start();
        const QList<HttpRequest> requests{
            {.target = "/echo", .headers = {{"x-a", "b\r\nx-evil: 1"}}},
            {.target = "/echo", .headers = {{"x-a", "b\nc"}}},
            {.target = "/echo", .headers = {{"x a", "b"}}},
            {.target = "/echo", .headers = {{"", "b"}}},
            {.target = "/echo HTTP/1.1\r\nx-evil: 1"},
            {.target = "/ec ho"},
            {.target = "echo"},
            {.target = ""},
        };
        for (const HttpRequest &request : requests) {
            const auto reply = send(request);
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, Invalid);
        }
        QCOMPARE(m_server->requests(), 0);
    }

    void aServerThatIsDownIsUnreachable_data() { rows(); }
    void aServerThatIsDownIsUnreachable()
    {
        start();
        m_server.reset();
        std::vector<Task<HttpReply>> tasks;
        for (int i = 0; i < 50; ++i)
            tasks.push_back(m_transport->send({.target = "/echo", .deadline = 5s}, {}));
        for (auto &task : tasks) {
            const auto reply = QCoro::waitFor(task);
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, Unreachable);
            QVERIFY2(reply.error().message.contains(u"refused"_s), qPrintable(reply.error().message));
        }
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestTransport)
#include "tst_transport.moc"
