// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/charttable.h"
#include "monitoring/times.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::at;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The values of a line, a step of 5 s apart.
QList<Point> points(const QList<double> &values)
{
    QList<Point> result;
    for (int i = 0; i < values.size(); ++i)
        result.append({at(5 * i), values[i]});
    return result;
}

Series series(const QString &controller, const QString &result, const QList<double> &values)
{
    return {{{u"controller"_s, controller}, {u"result"_s, result}}, points(values)};
}

ChartModel::Answer answer(const QList<Series> &series, const QString &emptyReason = u"no such series"_s)
{
    return {.from = at(0), .to = at(15), .series = series, .emptyReason = emptyReason};
}

QStringList names(const QList<ChartModel::Line> &lines)
{
    QStringList result;
    for (const ChartModel::Line &line : lines)
        result.append(line.name);
    return result;
}

} // namespace

class TestCharts : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    /// One question, one PromQL: that of the console is in the dashboard, to the letter.
    void everyQuestionIsInTheDashboard()
    {
        QSet<QString> expressions;
        const QJsonObject dashboard
            = QJsonDocument::fromJson(sourceText(u"resources/monitoring/patronus-operator.dashboard.json")).object();
        for (const QJsonValue &panel : dashboard["panels"_L1].toArray())
            for (const QJsonValue &target : panel["targets"_L1].toArray())
                expressions.insert(target["expr"_L1].toString());
        QCOMPARE(operatorCharts().size(), 6);
        for (const ChartModel::Question &question : operatorCharts()) {
            const QString promql
                = question.asked.promql(u"namespace=~\"$namespace\",job=~\"$job\""_s, u"$__rate_interval"_s);
            QVERIFY2(expressions.contains(promql), qPrintable(promql));
        }
    }

    void aChartTakesItsAnswer()
    {
        ChartModel chart(operatorCharts().at(0));
        const QSignalSpy changed(&chart, &ChartModel::changed);
        chart.setAnswer(answer({series(u"site"_s, u"success"_s, {none, 1, 2, 3})}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(names(chart.lines()), QStringList{u"site success"_s});
        QCOMPARE(chart.latest(u"site success"_s), 3);
        QCOMPARE(ChartModel::valueAt(chart.lines()[0], at(6)), 1);
        QVERIFY(std::isnan(ChartModel::valueAt(chart.lines()[0], at(1))));
        QVERIFY(std::isnan(chart.latest(u"policy success"_s)));
        QCOMPARE(chart.valueText(2), u"2.00/s"_s);
        QVERIFY(chart.emptyReason().isEmpty());
    }

    void anEmptyChartSaysWhichStepFailed()
    {
        ChartModel chart(operatorCharts().at(0));
        chart.setAnswer(answer({}, u"pods \"x\" is forbidden"_s));
        QCOMPARE(chart.emptyReason(), u"pods \"x\" is forbidden"_s);
        chart.setAnswer(answer({series(u"site"_s, u"success"_s, {none, none})})); // series, and no number in them
        QCOMPARE(chart.emptyReason(), u"no such series"_s);
    }

    void whatWasZeroAllTheTimeIsNamedAndNotDrawn()
    {
        ChartModel chart(operatorCharts().at(0));
        const Series quiet = series(u"site"_s, u"error"_s, {0, 0, none, 0});
        chart.setAnswer(answer({series(u"site"_s, u"success"_s, {0, 1, 2, 3}), quiet}));
        QCOMPARE(names(chart.lines()), QStringList{u"site success"_s});
        QCOMPARE(names(chart.quiet()), QStringList{u"site error"_s});
        chart.setAnswer(answer({quiet, series(u"site"_s, u"requeue"_s, {none, 0, none, 0})}));
        QCOMPARE(names(chart.lines()), QStringList{u"all"_s});
        QCOMPARE(chart.latest(u"all"_s), 0);
        QVERIFY(std::isnan(chart.lines()[0].points[2].value)); // a gap in all of them stays one
        QCOMPARE(chart.quiet().size(), 2);
    }

    void theTableHasEveryPointAndNoMadeUpValue()
    {
        ChartModel chart(operatorCharts().at(2)), empty(operatorCharts().at(3));
        chart.setAnswer(
            {.from = at(0), .to = at(10), .series = {{{{u"controller"_s, u"a,b"_s}}, points({none, 0.25, HUGE_VAL})}}});
        chart.setMarks({{at(-60), at(-60), u"rollout 1"_s, u"before"_s},
            {at(5), at(5), u"restart"_s, u"pod-1 ended (\"OOM\", exit code 137)"_s}});
        empty.setAnswer({.from = at(0), .to = at(10), .emptyReason = u"no such series"_s});
        QCOMPARE(chartsAsCsv({&chart, &empty}),
            "time,chart,line,value,unit,note\r\n"
            "2023-11-14T22:13:20.000Z,duration-p95,\"a,b\",,s,\r\n"
            "2023-11-14T22:13:25.000Z,duration-p95,\"a,b\",0.25,s,\r\n"
            "2023-11-14T22:13:30.000Z,duration-p95,\"a,b\",+Inf,s,\r\n"
            "2023-11-14T22:13:30.000Z,active-resources,,,,no such series\r\n"
            "2023-11-14T22:13:25.000Z,mark,restart,,,\"pod-1 ended (\"\"OOM\"\", exit code 137)\"\r\n");
    }
};

QTEST_GUILESS_MAIN(TestCharts)
#include "tst_charts.moc"
