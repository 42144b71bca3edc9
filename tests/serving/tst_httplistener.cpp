// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/httplistener.h"

#include "client.h"
#include "support/testcase.h"

#include <QElapsedTimer>
#include <QScopeGuard>
#include <QTcpServer>

#include <atomic>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_HttpListener : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void requestsAreAnswered_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const QByteArray end = " HTTP/1.1\r\nHost: x\r\n\r\n";
        QTest::newRow("path and query") << "GET /a/b?c=d?e" + end << 200 << "/a/b|c=d?e"_ba;
        QTest::newRow("no query") << "GET /" + end << 200 << "/|"_ba;
        QTest::newRow("HEAD") << "HEAD /a" + end << 200 << ""_ba;
        QTest::newRow("HTTP/1.0 without fields") << "GET /a HTTP/1.0\r\n\r\n"_ba << 200 << "/a|"_ba;
        QTest::newRow("bare line ends") << "GET /a HTTP/1.1\nHost: x\n\n"_ba << 200 << "/a|"_ba;
        QTest::newRow("another status") << "GET /fail" + end << 503 << "failed"_ba;
        QTest::newRow("a body that nobody asked for")
            << "GET /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"_ba << 200 << "/a|"_ba;
        QTest::newRow("two requests at once") << "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"_ba << 200 << "/a|"_ba;
        QTest::newRow("POST") << "POST /a" + end << 405 << "only GET and HEAD\n"_ba;
        QTest::newRow("no HTTP") << "SSH-2.0-OpenSSH\r\n\r\n"_ba << 400 << "this is no HTTP/1 request\n"_ba;
        QTest::newRow("no target") << "GET HTTP/1.1\r\n\r\n"_ba << 400 << "this is no HTTP/1 request\n"_ba;
        QTest::newRow("HTTP/2") << "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"_ba << 400 << "this is no HTTP/1 request\n"_ba;
        QTest::newRow("TLS") << QByteArray::fromHex("1603010200010001fc0303") + "\r\n\r\n"
                             << 400 << "this is no HTTP/1 request\n"_ba;
        QTest::newRow("only line ends") << "\r\n\r\n"_ba << 400 << "this is no HTTP/1 request\n"_ba;
        QTest::newRow("head too long") << "GET / HTTP/1.1\r\nX: " + QByteArray(20'000, 'x') << 431
                                       << "the request's head is too long\n"_ba;
    }
    void requestsAreAnswered()
    {
        QFETCH(const QByteArray, request);
        HttpListener listener(echo, {});
        QVERIFY(listener.start(u"127.0.0.1"_s, 0));
        const QByteArray answer = exchange(listener.port(), request);
        QTEST(statusOf(answer), "status");
        QTEST(bodyOf(answer), "body");
        QVERIFY(answer.contains("\r\nConnection: close\r\n"));
        QVERIFY(answer.contains("\r\nContent-Length: "));
    }

    void aRequestMayComeByteByByte()
    {
        HttpListener listener(echo, {});
        QVERIFY(listener.start({}, 0));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, listener.port());
        QVERIFY(socket.waitForConnected());
        for (const char byte : "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"_ba) {
            socket.write(&byte, 1);
            QVERIFY(socket.flush());
            QTest::qSleep(2);
        }
        QVERIFY(socket.waitForDisconnected() || socket.state() == QAbstractSocket::UnconnectedState);
        QCOMPARE(bodyOf(socket.readAll()), "/slow|");
    }

    void aLargeAnswerArrivesWhole()
    {
        const std::string large(20'000'000, 'x');
        HttpListener listener([&](const HttpListener::Request &) { return HttpListener::Response{.body = large}; }, {});
        QVERIFY(listener.start({}, 0));
        QCOMPARE(bodyOf(get(listener.port(), "/")).size(), 20'000'000);
    }

    void allAddressesAreIPv6AndIPv4()
    {
        HttpListener listener(echo, {});
        QVERIFY(listener.start({}, 0));
        for (const auto &address : {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
            if (!QTcpServer().listen(address))
                continue; // a machine without IPv6
            QTcpSocket socket;
            socket.connectToHost(address, listener.port());
            QVERIFY2(socket.waitForConnected(), qPrintable(address.toString()));
        }
    }

    void whatCannotBeHadIsAnError()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        HttpListener listener(echo, {});
        const auto taken = listener.start(u"127.0.0.1"_s, other.serverPort());
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, Error::Kind::Invalid);
        QCOMPARE(taken.error().message, u"port %1 is in use by another program"_s.arg(other.serverPort()));
        QCOMPARE(listener.start(u"localhost"_s, 0).error().message, u"\"localhost\" is no IP address"_s);
        QVERIFY(!listener.start(u"192.0.2.1"_s, 0)); // not ours (RFC 5737)
        QCOMPARE(listener.port(), quint16(0));
        QVERIFY(listener.start(u"127.0.0.1"_s, 0)); // still good
        QVERIFY(listener.port() != 0);
    }

    void aSlowClientIsGoneAfterTheDeadlineHoweverItSends_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("nothing") << ""_ba;
        QTest::newRow("a byte at a time") << "x"_ba;
        QTest::newRow("a field at a time") << "X: y\r\n"_ba;
    }
    void aSlowClientIsGoneAfterTheDeadlineHoweverItSends()
    {
        QFETCH(const QByteArray, piece);
        HttpListener listener(echo, {.deadline = 300ms});
        QVERIFY(listener.start({}, 0));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, listener.port());
        QVERIFY(socket.waitForConnected());
        QElapsedTimer timer;
        timer.start();
        while (socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < 20'000) {
            socket.write(piece);
            socket.waitForReadyRead(20);
        }
        QVERIFY2(timer.elapsed() >= 250 && timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(socket.readAll(), "");
    }

    void aClientThatDoesNotReadIsGoneAfterTheDeadline()
    {
        const std::string large(20'000'000, 'x'); // more than the kernel keeps for both ends
        HttpListener listener(
            [&](const HttpListener::Request &) { return HttpListener::Response{.body = large}; }, {.deadline = 1s});
        QVERIFY(listener.start({}, 0));
        QTcpSocket socket;
        socket.setReadBufferSize(1000);
        socket.connectToHost(QHostAddress::LocalHost, listener.port());
        QVERIFY(socket.waitForConnected());
        socket.write("GET / HTTP/1.1\r\n\r\n");
        QVERIFY(socket.flush());
        QTest::qSleep(2000);
        socket.setReadBufferSize(0);
        qsizetype received = 0;
        while (socket.waitForReadyRead(1000))
            received += socket.readAll().size();
        QVERIFY(received > 0 && received < 20'000'000); // cut
    }

    void anEndlessClientIsGoneAfterTheDeadline()
    {
        HttpListener listener(echo, {.deadline = 300ms});
        QVERIFY(listener.start({}, 0));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, listener.port());
        QVERIFY(socket.waitForConnected());
        socket.write("GET /a HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
        QElapsedTimer timer;
        timer.start();
        const QByteArray junk(64 * 1024, 'x');
        while (socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < 20'000) {
            socket.write(junk);
            socket.waitForBytesWritten(20);
        }
        QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
    }

    void aCrowdOfSlowClientsKeepsNoQuickOneOut()
    {
        HttpListener listener(echo, {.deadline = 30s, .maxConnections = 16});
        QVERIFY(listener.start({}, 0));
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        for (int i = 0; i < 200; ++i) {
            crowd.push_back(std::make_unique<QTcpSocket>());
            crowd.back()->connectToHost(QHostAddress::LocalHost, listener.port());
            QVERIFY(crowd.back()->waitForConnected());
            crowd.back()->write("GET / HTTP/1.1\r\nX: ");
            crowd.back()->flush();
        }
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 20; ++i)
            QCOMPARE(bodyOf(get(listener.port(), "/quick")), "/quick|");
        QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
        // And no more of them are held than the limit says.
        int held = 0;
        for (const auto &socket : crowd) {
            socket->waitForReadyRead(1);
            held += socket->state() == QAbstractSocket::ConnectedState ? 1 : 0;
        }
        QVERIFY2(held <= 16, qPrintable(QString::number(held)));
    }

    void itGoesOnAfterTheProcessRanOutOfDescriptors()
    {
        HttpListener listener(echo, {});
        QVERIFY(listener.start({}, 0));
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto closeSocket = qScopeGuard([&] { close(socket); });
        const rlimit few{.rlim_cur = 64, .rlim_max = before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        std::vector<int> taken;
        for (int fd = dup(socket); fd >= 0; fd = dup(socket))
            taken.push_back(fd);
        sockaddr_in address{.sin_family = AF_INET,
            .sin_port = htons(listener.port()),
            .sin_addr = {htonl(INADDR_LOOPBACK)},
            .sin_zero = {}};
        const int connected = ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        rusage busyBefore{};
        rusage busyAfter{};
        getrusage(RUSAGE_SELF, &busyBefore);
        QTest::qSleep(300);
        getrusage(RUSAGE_SELF, &busyAfter);
        for (const int fd : taken)
            close(fd);
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(!taken.empty());
        QCOMPARE(connected, 0);
        const auto used = (busyAfter.ru_utime.tv_sec - busyBefore.ru_utime.tv_sec + busyAfter.ru_stime.tv_sec
                              - busyBefore.ru_stime.tv_sec)
                * 1'000'000
            + busyAfter.ru_utime.tv_usec - busyBefore.ru_utime.tv_usec + busyAfter.ru_stime.tv_usec
            - busyBefore.ru_stime.tv_usec;
        QVERIFY2(used < 150'000, qPrintable(QString::number(used))); // it waits, and does not spin
        QCOMPARE(bodyOf(get(listener.port(), "/a")), "/a|");
    }

    void theHandlerIsCalledOneAtATime()
    {
        std::atomic<int> inside = 0;
        std::atomic<bool> overlapped = false;
        HttpListener listener(
            [&](const HttpListener::Request &) {
                overlapped = overlapped || ++inside > 1;
                std::this_thread::sleep_for(1ms);
                --inside;
                return HttpListener::Response{.body = "ok"};
            },
            {.deadline = 60s});
        QVERIFY(listener.start({}, 0));
        std::atomic<int> answered = 0;
        {
            std::vector<std::jthread> clients;
            for (int i = 0; i < 8; ++i)
                clients.emplace_back([&] {
                    for (int n = 0; n < 10; ++n)
                        answered += bodyOf(get(listener.port(), "/")) == "ok" ? 1 : 0;
                });
        }
        QCOMPARE(answered.load(), 80);
        QVERIFY(!overlapped);
    }

    void destroyingItClosesWhatIsOpen()
    {
        auto listener = std::make_unique<HttpListener>(echo, HttpListener::Limits{.deadline = 1h});
        QVERIFY(listener->start({}, 0));
        const quint16 port = listener->port();
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(socket.waitForConnected());
        QElapsedTimer timer;
        timer.start();
        listener.reset();
        QVERIFY(timer.elapsed() < 10'000);
        QVERIFY(socket.waitForDisconnected() || socket.state() == QAbstractSocket::UnconnectedState);
        QVERIFY(HttpListener(echo, {}).start({}, port)); // the port is free at once
    }

private:
    static HttpListener::Response echo(const HttpListener::Request &request)
    {
        if (request.path == "/fail")
            return {.status = 503, .body = "failed"};
        return {.body = request.path + '|' + request.query};
    }
};

QTEST_GUILESS_MAIN(tst_HttpListener)
#include "tst_httplistener.moc"
