// SPDX-License-Identifier: GPL-3.0-or-later
// The frames of a port-forward, with a server that the test plays; tests/e2e/tst_remote has a real one.
#include "forward/portforward.h"
#include "support/testcase.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// The API server, which a port-forward of pod ns/pod, port 8081, goes to.
struct Server {
    QWebSocketServer socket{u"api"_s, QWebSocketServer::NonSecureMode};
    SystemClock clock;
    std::unique_ptr<KubeConnection> connection;
    std::unique_ptr<PortForward> forward;
    QTcpSocket local;

    explicit Server(const QStringList &subprotocols = {u"v4.channel.k8s.io"_s})
    {
        socket.setSupportedSubprotocols(subprotocols);
        if (!socket.listen(QHostAddress::LocalHost))
            qFatal("no port");
        begin(socket.serverPort());
    }
    explicit Server(quint16 port) { begin(port); }
    ~Server() { QCoro::waitFor(forward->close()); }

    /// The other end of what is connected to next.
    [[nodiscard]] std::unique_ptr<QWebSocket> accept()
    {
        QSignalSpy connected(&socket, &QWebSocketServer::newConnection);
        if (!socket.hasPendingConnections() && !connected.wait())
            return nullptr;
        return std::unique_ptr<QWebSocket>(socket.nextPendingConnection());
    }
    static void namePort(QWebSocket &remote)
    {
        for (const char channel : {'\0', '\1'})
            remote.sendBinaryMessage(QByteArray(1, channel) + "\x91\x1f");
    }

private:
    void begin(quint16 port)
    {
        connection
            = *KubeConnection::open({.name = u"test"_s, .server = QUrl(u"http://127.0.0.1:%1/prefix"_s.arg(port))},
                clock, {.userAgent = "test"});
        forward = std::make_unique<PortForward>(*connection, ObjectKey{u"ns"_s, u"pod"_s}, 8081);
        local.connectToHost(QHostAddress::LocalHost, *forward->listen());
    }
};

} // namespace

class TestPortForward : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void bytesGoThereAndBack()
    {
        Server server;
        server.local.write("GET"); // before the way is there
        const auto remote = server.accept();
        QVERIFY(remote);
        QCOMPARE(remote->requestUrl().path(), u"/prefix/api/v1/namespaces/ns/pods/pod/portforward"_s);
        QCOMPARE(remote->requestUrl().query(), u"ports=8081"_s);
        QCOMPARE(remote->subprotocol(), u"v4.channel.k8s.io"_s);
        QByteArray received;
        connect(remote.get(), &QWebSocket::binaryMessageReceived, this, [&](const QByteArray &frame) {
            QVERIFY(frame.startsWith('\0'));
            received += frame.sliced(1);
        });
        Server::namePort(*remote);
        QTRY_COMPARE(received, "GET");
        server.local.write(QByteArray(300'000, 'x'));
        QTRY_COMPARE(received.size(), 300'003);
        remote->sendBinaryMessage(QByteArray(1, '\0') + "200 OK");
        QTRY_COMPARE(server.local.bytesAvailable(), 6);
        QCOMPARE(server.local.readAll(), "200 OK");
        QVERIFY(server.forward->problem().isEmpty());
        remote->close();
        QTRY_COMPARE(server.local.state(), QAbstractSocket::UnconnectedState);
    }

    void anErrorInWordsEndsIt()
    {
        Server server;
        const auto remote = server.accept();
        QVERIFY(remote);
        Server::namePort(*remote);
        remote->sendBinaryMessage(QByteArray(1, '\1') + "connection refused by the pod\n");
        QTRY_COMPARE(server.local.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(server.forward->problem(), u"connection refused by the pod"_s);
    }

    void aRefusalIsTold()
    {
        QTcpServer refuses;
        QVERIFY(refuses.listen(QHostAddress::LocalHost));
        connect(&refuses, &QTcpServer::newConnection, this,
            [&] { refuses.nextPendingConnection()->write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"); });
        Server server(refuses.serverPort());
        QTRY_VERIFY2(server.forward->problem().contains(u"403"_s), qPrintable(server.forward->problem()));
        QTRY_COMPARE(server.local.state(), QAbstractSocket::UnconnectedState);
    }

    void whoEndsTheLocalSideEndsTheOther()
    {
        Server server;
        const auto remote = server.accept();
        QVERIFY(remote);
        server.local.disconnectFromHost();
        QTRY_COMPARE(remote->state(), QAbstractSocket::UnconnectedState);
    }
};

QTEST_GUILESS_MAIN(TestPortForward)
#include "tst_portforward.moc"
