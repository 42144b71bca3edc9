// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "monitoring/question.h"

#include <functional>

namespace patronus {

/// A Service that looks like a Prometheus server's.
struct PrometheusService {
    ObjectKey key;
    QString port; ///< name or number, as the API server's proxy wants it
    bool isHttps = false;
    QString sign; ///< what it was recognised by: "label app.kubernetes.io/name=prometheus"

    friend bool operator==(const PrometheusService &, const PrometheusService &) = default;
};

/// Those of @p services that look like a Prometheus server's, the surest first: by the labels and the names that the
/// Prometheus Operator, its charts and OpenShift give them.
[[nodiscard]] QList<PrometheusService> prometheusServices(const QList<Object> &services);

/// How one says to a Prometheus server who asks, and what a person does where it does not take that.
struct PrometheusSignIn {
    HttpHeaders headers = {}; ///< of each request; empty: nobody
    QString remedy = {}; ///< of a refusal
};

/// The query API of one Prometheus server (https://prometheus.io/docs/prometheus/latest/querying/api/). A value: copies
/// ask the same server. Event-loop thread only.
class Prometheus
{
public:
    /// At a URL that this machine reaches; @p transport goes to its server. Its user and query are not shown.
    Prometheus(std::shared_ptr<Transport> transport, const QUrl &url, const PrometheusSignIn &signIn = {});
    /// Through the API server (services/NAME:PORT/proxy: needs the right to get services/proxy). @p client has to
    /// outlive every call.
    Prometheus(KubeClient &client, const PrometheusService &service);

    [[nodiscard]] QString where() const { return m_where; } ///< for a person
    /// A range query: each series with one point for each step, NaN where the server gave none.
    [[nodiscard]] Task<QList<Series>> range(QString promql, MetricHistory::Range range, std::stop_token stop) const;
    /// An instant query: each series with one point, or with what was scraped where @p promql is a range of time.
    [[nodiscard]] Task<QList<Series>> now(QString promql, std::stop_token stop) const;

private:
    using Read = std::function<Task<QByteArray>(QByteArray target, std::stop_token stop)>;

    QString m_where;
    QByteArray m_path; // before "/api/v1/…"
    Read m_read;
};

/// Reads an answer of the query API. Malformed, or Invalid with the server's words. For a range query @p range says
/// which points are to be there; nullopt: it was an instant query, and there are those that the server gave.
[[nodiscard]] Expected<QList<Series>> parsePrometheusAnswer(
    QByteArrayView body, const std::optional<MetricHistory::Range> &range);

} // namespace patronus
