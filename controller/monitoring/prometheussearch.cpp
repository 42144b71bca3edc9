// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/prometheussearch.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qsizetype mostAsked = 4; // candidates
const QString counter = u"patronus_operator_reconcile_total"_s; // every replica shows it from its start on

/// Where Prometheus usually lives, for who may not list Services everywhere.
const QStringList usualNamespaces{u"monitoring"_s, u"prometheus"_s, u"openshift-monitoring"_s};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<Object>> listServices(KubeClient &client, QString nameSpace, std::stop_token stop)
{
    QList<Object> services;
    const auto listed = co_await client.list(
        resources::services(), {.nameSpace = nameSpace, .drop = isBookkeeping},
        [&services](Object service) { services.append(std::move(service)); }, stop);
    if (!listed)
        co_return std::unexpected(listed.error());
    co_return services;
}

/// The matcher of the operator's series by what the server said of their namespaces.
Expected<QString> selectorOf(const QList<Series> &byNamespace, const QString &operatorNamespace)
{
    QStringList others;
    bool isOutside = false;
    for (const Series &series : byNamespace) {
        const QString nameSpace = series.labels.value(u"namespace"_s);
        if (nameSpace == operatorNamespace)
            return u"namespace=\"%1\""_s.arg(nameSpace);
        isOutside = isOutside || nameSpace.isEmpty();
        others.append(nameSpace);
    }
    if (isOutside) // scraped from outside of a cluster, by a list of addresses
        return u"namespace=\"\""_s;
    return std::unexpected(Error{.kind = Error::Kind::NotFound,
        .message = others.isEmpty()
            ? u"it answers, but has no series %1: it does not scrape the operator"_s.arg(counter)
            : u"it has no series %1 of namespace %2, only of %3"_s.arg(
                  counter, operatorNamespace, others.join(u", "_s))});
}

/// The usual time between two scrapes; Prometheus' own default where there are too few.
std::chrono::milliseconds scrapeIntervalOf(const QList<Series> &scraped)
{
    std::vector<std::chrono::milliseconds> gaps;
    for (const Series &series : scraped)
        for (qsizetype i = 1; i < series.points.size(); ++i)
            gaps.push_back(series.points[i].time - series.points[i - 1].time);
    if (gaps.empty())
        return std::chrono::minutes(1);
    const auto middle = gaps.begin() + std::ssize(gaps) / 2;
    std::ranges::nth_element(gaps, middle);
    const auto seconds = std::chrono::round<std::chrono::seconds>(*middle);
    return std::clamp<std::chrono::milliseconds>(seconds, std::chrono::seconds(1), std::chrono::minutes(5));
}

} // namespace

QCoro::Task<PrometheusSearch> tryPrometheus(
    Prometheus server, QString how, QString operatorNamespace, std::stop_token stop)
{
    PrometheusSearch search;
    const auto known = co_await server.now(u"count by (namespace) (last_over_time(%1[1d]))"_s.arg(counter), stop);
    if (!known) {
        search.failures.append(known.error().message);
        search.isSure = !known.error().isRetryable();
        co_return search;
    }
    const auto selector = selectorOf(*known, operatorNamespace);
    if (!selector) {
        search.failures.append(u"%1: %2"_s.arg(server.where(), selector.error().message));
        co_return search;
    }
    search.selector = *selector;
    search.how = how;
    const auto scraped
        = co_await server.now(u"%1{%2,controller=\"site\",result=\"success\"}[5m]"_s.arg(counter, *selector), stop);
    search.scrapeInterval = scrapeIntervalOf(scraped.value_or(QList<Series>()));
    search.server = std::move(server);
    co_return search;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
QCoro::Task<PrometheusSearch> findPrometheus(KubeClient &client, QString operatorNamespace, std::stop_token stop)
{
    PrometheusSearch none; // what is given where nothing is found
    QList<Object> services;
    QStringList namespaces{QString()}; // all
    for (qsizetype i = 0; i < namespaces.size(); ++i) {
        const auto listed = co_await listServices(client, namespaces[i], stop);
        if (listed) {
            services += *listed;
            continue;
        }
        none.failures.append(listed.error().message);
        none.isSure = none.isSure && !listed.error().isRetryable();
        if (listed.error().kind != Error::Kind::Forbidden)
            break; // the server is not well: more questions help nobody
        if (namespaces[i].isEmpty())
            namespaces += QStringList{operatorNamespace} + usualNamespaces;
    }
    QList<PrometheusService> candidates = prometheusServices(services);
    candidates.resize(std::min(mostAsked, candidates.size()));
    for (const PrometheusService &candidate : candidates) {
        auto search = co_await tryPrometheus(
            Prometheus(client, candidate), u"found by %1"_s.arg(candidate.sign), operatorNamespace, stop);
        if (search.server)
            co_return search;
        none.failures += search.failures;
        none.isSure = none.isSure && search.isSure;
    }
    if (candidates.isEmpty() && none.failures.isEmpty())
        none.failures.append(u"no Service looks like a Prometheus server's"_s);
    co_return none;
}

} // namespace patronus
