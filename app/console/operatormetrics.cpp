// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatormetrics.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using std::chrono::milliseconds;

constexpr int metricsPort = 8080; // contract.md
constexpr std::chrono::seconds scrapeInterval(5);
constexpr std::chrono::minutes lookInterval(5), lookIntervalWithout(2); // where there is a server, and where none is
constexpr std::chrono::minutes patience(2); // with a server that does not answer
constexpr std::chrono::seconds soonAgain(10);
constexpr int mostSteps = 240; // of a chart: more than a line of it has pixels to show

WallTime wallTime(const Clock &clock)
{
    return WallTime(milliseconds(clock.wallTime().toMSecsSinceEpoch()));
}

/// What is scraped is kept as long as a shift may look back, of the charts' metrics alone.
MetricHistory::Limits limitsFor(const QList<ChartModel::Question> &questions)
{
    MetricHistory::Limits limits{.keep = std::chrono::hours(6), .names = {}};
    for (const ChartModel::Question &question : questions)
        limits.names.insert(question.asked.seriesName());
    return limits;
}

QString seconds(milliseconds time)
{
    return u"%1 s"_s.arg(time.count() / 1000);
}

/// As it is in the console's own history: what lies above the largest bucket is above it, nobody knows how far.
QList<Series> withoutMadeUpValues(QList<Series> series, const MetricQuestion &question)
{
    if (question.how == MetricQuestion::How::Quantile)
        for (Series &one : series)
            for (Point &point : one.points)
                if (point.value >= question.largestBound)
                    point.value = HUGE_VAL;
    return series;
}

} // namespace

OperatorMetrics::OperatorMetrics(
    KubeClient &client, ClusterModel &model, Ways ways, QString operatorNamespace, Clock &clock)
    : m_client(client),
      m_model(model),
      m_ways(std::move(ways)),
      m_operatorNamespace(std::move(operatorNamespace)),
      m_clock(clock),
      m_questions(operatorCharts()),
      m_scraped(clock, scrapeInterval, limitsFor(m_questions)),
      m_since(wallTime(clock)),
      m_lookTimer(clock.makeTimer([this] { look(); })),
      m_askTimer(clock.makeTimer([this] { refresh(); }))
{
    connect(&m_scraped, &MetricsSource::scraped, this, [this] {
        if (!m_search.server)
            refresh();
    });
    connect(&m_model, &ClusterModel::chartRangeChanged, this, &OperatorMetrics::refresh);
    lookAgain();
    scrape();
    refresh();
}

OperatorMetrics::~OperatorMetrics() = default;

QCoro::Task<> OperatorMetrics::close()
{
    m_closing.request_stop();
    m_looking.request_stop();
    m_asking.request_stop();
    m_lookTimer->stop();
    m_askTimer->stop();
    co_await m_scraped.close();
    co_await m_inFlight.ended();
}

void OperatorMetrics::setPrometheus(Given prometheus)
{
    m_ways.prometheus = std::move(prometheus);
    m_looking.request_stop(); // nobody wants to know any more what is said there
    m_looking = std::stop_source();
    m_asking.request_stop();
    m_askTimer->stop();
    m_lookTimer->stop();
    m_search = {};
    m_hasLooked = false;
    m_serverProblem.clear();
    lookAgain();
    scrape();
    refresh();
}

void OperatorMetrics::setPods(const QList<ObjectKey> &pods, const QString &problem)
{
    const bool isNew = std::exchange(m_pods, pods) != pods;
    const bool isTold = std::exchange(m_podsProblem, problem) != problem;
    if (isNew)
        scrape();
    if (isNew || isTold)
        refresh();
}

void OperatorMetrics::lookAgain()
{
    if (mayLook())
        m_lookTimer->start({});
}

bool OperatorMetrics::mayLook() const
{
    return !m_closing.stop_requested() && (!m_ways.metrics.transport || m_ways.prometheus.open);
}

bool OperatorMetrics::isAnswering() const
{
    return m_search.server ? m_isServerAnswering : m_scraped.isAnswering();
}

/// Also while a server is looked for: the first numbers come sooner, and none are missing where none is found.
void OperatorMetrics::scrape()
{
    QList<MetricsSource::Target> targets;
    if (!m_search.server && m_ways.metrics.transport)
        targets.append(MetricsSource::url(m_ways.metrics.transport, m_ways.metrics.url));
    else if (!m_search.server)
        for (const ObjectKey &pod : m_pods)
            targets.append(MetricsSource::pod(m_client, pod, metricsPort));
    m_scraped.setTargets(targets);
}

QCoro::Task<> OperatorMetrics::look()
{
    // The session awaits close() before it lets this object go.
    const auto guard = m_inFlight.enter();
    if (std::exchange(m_isLooking, true))
        co_return;
    const std::stop_token stop = m_looking.get_token();
    PrometheusSearch search;
    if (const Given given = m_ways.prometheus; !given.open)
        search = co_await findPrometheus(m_client, m_operatorNamespace, stop);
    else if (const auto server = co_await given.open())
        search = co_await tryPrometheus(*server, given.how, m_operatorNamespace, stop);
    else
        search = {.failures = {server.error().message}, .isSure = !server.error().isRetryable()};
    m_isLooking = false;
    if (!stop.stop_requested())
        onLooked(std::move(search));
    else
        lookAgain(); // another server was chosen meanwhile
}

void OperatorMetrics::onLooked(PrometheusSearch search)
{
    if (m_search.server && !search.server && !search.isSure && m_clock.now() - m_lastAnswer < patience) {
        m_lookTimer->start(soonAgain); // Prometheus or the API server restarts: what it said is still shown
        return;
    }
    m_lookTimer->start(!search.isSure ? std::chrono::nanoseconds(soonAgain)
            : search.server           ? lookInterval
                                      : lookIntervalWithout);
    m_search = std::move(search);
    m_hasLooked = true;
    m_serverProblem.clear();
    m_lastAnswer = m_clock.now();
    scrape();
    refresh();
}

MetricHistory::Range OperatorMetrics::rangeOf(milliseconds span, milliseconds interval) const
{
    // The window that Grafana takes for a rate: four scrapes. Steps stand on multiples, so that old points do not
    // wobble.
    const milliseconds step = std::max(interval, span / mostSteps);
    const WallTime end = m_model.chartRange().end.value_or(wallTime(m_clock));
    const WallTime to(end.time_since_epoch() / step * step);
    return {.from = to - span, .to = to, .step = step, .window = std::max(step + interval, 4 * interval)};
}

milliseconds OperatorMetrics::askInterval() const
{
    return std::clamp<milliseconds>(m_search.scrapeInterval, scrapeInterval, std::chrono::seconds(30));
}

void OperatorMetrics::refresh()
{
    if (m_closing.stop_requested())
        return;
    describe();
    if (!m_search.server) {
        QList<ChartModel::Answer> answers;
        for (const ChartModel::Question &question : m_questions)
            answers.append(scrapedAnswer(question.asked));
        m_model.setCharts(answers);
        return;
    }
    m_asking.request_stop(); // nobody waits for that answer any more
    m_asking = std::stop_source();
    ask(*m_search.server, rangeOf(m_model.chartRange().span, m_search.scrapeInterval), m_search.selector,
        m_asking.get_token());
    if (m_model.chartRange().end)
        m_askTimer->stop();
    else
        m_askTimer->start(askInterval());
}

ChartModel::Answer OperatorMetrics::scrapedAnswer(const MetricQuestion &question) const
{
    const milliseconds passed = m_model.chartRange().end.value_or(wallTime(m_clock)) - m_since;
    const milliseconds span = std::clamp<milliseconds>(
        passed, std::chrono::minutes(1), std::max<milliseconds>(m_model.chartRange().span, std::chrono::minutes(1)));
    const MetricHistory::Range range = rangeOf(span, scrapeInterval);
    ChartModel::Answer answer{.from = range.from, .to = range.to, .series = question.askOf(m_scraped.history(), range)};
    if (const auto problem = m_scraped.problem())
        answer.emptyReason = problem->message;
    else if (!m_ways.metrics.transport && m_pods.isEmpty())
        answer.emptyReason = !m_podsProblem.isEmpty()
            ? tr("The operator's pods are not known: %1").arg(m_podsProblem)
            : tr("No running pod of the operator was found in namespace %1, and no --metrics-url was given")
                  .arg(m_operatorNamespace);
    else if (!m_scraped.isAnswering())
        answer.emptyReason = tr("Waiting for the first scrape");
    else if (!m_scraped.history().knows(question.seriesName()))
        answer.emptyReason = tr("The operator answers, but exports no %1 yet").arg(question.seriesName());
    else
        answer.emptyReason = tr("No data for this time: a rate needs two scrapes, and a duration an observation");
    return answer;
}

QCoro::Task<> OperatorMetrics::ask(
    Prometheus server, MetricHistory::Range range, QString selector, std::stop_token stop)
{
    const auto guard = m_inFlight.enter();
    const QString window = u"%1s"_s.arg(range.window.count() / 1000);
    std::vector<Task<QList<Series>>> asked; // all at once
    for (const ChartModel::Question &question : m_questions)
        asked.push_back(server.range(question.asked.promql(selector, window), range, stop));
    std::vector<Expected<QList<Series>>> answers;
    answers.reserve(asked.size());
    for (auto &answer : asked)
        answers.push_back(co_await answer);
    if (!stop.stop_requested())
        onAsked(answers, range);
}

void OperatorMetrics::onAsked(const std::vector<Expected<QList<Series>>> &answers, const MetricHistory::Range &range)
{
    const auto failed
        = std::ranges::find_if(answers, [](const Expected<QList<Series>> &answer) { return !answer.has_value(); });
    m_serverProblem = failed == answers.end() ? QString() : failed->error().message;
    if (std::ranges::none_of(answers, [](const auto &answer) { return answer.has_value(); })) {
        m_isServerAnswering = false;
        describe();
        m_lookTimer->start({}); // it may have moved, or another way is open
        return;
    }
    m_lastAnswer = m_clock.now();
    QList<ChartModel::Answer> charts;
    for (size_t i = 0; i < answers.size(); ++i) {
        const MetricQuestion &question = m_questions[qsizetype(i)].asked;
        ChartModel::Answer chart{.from = range.from, .to = range.to};
        if (answers[i])
            chart.series = withoutMadeUpValues(*answers[i], question);
        chart.emptyReason = answers[i] ? tr("%1 has no series %2{%3} for this time, or no observation in it")
                                             .arg(m_search.server->where(), question.seriesName(), m_search.selector)
                                       : answers[i].error().message;
        charts.append(chart);
    }
    m_isServerAnswering = std::ranges::any_of(
        charts.first().series, [](const Series &series) { return !std::isnan(series.points.last().value); });
    m_model.setCharts(charts);
    describe();
}

void OperatorMetrics::describe()
{
    MetricsDescription description;
    if (m_search.server) {
        description.source = tr("Asked of Prometheus at %1 (%2), every %3. It scrapes the operator about every %4.")
                                 .arg(m_search.server->where(), m_search.how, seconds(askInterval()),
                                     seconds(m_search.scrapeInterval));
        if (!m_serverProblem.isEmpty())
            description.remark = tr("The last answer is shown: %1").arg(m_serverProblem);
    } else {
        description.source = m_scraped.description() + u'.';
        if (!m_hasLooked && mayLook())
            description.remark = tr("Looking for a Prometheus server…");
        else if (!m_search.failures.isEmpty())
            description.remark = tr("No Prometheus server is asked: %1").arg(m_search.failures.join(u"; "_s));
    }
    m_model.setMetricsDescription(description);
}

} // namespace patronus
