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
        QTest::newRow("qnam, HTTP/2") << TransportKind::Qnam << RealServer::Kind::Http2;
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
        auto made = makeTransport(Endpoint{.server = url, .tls = clientTls(), .userAgent = "patronus-test"},
                                  [this] { return m_mayWrite; }, kind);
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
            const auto reply = send({.verb = verb, .target = "/echo?q=%20a", .headers = {{"x-test", "one"}}, .body = body});
            QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
            QCOMPARE(reply->status, 200);
            QCOMPARE(reply->header("x-answered-by"), "RealServer");
            QCOMPARE(reply->body, QByteArray(verbName(verb)) + " /echo?q=%20a\nx-test=one\n" + body);
        }
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestTransport)
#include "tst_transport.moc"
