// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/ratelimit.h"
#include "support/testcase.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

class TestRateLimit : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void nothingWaitsBeforeALimitIsShown()
    {
        RateLimit limit;
        for (int i = 0; i < 10'000; ++i)
            exchange(limit, 0s, {.status = i % 2 ? 200 : 500});
        QCOMPARE(limit.delay(false, at(0s)), 0s);
        QCOMPARE(limit.sustainableInterval(100), 0s);
    }

    void readsLeaveAFifthToChanges()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(100, 99, 60));
        int reads = 1;
        for (; limit.delay(false, at(1s)) == 0s; ++reads)
            exchange(limit, 1s, shown(100, 99 - reads, 59));
        QCOMPARE(reads, 80);
        QCOMPARE(limit.delay(false, at(10s)), 50s);
        int changes = 0;
        for (; limit.delay(true, at(10s)) == 0s; ++changes)
            exchange(limit, 10s, shown(100, 19 - changes, 50));
        QCOMPARE(changes, 20);
        QCOMPARE(limit.delay(true, at(10s)), 50s);
        QCOMPARE(limit.delay(true, at(61s)), 0s); // a new window, before any answer says so
        QCOMPARE(limit.delay(false, at(61s)), 0s);
    }

    void requestsUnderWayCount()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(10, 4, 60));
        limit.sent(at(1s));
        QCOMPARE(limit.delay(false, at(1s)), 0s);
        limit.sent(at(1s));
        QCOMPARE(limit.delay(false, at(1s)), 59s); // two of the ten are for changes
        limit.failed();
        limit.answered(shown(10, 3, 59), at(2s), wall(2s)); // an answer that is late does not give anything back
        QCOMPARE(limit.delay(false, at(2s)), 58s);
    }

    void otherClientsOfTheSameLimitCount()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(100, 99, 60));
        exchange(limit, 1s, shown(100, 5, 59));
        QCOMPARE(limit.delay(false, at(1s)), 59s);
        QCOMPARE(limit.delay(true, at(1s)), 0s);
    }

    void theResetMayBeUnixTime()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(10, 0, wall(30s).toSecsSinceEpoch()));
        QCOMPARE(limit.delay(true, at(0s)), 30s);
    }

    void twoLimitsAreBothKept()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(1000, 0, 3000)); // of the user
        exchange(limit, 1s, shown(100, 90, 59)); // of the address
        QCOMPARE(limit.delay(true, at(1s)), 2999s);
        QCOMPARE(limit.sustainableInterval(20), 20 * 3000s / 800);
    }

    void aLimitThatIsNoLongerShownIsForgotten()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(10, 9, 60));
        exchange(limit, 70s, shown(1000, 999, 60)); // it was raised
        exchange(limit, 80s, shown(1000, 998, 50));
        QCOMPARE(limit.sustainableInterval(8), 60s);
        (void)limit.delay(false, at(130s));
        QCOMPARE(limit.sustainableInterval(8), 8 * 60s / 800.0);
    }

    void anIdleClientKeepsWhatItKnows()
    {
        RateLimit limit;
        exchange(limit, 0s, shown(100, 99, 60));
        QCOMPARE(limit.delay(false, at(24h)), 0s);
        QCOMPARE(limit.sustainableInterval(80), 60s);
    }

    void a429StopsEverything_data()
    {
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<int>("seconds");
        QTest::newRow("seconds") << "7"_ba << 7;
        QTest::newRow("date") << "Thu, 01 Jan 2026 00:00:20 GMT"_ba << 20;
        QTest::newRow("date that has passed") << "Thu, 01 Jan 2015 00:00:20 GMT"_ba << 0;
        QTest::newRow("none") << ""_ba << 1;
        QTest::newRow("nonsense") << "soon"_ba << 1;
        QTest::newRow("negative") << "-5"_ba << 1;
        QTest::newRow("a year") << "31536000"_ba << 86'400;
    }
    void a429StopsEverything()
    {
        QFETCH(const QByteArray, retryAfter);
        QFETCH(const int, seconds);
        RateLimit limit;
        HttpReply reply{.status = 429};
        if (!retryAfter.isEmpty())
            reply.headers.emplaceBack("retry-after", retryAfter);
        exchange(limit, 0s, reply);
        QCOMPARE(limit.delay(true, at(0s)), std::chrono::seconds(seconds));
        QCOMPARE(limit.delay(true, at(std::chrono::seconds(seconds))), 0s);
    }

    void headersThatCannotBeReadAreNone()
    {
        for (const char *value : {"", "many", "-1", "0"}) {
            RateLimit limit;
            exchange(limit, 0s,
                {.status = 200,
                    .headers
                    = {{"x-ratelimit-limit", value}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "60"}}});
            QCOMPARE(limit.delay(false, at(0s)), 0s);
        }
    }

private:
    static RateLimit::time_point at(std::chrono::seconds time) { return RateLimit::time_point(1h + time); }
    static QDateTime wall(std::chrono::seconds time)
    {
        return QDateTime(QDate(2026, 1, 1), QTime(0, 0), QTimeZone::UTC).addSecs(time.count());
    }

    static HttpReply shown(qint64 limit, qint64 remaining, qint64 reset)
    {
        return {.status = 200,
            .headers = {{"x-ratelimit-limit", QByteArray::number(limit)},
                {"x-ratelimit-remaining", QByteArray::number(remaining)},
                {"x-ratelimit-reset", QByteArray::number(reset)}}};
    }
    static void exchange(RateLimit &limit, std::chrono::seconds time, const HttpReply &reply)
    {
        limit.sent(at(time));
        limit.answered(reply, at(time), wall(time));
    }
};

QTEST_GUILESS_MAIN(TestRateLimit)
#include "tst_ratelimit.moc"
