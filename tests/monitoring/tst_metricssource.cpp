// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/metricssource.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

const QByteArray body = "patronus_operator_reconcile_total{controller=\"site\"} 5\n";

/// A source of one URL whose server the test plays.
struct Scraped {
    std::shared_ptr<ScriptedTransport> server = std::make_shared<ScriptedTransport>();
    ManualClock clock;
    MetricsSource source{clock, 5s};

    explicit Scraped(const QString &url = u"http://user:word@127.0.0.1:8080/metrics?key=hidden"_s)
    {
        source.setTargets({MetricsSource::url(server, QUrl(url))});
        clock.advance(0s);
    }
};

} // namespace

class TestMetricsSource : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void scrapesAtOnceAndAtEachInterval()
    {
        Scraped scraped;
        const QSignalSpy told(&scraped.source, &MetricsSource::scraped);
        QCOMPARE(scraped.server->calls.size(), 1);
        QCOMPARE(scraped.server->last()->request.target, "/metrics?key=hidden");
        QVERIFY(!scraped.source.isAnswering());
        scraped.server->last()->answer(200, body);
        QCOMPARE(told.size(), 1);
        QVERIFY(scraped.source.isAnswering());
        QVERIFY(scraped.source.history().knows(u"patronus_operator_reconcile_total"_s));
        scraped.clock.advance(4s);
        QCOMPARE(scraped.server->calls.size(), 1);
        scraped.clock.advance(1s);
        QCOMPARE(scraped.server->calls.size(), 2);
    }

    void aPathIsMetricsWhereNoneIsGiven()
    {
        QCOMPARE(Scraped(u"http://127.0.0.1:8080"_s).server->last()->request.target, "/metrics");
    }

    void closingEndsWhatIsBeingRead()
    {
        Scraped scraped;
        QVERIFY(!scraped.server->last()->isEnded());
        QCoro::waitFor(scraped.source.close());
        QVERIFY(scraped.server->last()->isEnded());
        scraped.source.setTargets({MetricsSource::url(scraped.server, QUrl(u"http://127.0.0.1:8080"_s))});
        scraped.clock.advance(10s);
        QCOMPARE(scraped.server->calls.size(), 1);
    }

    void secretsOfTheUrlAreNotShown()
    {
        const Scraped scraped;
        QCOMPARE(scraped.source.description(), u"Scraped from http://127.0.0.1:8080/metrics every 5 s"_s);
        scraped.server->last()->answer(403);
        QCOMPARE(scraped.source.problem()->message, u"http://127.0.0.1:8080/metrics: the answer has status 403"_s);
    }

    void aSlowInstanceIsNotAskedTwice()
    {
        Scraped scraped;
        scraped.clock.advance(11s);
        QCOMPARE(scraped.server->calls.size(), 1);
        scraped.server->last()->fail(Error::Kind::Unreachable);
        scraped.clock.advance(5s);
        QCOMPARE(scraped.server->calls.size(), 2);
    }

    void aProblemIsToldUntilAScrapeGoesWell()
    {
        Scraped scraped;
        scraped.server->last()->answer(200, "not a metric at all {\n");
        QVERIFY(!scraped.source.isAnswering());
        QVERIFY2(
            scraped.source.problem()->message.contains(u"line 1"_s), qPrintable(scraped.source.problem()->message));
        scraped.clock.advance(5s);
        scraped.server->last()->answer(200, body);
        QVERIFY(!scraped.source.problem());
        QVERIFY(scraped.source.isAnswering());
        scraped.clock.advance(5s);
        scraped.server->last()->fail(Error::Kind::Unreachable);
        QVERIFY(!scraped.source.isAnswering());
        QVERIFY(scraped.source.history().knows(u"patronus_operator_reconcile_total"_s)); // what was read stays
    }

    void anInstanceThatIsNoLongerScrapedSaysNothing()
    {
        Scraped scraped;
        scraped.source.setTargets({});
        const QSignalSpy told(&scraped.source, &MetricsSource::scraped);
        scraped.server->last()->fail(Error::Kind::Unreachable);
        QCOMPARE(told.size(), 0);
        QVERIFY(!scraped.source.problem());
        QCOMPARE(scraped.source.description(), u"No source of metrics"_s);
    }

    void itsEndStopsWhatIsUnderWay()
    {
        const auto server = std::make_shared<ScriptedTransport>();
        ManualClock clock;
        {
            MetricsSource source(clock);
            source.setTargets({MetricsSource::url(server, QUrl(u"http://127.0.0.1:8080/metrics"_s))});
            clock.advance(0s);
            QVERIFY(!server->last()->isEnded());
        }
        QVERIFY(server->last()->isEnded());
        clock.advance(1min);
        QCOMPARE(server->calls.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestMetricsSource)
#include "tst_metricssource.moc"
