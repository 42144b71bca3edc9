// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatormetrics.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

const QByteArray services = R"({"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[
    {"metadata":{"name":"prometheus-k8s","namespace":"monitoring","resourceVersion":"1"},
     "spec":{"ports":[{"name":"web","port":9090}]}}]})";
const QByteArray noServices
    = R"({"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]})";

Task<Prometheus> reach(std::shared_ptr<Transport> transport)
{
    co_return Prometheus(transport, QUrl(u"http://given:9090"_s));
}

OperatorMetrics::Given givenServer(const std::shared_ptr<Transport> &transport)
{
    return {.open = [transport] { return reach(transport); }, .how = u"given by me"_s};
}

/// The charts of a cluster whose API server the test plays, by what it is asked for.
struct Watched {
    std::shared_ptr<ScriptedTransport> server = std::make_shared<ScriptedTransport>();
    KubeClient client{server, nullptr};
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel model{{.name = u"prod"_s}, sites, policies, events, clock};
    OperatorMetrics metrics;
    bool hasPrometheus = true, isSilent = false;

    explicit Watched(OperatorMetrics::Ways ways = {}) : metrics(client, model, ways, u"patronus-system"_s, clock) { }
    ~Watched()
    {
        isSilent = true;
        const auto closed = metrics.close();
        answer();
    }

    /// Answers all that is asked, and what is asked then.
    void answer()
    {
        for (qsizetype i = 0; i < server->calls.size(); ++i)
            if (const auto call = server->calls[i]; !call->isEnded())
                answer(*call);
    }
    void pass(std::chrono::seconds time)
    {
        for (std::chrono::seconds passed(0); passed < time; passed += 1s) {
            clock.advance(1s);
            answer();
        }
    }
    [[nodiscard]] const ChartModel &rate() const { return *model.charts().first(); }
    [[nodiscard]] QString source() const { return model.metricsDescription().source; }
    [[nodiscard]] QString remark() const { return model.metricsDescription().remark; }

private:
    void answer(ScriptedTransport::Call &call)
    {
        const QByteArray &target = call.request.target;
        const QByteArray now = QByteArray::number(clock.wallTime().toSecsSinceEpoch());
        if (isSilent)
            call.fail(Error::Kind::Unreachable);
        else if (target.startsWith("/api/v1/services"))
            call.answer(200, hasPrometheus ? services : noServices);
        else if (target.contains("query_range"))
            call.answer(200,
                target.contains("reconcile_total") ? matrix(R"("result":"success","controller":"site")", now, "2.5")
                    : target.contains("quantile")  ? matrix(R"("controller":"site")", now, "10")
                                                   : matrix({}, {}, {}));
        else if (target.contains("query?query=count"))
            call.answer(200,
                R"({"status":"success","data":{"resultType":"vector","result":[
                    {"metric":{"namespace":"patronus-system"},"value":[1,"9"]}]}})");
        else if (target.contains("query?query="))
            call.answer(200, matrix(R"("controller":"site")", "1,\"1\"],[16", "2"));
        else
            call.answer(403, R"({"kind":"Status","reason":"Forbidden","code":403,"message":"cannot get pods/proxy"})");
    }
    static QByteArray matrix(const QByteArray &labels, const QByteArray &time, const QByteArray &value)
    {
        const QByteArray series = time.isEmpty()
            ? QByteArray()
            : "{\"metric\":{" + labels + "},\"values\":[[" + time + ",\"" + value + "\"]]}";
        return R"({"status":"success","data":{"resultType":"matrix","result":[)" + series + "]}}";
    }
};

} // namespace

class TestOperatorMetrics : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aPrometheusThatIsFoundIsAskedAndSaysSo()
    {
        Watched watched;
        QVERIFY(watched.remark().contains(u"Looking for a Prometheus"_s));
        watched.pass(16s);
        QVERIFY2(watched.source().contains(u"Service monitoring/prometheus-k8s"_s), qPrintable(watched.source()));
        QVERIFY(watched.source().contains(u"every 15 s"_s));
        QCOMPARE(watched.rate().latest(u"site success"_s), 2.5);
        QVERIFY(std::isnan(watched.rate().lines().first().points.first().value));
        const ChartModel &p95 = *watched.model.charts().at(2);
        QVERIFY(std::isinf(p95.latest(u"site"_s))); // the largest bound: how far above nobody knows
        const ChartModel &errors = *watched.model.charts().at(1);
        QVERIFY2(errors.emptyReason().contains(
                     u"has no series patronus_operator_reconcile_errors_total{namespace=\"patronus-system\"}"_s),
            qPrintable(errors.emptyReason()));
        QVERIFY(watched.metrics.isAnswering());
    }

    void aServerThatIsChosenIsAskedAtOnceAndCanBeLeft()
    {
        Watched watched;
        watched.clock.advance(1ms);
        QVERIFY(!watched.server->calls.isEmpty()); // one is being looked for in the cluster
        watched.metrics.setPrometheus(givenServer(watched.server));
        watched.answer();
        watched.pass(2s);
        QVERIFY2(watched.source().contains(u"http://given:9090 (given by me)"_s), qPrintable(watched.source()));
        watched.pass(15s);
        QCOMPARE(watched.rate().latest(u"site success"_s), 2.5);

        watched.metrics.setPrometheus({});
        QVERIFY2(!watched.source().contains(u"given"_s), qPrintable(watched.source()));
        QVERIFY(watched.remark().contains(u"Looking for a Prometheus"_s));
        watched.pass(2s);
        QVERIFY2(watched.source().contains(u"Service monitoring/prometheus-k8s"_s), qPrintable(watched.source()));
    }

    void whereTheGivenServerFailsTheGivenPageIsRead()
    {
        const auto elsewhere = std::make_shared<ScriptedTransport>();
        Watched watched({.prometheus = givenServer(elsewhere),
            .metrics = {.url = QUrl(u"http://operator:8080"_s), .transport = elsewhere}});
        watched.metrics.setPods({{u"patronus-system"_s, u"operator-0"_s}}, {});
        watched.clock.advance(1ms);
        for (const auto &call : QList(elsewhere->calls))
            call->fail(Error::Kind::Unreachable);
        QVERIFY2(watched.source().contains(u"http://operator:8080"_s), qPrintable(watched.source()));
        QVERIFY2(watched.remark().contains(u"No Prometheus server is asked"_s), qPrintable(watched.remark()));
        QVERIFY(watched.server->calls.isEmpty()); // neither pods nor Services
        const auto closed = watched.metrics.close();
        for (const auto &call : QList(elsewhere->calls))
            if (!call->isEnded())
                call->fail(Error::Kind::Unreachable);
    }

    void aServerThatFallsSilentIsToldAndThenLeft()
    {
        Watched watched;
        watched.pass(16s);
        watched.isSilent = true;
        watched.pass(30s);
        QVERIFY2(watched.remark().contains(u"The last answer is shown"_s), qPrintable(watched.remark()));
        QCOMPARE(watched.rate().latest(u"site success"_s), 2.5);
        watched.isSilent = false;
        watched.pass(30s);
        QVERIFY(watched.remark().isEmpty());
        watched.hasPrometheus = false;
        watched.isSilent = true;
        watched.pass(30s);
        watched.isSilent = false;
        watched.metrics.setPods({{u"patronus-system"_s, u"operator-0"_s}}, {});
        watched.pass(60s);
        QVERIFY2(watched.source().startsWith(u"Scraped from pod"_s), qPrintable(watched.source()));
        QVERIFY(watched.remark().contains(u"no Service looks like a Prometheus"_s));
        QVERIFY2(watched.rate().emptyReason().contains(u"cannot get pods/proxy"_s),
            qPrintable(watched.rate().emptyReason()));
    }

    void pausedChartsStandStill()
    {
        Watched watched;
        watched.pass(16s);
        const WallTime end = watched.rate().to();
        watched.model.requestChartRange({15min, end});
        watched.answer();
        const qsizetype asked = watched.server->calls.size();
        watched.pass(2min);
        QCOMPARE(watched.server->calls.size(), asked);
        QCOMPARE(watched.rate().to(), end);
        watched.model.requestChartRange({1h, std::nullopt});
        watched.answer();
        QCOMPARE(watched.rate().to() - watched.rate().from(), 1h);
        QVERIFY(watched.rate().to() > end);
    }

    void withoutAnythingItSaysWhy()
    {
        Watched watched;
        watched.hasPrometheus = false;
        watched.metrics.setPods({}, u"pods is forbidden"_s);
        watched.pass(2s);
        QCOMPARE(watched.rate().emptyReason(), u"The operator's pods are not known: pods is forbidden"_s);
        watched.metrics.setPods({}, {});
        QVERIFY(watched.rate().emptyReason().contains(u"No running pod of the operator"_s));
        QVERIFY(!watched.metrics.isAnswering());
    }
};

QTEST_GUILESS_MAIN(TestOperatorMetrics)
#include "tst_operatormetrics.moc"
