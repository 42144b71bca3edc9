// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/linestream.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;

namespace patronus {

class TestLineStream : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void piecesOfAnySizeGiveTheSameLines_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<QByteArray>("rest");
        QTest::newRow("nothing") << ""_ba << QByteArrayList{} << ""_ba;
        QTest::newRow("lines") << "one\ntwo\n"_ba << QByteArrayList{"one", "two"} << ""_ba;
        QTest::newRow("half a line") << "one\ntw"_ba << QByteArrayList{"one"} << "tw"_ba;
        QTest::newRow("CR LF") << "one\r\ntwo\r\n"_ba << QByteArrayList{"one", "two"} << ""_ba;
        QTest::newRow("a CR inside a line stays") << "o\rne\n"_ba << QByteArrayList{"o\rne"} << ""_ba;
        QTest::newRow("empty lines are dropped") << "\n\none\n\r\ntwo\n\n"_ba << QByteArrayList{"one", "two"} << ""_ba;
        QTest::newRow("NUL is a byte") << QByteArray("a\0b\n", 4) << QByteArrayList{QByteArray("a\0b", 3)} << ""_ba;
        QTest::newRow("exactly the limit") << "12345678\n"_ba << QByteArrayList{"12345678"} << ""_ba;
    }
    void piecesOfAnySizeGiveTheSameLines()
    {
        QFETCH(const QByteArray, text);
        for (qsizetype size = 1; size <= std::max<qsizetype>(1, text.size()); ++size) {
            LineStream stream(8);
            QByteArrayList lines;
            for (qsizetype at = 0; at < text.size(); at += size) {
                const auto fed = stream.feed(
                    QByteArrayView(text).mid(at, size), [&](QByteArrayView line) { lines << line.toByteArray(); });
                QVERIFY(fed);
            }
            QTEST(lines, "lines");
            QTEST(stream.rest(), "rest");
        }
    }

    void aLineInOnePieceIsNotCopied()
    {
        const QByteArray text = "one\ntwo\n";
        LineStream stream;
        QVERIFY(stream.feed(text, [&](QByteArrayView line) {
            QVERIFY(line.data() >= text.constData() && line.data() < text.constData() + text.size());
        }));
    }

    void aLineBeyondTheLimitIsMalformed()
    {
        const auto ignore = [](QByteArrayView) { };
        LineStream whole(8);
        QCOMPARE(whole.feed("123456789\n", ignore).error().kind, Error::Kind::Malformed);
        LineStream unfinished(8);
        QCOMPARE(unfinished.feed("123456789", ignore).error().kind, Error::Kind::Malformed);
        LineStream pieces(8);
        QVERIFY(pieces.feed("12345", ignore));
        QCOMPARE(pieces.feed("6789", ignore).error().kind, Error::Kind::Malformed);
    }
};

} // namespace patronus

QTEST_APPLESS_MAIN(patronus::TestLineStream)
#include "tst_linestream.moc"
