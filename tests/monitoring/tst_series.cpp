// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/series.h"
#include "monitoring/times.h"
#include "support/testcase.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::at;

namespace {

MetricHistory::Range range(int from, int to, std::chrono::milliseconds window = 10s)
{
    return {.from = at(from), .to = at(to), .step = 5s, .window = window};
}

Sample counter(double value, const QString &result = u"success"_s)
{
    return {.name = u"total"_s, .labels = {{u"controller"_s, u"site"_s}, {u"result"_s, result}}, .value = value};
}

/// The values as text, "-" where there is no data.
QString values(const Series &series)
{
    QStringList words;
    for (const Point &point : series.points)
        words.append(std::isnan(point.value) ? u"-"_s : QString::number(point.value, 'g', 4));
    return words.join(u' ');
}

QList<Bucket> buckets(double a, double b, double c, double all)
{
    return {{0.1, a}, {1, b}, {10, c}, {HUGE_VAL, all}};
}

} // namespace

class TestSeries : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aRateIsGrowthPerSecond()
    {
        MetricHistory history;
        for (int second = 0; second <= 20; second += 5)
            history.add(u"a"_s, at(second), {counter(100 + second * 2)});
        const auto lines = history.rate({.name = u"total"_s}, range(0, 20));
        QCOMPARE(lines.size(), 1);
        QCOMPARE(values(lines[0]), u"- 2 2 2 2"_s);
    }

    void aRestartIsNotANegativeRate()
    {
        MetricHistory history;
        const QList<double> counts{100, 110, 5, 15};
        for (int i = 0; i < counts.size(); ++i)
            history.add(u"a"_s, at(i * 5), {counter(counts[i])});
        // 110 -> 5: the new process counted 5.
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(5, 15))[0]), u"2 1 2"_s);
    }

    void aGapStaysAGap()
    {
        MetricHistory history;
        for (const int second : {0, 5, 30, 35})
            history.add(u"a"_s, at(second), {counter(second)});
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(0, 40))[0]), u"- 1 - - - - - 1 -"_s);
    }

    void replicasAreSummed()
    {
        MetricHistory history;
        for (int second = 0; second <= 10; second += 5) {
            history.add(u"a"_s, at(second), {counter(second)});
            history.add(u"b"_s, at(second), {counter(second * 3)});
        }
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(10, 10))[0]), u"4"_s);
    }

    void aReplicaThatIsGoneDropsOutOfTheSum()
    {
        MetricHistory history;
        for (int second = 0; second <= 30; second += 5) {
            history.add(u"a"_s, at(second), {counter(second)});
            if (second <= 10)
                history.add(u"b"_s, at(second), {counter(second * 3)});
        }
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(10, 30))[0]), u"4 1 1 1 1"_s);
    }

    void labelsKeepSeriesApartOrSelectThem()
    {
        MetricHistory history;
        for (int second = 0; second <= 5; second += 5)
            history.add(u"a"_s, at(second), {counter(second), counter(second * 2, u"error"_s)});
        const auto lines = history.rate({.name = u"total"_s, .by = {u"result"_s}}, range(5, 5));
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines[0].labels, (Labels{{u"result"_s, u"error"_s}}));
        QCOMPARE(values(lines[0]), u"2"_s);
        QCOMPARE(values(lines[1]), u"1"_s);
        const auto selected = history.rate({.name = u"total"_s, .where = {{u"result"_s, u"error"_s}}}, range(5, 5));
        QCOMPARE(selected.size(), 1);
        QCOMPARE(values(selected[0]), u"2"_s);
    }

    void aCounterThatAppearsLaterBeganAtZero()
    {
        MetricHistory history;
        history.add(u"a"_s, at(0), {counter(0)});
        history.add(u"a"_s, at(5), {counter(0), counter(10, u"error"_s)});
        QCOMPARE(
            values(history.rate({.name = u"total"_s, .where = {{u"result"_s, u"error"_s}}}, range(5, 5))[0]), u"2"_s);
    }

    void theFirstScrapeOfAnInstanceIsNoGrowth()
    {
        MetricHistory history;
        history.add(u"a"_s, at(0), {counter(5000)});
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(0, 0))[0]), u"-"_s);
    }

    void aGaugeIsItsLastValue()
    {
        MetricHistory history;
        for (int second = 0; second <= 10; second += 5)
            history.add(u"a"_s, at(second), {{.name = u"depth"_s, .value = double(second)}});
        QCOMPARE(values(history.value({.name = u"depth"_s}, range(5, 25))[0]), u"5 10 10 - -"_s);
    }

    void aValueThatIsNoNumberIsNoData()
    {
        MetricHistory history;
        history.add(u"a"_s, at(0), {{.name = u"depth"_s, .value = std::nan("")}});
        QVERIFY(!history.knows(u"depth"_s));
        QVERIFY(history.value({.name = u"depth"_s}, range(0, 0)).isEmpty());
    }

    void anOldScrapeIsLeftOut()
    {
        MetricHistory history;
        history.add(u"a"_s, at(10), {counter(10)});
        history.add(u"a"_s, at(5), {counter(5)});
        history.add(u"a"_s, at(15), {counter(20)});
        QCOMPARE(values(history.rate({.name = u"total"_s}, range(15, 15))[0]), u"2"_s);
    }

    void whatIsOlderThanKeptIsForgotten()
    {
        MetricHistory history({.keep = 20s, .series = 100});
        history.add(u"gone"_s, at(0), {{.name = u"old"_s, .value = 1}});
        history.add(u"a"_s, at(10), {counter(1)});
        QVERIFY(history.knows(u"old"_s));
        history.add(u"a"_s, at(21), {counter(2)});
        QVERIFY(!history.knows(u"old"_s));
    }

    void moreSeriesThanTheLimitAreCounted()
    {
        MetricHistory history({.keep = 1h, .series = 2});
        history.add(u"a"_s, at(0), {counter(1), counter(1, u"error"_s), counter(1, u"requeue"_s)});
        QCOMPARE(history.seriesDropped(), 1);
        QCOMPARE(history.value({.name = u"total"_s, .by = {u"result"_s}}, range(0, 0)).size(), 2);
    }

    void quantileIsLinearWithinABucket_data()
    {
        QTest::addColumn<double>("q");
        QTest::addColumn<QList<Bucket>>("given");
        QTest::addColumn<QString>("expected");
        QTest::newRow("middle of the second") << 0.5 << buckets(0, 100, 100, 100) << u"0.55"_s;
        QTest::newRow("in the first, which begins at 0") << 0.5 << buckets(100, 100, 100, 100) << u"0.05"_s;
        QTest::newRow("on a bound") << 0.5 << buckets(50, 100, 100, 100) << u"0.1"_s;
        QTest::newRow("above the largest") << 0.95 << buckets(0, 0, 90, 100) << u"inf"_s;
        QTest::newRow("nothing observed") << 0.95 << buckets(0, 0, 0, 0) << u"-"_s;
        QTest::newRow("no buckets") << 0.95 << QList<Bucket>() << u"-"_s;
        QTest::newRow("no +Inf bucket") << 0.95 << QList<Bucket>{{0.1, 5}, {1, 10}} << u"-"_s;
    }
    void quantileIsLinearWithinABucket()
    {
        QFETCH(const double, q);
        QFETCH(const QList<Bucket>, given);
        QFETCH(const QString, expected);
        QCOMPARE(values({{}, {{at(0), histogramQuantile(q, given)}}}), expected);
    }

    void aQuantileIsOfWhatWasObservedInTheWindow()
    {
        MetricHistory history;
        const auto scrape = [](double small, double all) {
            const auto bucket = [](const QString &le, double count) {
                return Sample{.name = u"duration_bucket"_s,
                    .labels = {{u"controller"_s, u"site"_s}, {u"le"_s, le}},
                    .value = count};
            };
            // "10" sorts before "2" as text: the bound counts, not its text.
            return QList<Sample>{bucket(u"2"_s, small), bucket(u"10"_s, all), bucket(u"+Inf"_s, all)};
        };
        history.add(u"a"_s, at(0), scrape(1000, 1000)); // long ago everything was quick
        history.add(u"a"_s, at(5), scrape(1000, 1100)); // now nothing is
        const auto lines = history.quantile(0.5, {.name = u"duration"_s, .by = {u"controller"_s}}, range(5, 10));
        QCOMPARE(lines.size(), 1);
        QCOMPARE(lines[0].labels, (Labels{{u"controller"_s, u"site"_s}}));
        QCOMPARE(values(lines[0]), u"6 -"_s); // at 10 only one scrape is left within the window
    }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
