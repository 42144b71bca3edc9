// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/clustermodel.h"
#include "monitoring/metricssource.h"
#include "monitoring/prometheussearch.h"
#include "runtime/inflight.h"

namespace patronus {

/// Fills the charts of a ClusterModel: from a Prometheus server where one is given or found that has the operator's
/// series, else from what it scrapes itself of the operator's pods, or of a URL that was given. It says which, how it
/// was found, and for a chart without lines which step failed.
class OperatorMetrics : public QObject
{
    Q_OBJECT

public:
    /// A Prometheus server that the user named; without open(): not given.
    struct Given {
        std::function<Task<Prometheus>()> open = {}; ///< makes the way to it, each time that it is looked at
        QString how = {}; ///< it was given, for a person
    };
    /// The operator's own page, with the way to it; without a transport: not given.
    struct Page {
        QUrl url = {};
        std::shared_ptr<Transport> transport = {};
    };
    struct Ways {
        Given prometheus = {};
        Page metrics = {}; ///< where it is given no server is looked for, nor a pod scraped
    };

    /// Begins to look at once. @p client, @p model and @p clock have to outlive close().
    OperatorMetrics(KubeClient &client, ClusterModel &model, Ways ways, QString operatorNamespace, Clock &clock);
    ~OperatorMetrics() override;

    /// Asks @p prometheus from now on; not given: one is looked for, as it is at the beginning.
    void setPrometheus(Given prometheus);
    /// The operator's pods that run now. @p problem: why they are not known; empty: they are.
    void setPods(const QList<ObjectKey> &pods, const QString &problem);
    void lookAgain(); ///< for a Prometheus server
    [[nodiscard]] bool isAnswering() const; ///< some process of the operator gave numbers a moment ago
    /// Ends when nothing is in flight any more.
    [[nodiscard]] QCoro::Task<> close();

private:
    QCoro::Task<> look();
    QCoro::Task<> ask(Prometheus server, MetricHistory::Range range, QString selector, std::stop_token stop);
    void onLooked(PrometheusSearch search);
    void onAsked(const std::vector<Expected<QList<Series>>> &answers, const MetricHistory::Range &range);
    void refresh();
    void scrape();
    void describe();
    [[nodiscard]] bool mayLook() const; ///< for a server
    [[nodiscard]] MetricHistory::Range rangeOf(
        std::chrono::milliseconds span, std::chrono::milliseconds interval) const;
    [[nodiscard]] ChartModel::Answer scrapedAnswer(const MetricQuestion &question) const;
    [[nodiscard]] std::chrono::milliseconds askInterval() const;

    KubeClient &m_client;
    ClusterModel &m_model;
    Ways m_ways;
    const QString m_operatorNamespace;
    Clock &m_clock;
    const QList<ChartModel::Question> m_questions;
    MetricsSource m_scraped;
    const WallTime m_since; // before it nothing was scraped
    QList<ObjectKey> m_pods;
    QString m_podsProblem;
    PrometheusSearch m_search; // the last one's result
    bool m_isLooking = false, m_hasLooked = false, m_isServerAnswering = false;
    Clock::time_point m_lastAnswer; // of the server
    QString m_serverProblem; // of the last question; empty: it was answered
    std::unique_ptr<Timer> m_lookTimer, m_askTimer;
    std::stop_source m_closing, m_looking, m_asking;
    InFlight m_inFlight;
};

} // namespace patronus
