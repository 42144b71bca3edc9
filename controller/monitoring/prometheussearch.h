// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/prometheus.h"

namespace patronus {

/// Which Prometheus server has the operator's metrics, and how that is known.
struct PrometheusSearch {
    std::optional<Prometheus> server = std::nullopt; ///< nullopt: none has them
    QString how = {}; ///< by which it was found, for a person
    QString selector = {}; ///< the matcher of the operator's series: namespace="patronus-system"
    std::chrono::milliseconds scrapeInterval = std::chrono::minutes(1);
    /// What failed on the way, a sentence each: the permission (verb and resource), the HTTP status, no such series.
    QStringList failures = {};
    bool isSure = true; ///< false: a failure may pass, and the next search end otherwise
};

/// Looks whether @p server has series of an operator in @p operatorNamespace, or of one outside of any cluster.
[[nodiscard]] QCoro::Task<PrometheusSearch> tryPrometheus(
    Prometheus server, QString how, QString operatorNamespace, std::stop_token stop);

/// Looks for a Service that looks like a Prometheus server's and has the operator's series: in all namespaces, or,
/// where they may not all be listed, in @p operatorNamespace and those that Prometheus usually lives in. It asks the
/// surest candidates only. @p client has to outlive the answer and what it gives.
[[nodiscard]] QCoro::Task<PrometheusSearch> findPrometheus(
    KubeClient &client, QString operatorNamespace, std::stop_token stop);

} // namespace patronus
