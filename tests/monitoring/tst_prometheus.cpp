// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/client.h"
#include "monitoring/prometheussearch.h"
#include "monitoring/times.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QJsonArray>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::at;

namespace {

const MetricHistory::Range range{.from = at(0), .to = at(20), .step = 5s, .window = 20s};

QString values(const Series &series)
{
    QStringList words;
    for (const Point &point : series.points)
        words.append(std::isnan(point.value) ? u"-"_s : QString::number(point.value, 'g', 4));
    return words.join(u' ');
}

QByteArray matrix(const QByteArray &values)
{
    return R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"controller":"site"},"values":[)"
        + values + "]}]}}";
}

QByteArray vector(const QByteArray &series)
{
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}";
}

Object service(const QString &name, const QJsonObject &labels = {},
    const QJsonArray &ports = {QJsonObject{{u"name"_s, u"web"_s}, {u"port"_s, 9090}}})
{
    return Object(QJsonObject{
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"monitoring"_s}, {u"labels"_s, labels}}},
        {u"spec"_s, QJsonObject{{u"ports"_s, ports}}}});
}

QByteArray serviceList(const QByteArray &items)
{
    return R"({"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[)" + items + "]}";
}

const QByteArray prometheusK8s = R"({"metadata":{"name":"prometheus-k8s","namespace":"monitoring","resourceVersion":"1",
    "labels":{"app.kubernetes.io/name":"prometheus"}},"spec":{"ports":[{"name":"web","port":9090}]}})";

QByteArray forbidden(const QByteArray &what)
{
    return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":")" + what
        + "\"}";
}

/// A search whose API server the test plays, answer by answer.
struct Search {
    std::shared_ptr<ScriptedTransport> server = std::make_shared<ScriptedTransport>();
    KubeClient client{server, nullptr};

    PrometheusSearch run() { return QCoro::waitFor(findPrometheus(client, u"patronus-system"_s, {})); }
    [[nodiscard]] QByteArray target(int call) const { return server->calls.at(call)->request.target; }
};

} // namespace

class TestPrometheus : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aQuestionIsPromql_data()
    {
        QTest::addColumn<MetricQuestion>("question");
        QTest::addColumn<QString>("promql");
        using How = MetricQuestion::How;
        QTest::newRow("rate") << MetricQuestion{.how = How::Rate, .metric = u"m"_s, .by = {u"a"_s, u"b"_s}}
                              << u"sum by (a, b) (rate(m{x=\"y\"}[5m]))"_s;
        QTest::newRow("value") << MetricQuestion{.metric = u"m"_s, .where = {{u"n"_s, u"v"_s}}}
                               << u"sum(m{n=\"v\",x=\"y\"})"_s;
        QTest::newRow("quantile") << MetricQuestion{.how = How::Quantile, .metric = u"m"_s, .by = {u"a"_s}}
                                  << u"histogram_quantile(0.95, sum by (a, le) (rate(m_bucket{x=\"y\"}[5m])))"_s;
    }
    void aQuestionIsPromql()
    {
        QFETCH(const MetricQuestion, question);
        QFETCH(const QString, promql);
        QCOMPARE(question.promql(u"x=\"y\""_s, u"5m"_s), promql);
    }

    void whatIsLeftOutIsNoData()
    {
        const auto answer = parsePrometheusAnswer(
            matrix(R"([1700000000,"1.5"],[1700000010,"NaN"],[1700000015.001,"+Inf"],[1700000020,"0"])"), range);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->size(), 1);
        QCOMPARE(answer->first().labels, (Labels{{u"controller"_s, u"site"_s}}));
        QCOMPARE(values(answer->first()), u"1.5 - - inf 0"_s);
        QCOMPARE(answer->first().points[1].time, at(5));
    }

    void whatIsNoAnswerIsAnError_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        QTest::newRow("a page") << "<html>"_ba << u"no answer of Prometheus"_s;
        QTest::newRow("another type") << vector("") << u"resultType is 'vector'"_s;
        QTest::newRow("no pair") << matrix("[1]") << u"no pair"_s;
        QTest::newRow("an error") << R"({"status":"error","errorType":"bad_data","error":"parse error"})"_ba
                                  << u"bad_data: parse error"_s;
    }
    void whatIsNoAnswerIsAnError()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QString, says);
        const auto answer = parsePrometheusAnswer(body, range);
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(says), qPrintable(answer.error().message));
    }

    void servicesAreRecognisedTheSurestFirst()
    {
        const QJsonObject chart{{u"app"_s, u"kube-prometheus-stack-prometheus"_s}};
        const QJsonObject labelled{{u"app.kubernetes.io/name"_s, u"prometheus"_s}};
        const QList<PrometheusService> found = prometheusServices(
            {service(u"grafana"_s), service(u"prometheus-operated"_s, {{u"operated-prometheus"_s, u"true"_s}}),
                service(u"stack-prometheus"_s, chart),
                service(u"mine"_s, labelled,
                    {QJsonObject{{u"name"_s, u"reloader-web"_s}, {u"port"_s, 8080}},
                        QJsonObject{{u"name"_s, u"https"_s}, {u"port"_s, 9091}}}),
                service(u"prometheus-server"_s, {}, {QJsonObject{{u"port"_s, 80}}}),
                service(u"prometheus-alertmanager"_s, {{u"app.kubernetes.io/name"_s, u"alertmanager"_s}}),
                service(u"prometheus"_s, {}, {})});
        QStringList names;
        for (const PrometheusService &one : found)
            names.append(one.key.name + u':' + one.port + (one.isHttps ? u" TLS"_s : QString()));
        QCOMPARE(names,
            QStringList({u"mine:https TLS"_s, u"prometheus-server:80"_s, u"stack-prometheus:web"_s,
                u"prometheus-operated:web"_s}));
        QCOMPARE(found[0].sign, u"label app.kubernetes.io/name=prometheus"_s);
    }

    void aServerThatHasTheSeriesIsFound()
    {
        Search search;
        search.server->queue(200, serviceList(prometheusK8s));
        search.server->queue(200, vector(R"({"metric":{"namespace":"patronus-system"},"value":[1700000000,"18"]})"));
        search.server->queue(200, matrix(R"([1700000000,"1"],[1700000014.9,"2"],[1700000030,"3"],[1700000090,"3"])"));
        const PrometheusSearch found = search.run();
        QVERIFY2(found.server, qPrintable(found.failures.join(u'\n')));
        QCOMPARE(found.selector, u"namespace=\"patronus-system\""_s);
        QCOMPARE(found.scrapeInterval, 15s);
        QVERIFY(found.how.contains(u"app.kubernetes.io/name=prometheus"_s));
        QVERIFY(search.target(0).startsWith("/api/v1/services?"));
        QVERIFY(search.target(1).startsWith(
            "/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/query?query=count"));

        const auto asking = found.server->range(u"up{a=\"b\"}"_s, range, {});
        QCOMPARE(search.server->last()->request.target,
            "/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/"
            "query_range?query=up%7Ba%3D%22b%22%7D"
            "&start=1700000000.000&end=1700000020.000&step=5.000");
        search.server->last()->answer(200, matrix(""));
    }

    void aServerThatDoesNotScrapeTheOperatorIsNoSource()
    {
        Search search;
        search.server->queue(200, serviceList(prometheusK8s));
        search.server->queue(200, vector(""));
        const PrometheusSearch none = search.run();
        QVERIFY(!none.server);
        QVERIFY(none.isSure);
        QVERIFY2(none.failures.join(u' ').contains(
                     u"monitoring/prometheus-k8s, through the API server: it answers, but has no series"_s),
            qPrintable(none.failures.join(u' ')));
    }

    void anotherInstallationsSeriesAreNotTakenForOurs()
    {
        Search search;
        search.server->queue(200, serviceList(prometheusK8s));
        search.server->queue(200, vector(R"({"metric":{"namespace":"other"},"value":[1700000000,"18"]})"));
        const PrometheusSearch none = search.run();
        QVERIFY(!none.server);
        QVERIFY(none.failures.first().contains(u"of namespace patronus-system, only of other"_s));
    }

    void whereNotAllServicesMayBeListedTheUsualNamespacesAre()
    {
        Search search;
        const QByteArray refusal = R"(services is forbidden: User \"eve\" cannot list resource \"services\")";
        search.server->queue(403, forbidden(refusal)); // everywhere
        search.server->queue(403, forbidden(refusal)); // patronus-system
        search.server->queue(200, serviceList(prometheusK8s)); // monitoring
        search.server->queue(403, forbidden(refusal));
        search.server->queue(403, forbidden(refusal));
        search.server->queue(403, forbidden(R"(cannot get resource \"services/proxy\")"));
        const PrometheusSearch none = search.run();
        QVERIFY(!none.server);
        QVERIFY(search.target(2).startsWith("/api/v1/namespaces/monitoring/services?"));
        QVERIFY2(none.failures.filter(u"cannot list resource \"services\""_s).size() >= 1
                && none.failures.last().contains(u"cannot get resource \"services/proxy\""_s),
            qPrintable(none.failures.join(u'\n')));
        QVERIFY(none.isSure);
    }

    void aSilenceIsNoFinding()
    {
        Search search;
        search.server->queue(200, serviceList(prometheusK8s));
        search.server->queue(503, "no endpoints available for service");
        const PrometheusSearch none = search.run();
        QVERIFY(!none.server);
        QVERIFY(!none.isSure);
        QVERIFY2(none.failures.first().contains(u"no endpoints available"_s), qPrintable(none.failures.first()));
    }
};

QTEST_GUILESS_MAIN(TestPrometheus)
#include "tst_prometheus.moc"
