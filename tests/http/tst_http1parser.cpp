// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http1parser.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;

namespace patronus {

/// The rules of https://www.rfc-editor.org/rfc/rfc9112 and what breaks them, in pieces of every size.
class TestHttp1Parser : public TestCase
{
    Q_OBJECT

private:
    struct Outcome {
        bool ended = false;
        bool malformed = false;
        int status = 0;
        QByteArray body;
        QByteArray left; // of the input, after the end
        bool keepsAlive = false;
        bool endsByClose = false;
    };

    static Outcome parse(const QByteArray &text, qsizetype size)
    {
        Outcome outcome;
        Http1Parser parser(512);
        for (qsizetype at = 0; at < text.size() && !outcome.ended; at += size) {
            QByteArrayView input = QByteArrayView(text).mid(at, size);
            for (bool more = true; more;) {
                const auto step = parser.next(input);
                if (!step) {
                    outcome.malformed = step.error().kind == Error::Kind::Malformed;
                    return outcome;
                }
                outcome.body += step->body;
                outcome.ended = step->event == Http1Parser::Event::End;
                more = !outcome.ended && step->event != Http1Parser::Event::NeedMore;
            }
            outcome.left = input.toByteArray();
        }
        outcome.status = parser.status();
        outcome.keepsAlive = parser.keepsAlive();
        outcome.endsByClose = parser.endsByClose();
        return outcome;
    }

private Q_SLOTS:
    void answersAreRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("ended");
        QTest::addColumn<bool>("keepsAlive");
        QTest::newRow("length") << "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"_ba << 200 << "hello"_ba << true
                                << true;
        QTest::newRow("no reason") << "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"_ba << 200 << ""_ba << true << true;
        QTest::newRow("same length twice")
            << "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length:1 \r\n\r\nx"_ba << 200 << "x"_ba << true << true;
        QTest::newRow("not all of it") << "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"_ba << 200 << "hel"_ba
                                       << false << true;
        QTest::newRow("chunks")
            << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;ext=\"a\"\r\n!\r\n0\r\n\r\n"_ba
            << 200 << "hello!"_ba << true << true;
        QTest::newRow("chunks and trailers")
            << "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00A\r\n0123456789\r\n000\r\nx: y\r\n\r\n"_ba << 200
            << "0123456789"_ba << true << true;
        QTest::newRow("to the end") << "HTTP/1.1 200 OK\r\n\r\nhello"_ba << 200 << "hello"_ba << false << false;
        QTest::newRow("close") << "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n"_ba << 200
                               << ""_ba << true << false;
        QTest::newRow("HTTP/1.0") << "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"_ba << 200 << "x"_ba << true
                                  << false;
        QTest::newRow("204 has no body") << "HTTP/1.1 204 No Content\r\n\r\n"_ba << 204 << ""_ba << true << true;
        QTest::newRow("304 has no body") << "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"_ba << 304 << ""_ba
                                         << true << true;
        QTest::newRow("1xx is skipped")
            << "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nx: y\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx"_ba
            << 201 << "x"_ba << true << true;
    }
    void answersAreRead()
    {
        QFETCH(const QByteArray, text);
        for (qsizetype size = 1; size <= text.size(); ++size) {
            const Outcome outcome = parse(text, size);
            QVERIFY(!outcome.malformed);
            QTEST(outcome.status, "status");
            QTEST(outcome.body, "body");
            QTEST(outcome.ended, "ended");
            QTEST(outcome.keepsAlive, "keepsAlive");
            QCOMPARE(outcome.endsByClose,
                text.endsWith("\r\n\r\nhello") && outcome.status == 200 && !text.contains("Length"));
            QCOMPARE(outcome.left, ""_ba);
        }
    }

    void whatFollowsTheAnswerIsLeft()
    {
        QCOMPARE(parse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n", 1000).left,
            "HTTP/1.1 200 OK\r\n");
        QCOMPARE(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore", 1000).left, "more");
    }

    void theLongestHeaderIsReadInPiecesOfAnySize()
    {
        const QByteArray start = "HTTP/1.1 204 No Content\r\nx: ";
        const QByteArray longest = start + QByteArray(512 - start.size(), 'y');
        for (qsizetype size = 1; size <= longest.size() + 4; ++size) {
            QVERIFY(parse(longest + "\r\n\r\n", size).ended);
            QVERIFY(parse(longest + "y\r\n\r\n", size).malformed);
        }
    }

    void headersAreReadWithNamesInLowerCase()
    {
        Http1Parser parser;
        QByteArrayView input = "HTTP/1.1 200 OK\r\nContent-Type:  text/plain \r\nX-Empty:\r\nContent-Length: 0\r\n\r\n";
        QVERIFY(parser.next(input));
        const HttpReply reply{.status = 200, .headers = parser.takeHeaders(), .body = {}};
        QCOMPARE(reply.headers.size(), 3);
        QCOMPARE(reply.header("content-type"), "text/plain");
        QCOMPARE(reply.header("x-empty"), ""_ba);
    }

    void garbageIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        const QByteArray chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("TLS") << QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7);
        QTest::newRow("text") << "SSH-2.0-OpenSSH\r\n"_ba;
        QTest::newRow("HTTP/2") << "HTTP/2 200 OK\r\n\r\n"_ba;
        QTest::newRow("no status") << "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("status of two digits") << "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("status of four digits") << "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("status below 100") << "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"_ba;
        QTest::newRow("101") << "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"_ba;
        QTest::newRow("no colon") << ok + "Content-Length\r\n\r\n";
        QTest::newRow("no name") << ok + ": 5\r\n\r\n";
        QTest::newRow("space before the colon") << ok + "Content-Length : 5\r\n\r\n";
        QTest::newRow("folded line") << ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n";
        QTest::newRow("NUL in a value") << ok + QByteArray("X: a\0b\r\nContent-Length: 0\r\n\r\n", 29);
        QTest::newRow("bare LF in a header") << ok + "X: a\nY: b\r\nContent-Length: 0\r\n\r\n";
        QTest::newRow("two lengths") << ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n";
        QTest::newRow("length with a sign") << ok + "Content-Length: +1\r\n\r\nx";
        QTest::newRow("negative length") << ok + "Content-Length: -1\r\n\r\n";
        QTest::newRow("length list") << ok + "Content-Length: 1, 1\r\n\r\nx";
        QTest::newRow("length in hex") << ok + "Content-Length: 0x1\r\n\r\nx";
        QTest::newRow("enormous length") << ok + "Content-Length: 99999999999999999999\r\n\r\n";
        QTest::newRow("length and chunks") << ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("gzip unasked") << ok + "Transfer-Encoding: gzip, chunked\r\n\r\n";
        QTest::newRow("chunked twice") << ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("chunk size no number") << chunked + "xyz\r\n";
        QTest::newRow("chunk size empty") << chunked + "\r\n";
        QTest::newRow("chunk size negative") << chunked + "-1\r\n";
        QTest::newRow("chunk size enormous") << chunked + "fffffffffffffffff\r\n";
        QTest::newRow("chunk size line endless") << chunked + "1;" + QByteArray(5000, 'a');
        QTest::newRow("chunk longer than it says") << chunked + "1\r\nxy\r\n";
        QTest::newRow("bare LF after a chunk size") << chunked + "1\nx\r\n";
        QTest::newRow("endless trailers")
            << chunked + "0\r\n" + QByteArray("x: yyyyyyyyyyyyyyyyyyyyyyyy\r\n").repeated(40);
        QTest::newRow("endless header") << ok + QByteArray("x: yyyyyyyyyyyyyyyyyyyyyyyy\r\n").repeated(40);
        QTest::newRow("endless status line") << "HTTP/1.1 200 " + QByteArray(600, 'a');
    }
    void garbageIsMalformed()
    {
        QFETCH(const QByteArray, text);
        for (const qsizetype size : {qsizetype(1), qsizetype(3), qsizetype(17), text.size()})
            QVERIFY(parse(text, size).malformed);
    }
};

} // namespace patronus

QTEST_APPLESS_MAIN(patronus::TestHttp1Parser)
#include "tst_http1parser.moc"
