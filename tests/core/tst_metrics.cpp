// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"

#include "support/testcase.h"

#include <thread>
#include <vector>

using namespace patronus;

class tst_Metrics : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theTextIsPrometheusFormat()
    {
        Metrics metrics;
        metrics.counter("reconcile_total", "Reconciles that ended.", {{"controller", "site"}, {"result", "success"}})
            .add(3);
        metrics.gauge("depth", "Keys that wait.").set(-1.5);
        auto &histogram = metrics.histogram("seconds", "How long.", {0.1, 1}, {{"controller", "site"}});
        histogram.observe(0.05);
        histogram.observe(0.5);
        histogram.observe(5);
        const std::string text = metrics.text();
        for (const char *line : {"# HELP reconcile_total Reconciles that ended.\n# TYPE reconcile_total counter\n"
                                 "reconcile_total{controller=\"site\",result=\"success\"} 3\n",
                 "# HELP depth Keys that wait.\n# TYPE depth gauge\ndepth -1.5\n", "# TYPE seconds histogram\n",
                 "seconds_count{controller=\"site\"} 3\nseconds_sum{controller=\"site\"} 5.55\n"
                 "seconds_bucket{controller=\"site\",le=\"0.1\"} 1\nseconds_bucket{controller=\"site\",le=\"1\"} 2\n"
                 "seconds_bucket{controller=\"site\",le=\"+Inf\"} 3\n"})
            QVERIFY2(text.contains(line), text.c_str());
    }

    void theSameNameAndLabelsAreTheSameSeries()
    {
        Metrics metrics;
        auto &first = metrics.counter("c", "help", {{"a", "1"}});
        QCOMPARE(&metrics.counter("c", "another help", {{"a", "1"}}), &first);
        QVERIFY(&metrics.counter("c", "help", {{"a", "2"}}) != &first);
        first.add();
        first.add(0.5);
        QCOMPARE(first.value(), 1.5);
        QVERIFY(metrics.text().contains("# HELP c help\n"));
        QVERIFY(!metrics.text().contains("another"));
    }

    void labelValuesAreEscaped()
    {
        Metrics metrics;
        metrics.gauge("g", "help", {{"text", "a\"b\\c\nd"}}).set(1);
        QVERIFY2(metrics.text().contains("g{text=\"a\\\"b\\\\c\\nd\"} 1"), metrics.text().c_str());
    }

    void aRemovedGaugeIsGoneUntilItIsAskedForAgain()
    {
        Metrics metrics;
        metrics.gauge("active", "help", {{"kind", "site"}}).set(7);
        metrics.gauge("active", "help", {{"kind", "policy"}}).set(8);
        metrics.removeGauge("active", {{"kind", "site"}});
        metrics.removeGauge("active", {{"kind", "never there"}});
        QVERIFY(!metrics.text().contains("site"));
        QVERIFY(metrics.text().contains("active{kind=\"policy\"} 8"));
        QCOMPARE(metrics.gauge("active", "help", {{"kind", "site"}}).value(), 0.0);
        QVERIFY(metrics.text().contains("active{kind=\"site\"} 0"));
    }

    void changesAndScrapesFromManyThreadsLoseNothing()
    {
        Metrics metrics;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([&metrics, i] {
                    for (int n = 0; n < 500; ++n) {
                        metrics.counter("c", "help", {{"thread", std::to_string(i % 2)}}).add();
                        if (n % 50 == 0)
                            (void)metrics.text();
                    }
                });
        }
        QCOMPARE(metrics.counter("c", "help", {{"thread", "0"}}).value(), 1000.0);
        QCOMPARE(metrics.counter("c", "help", {{"thread", "1"}}).value(), 1000.0);
    }
};

QTEST_APPLESS_MAIN(tst_Metrics)
#include "tst_metrics.moc"
