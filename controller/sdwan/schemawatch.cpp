// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/schemawatch.h"

#include "core/log.h"
#include "core/metrics.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

static constexpr auto usualPause = 30s; // a person who upgraded the CRDs sees the effect within a minute
static constexpr auto pauseInTrouble = 5s;

SchemaWatch::SchemaWatch(KubeClient &client, Clock &clock, Metrics &metrics)
    : m_client(client),
      m_clock(clock),
      m_metrics(metrics),
      m_served{Served{.kind = siteKind()}, Served{.kind = policyKind()}}
{
}

SchemaWatch::~SchemaWatch()
{
    m_stop.request_stop();
}

void SchemaWatch::start()
{
    m_loop = repeat();
}

Task<void> SchemaWatch::stop()
{
    m_stop.request_stop();
    if (m_loop)
        (void)co_await *m_loop;
    m_loop.reset();
    co_return Expected<void>();
}

const ServedSchema &SchemaWatch::of(const Kind &kind) const
{
    return m_served[kind.remote == RemoteKind::Site ? 0 : 1].schema;
}

Task<void> SchemaWatch::repeat()
{
    const std::stop_token stop = m_stop.get_token();
    while (!stop.stop_requested()) {
        QString problem;
        bool isNews = false;
        for (Served &served : m_served) {
            const Expected<ServedSchema> read = co_await readServedSchema(m_client, served.kind.resource(), stop);
            if (stop.stop_requested())
                co_return Expected<void>();
            isNews |= read && (!served.isRead || *read != served.schema);
            const QString wrong = take(served, read);
            if (problem.isEmpty())
                problem = wrong;
        }
        if (problem != m_problem) {
            if (problem.isEmpty())
                qCInfo(logApp) << "the CustomResourceDefinitions are as they should be: going on";
            else
                qCCritical(logApp).noquote() << problem;
            m_problem = problem;
            isNews = true;
        }
        if (isNews)
            Q_EMIT changed();
        (void)co_await m_clock.sleep(m_problem.isEmpty() ? usualPause : pauseInTrouble, stop);
    }
    co_return Expected<void>();
}

/// Keeps what was read, and gives what is wrong with it.
QString SchemaWatch::take(Served &served, const Expected<ServedSchema> &read)
{
    const ResourceType &type = served.kind.resource();
    const QString crd = type.groupResource();
    if (!read && read.error().kind == Error::Kind::NotFound)
        return u"the CustomResourceDefinition %1 is not installed: kubectl apply -f crds/"_s.arg(crd);
    if (!read)
        return served.isRead ? QString() // an API server that does not answer now: the caches tell it
                             : u"the API server could not be asked for its schemas: %1"_s.arg(read.error().message);

    const bool isNews = !served.isRead || *read != served.schema;
    served.schema = *read;
    served.isRead = true;
    if (const auto &field = read->snakeCaseField())
        return u"the CustomResourceDefinition %1 is the snake_case one of the replaced operator (%2): nothing is touched until it is migrated"_s
            .arg(crd, *field);

    const bool isOutdated = !read->missingFields().isEmpty();
    m_metrics
        .gauge("patronus_operator_crd_outdated",
            "Whether the CustomResourceDefinition in the cluster is older than this operator",
            {{"kind", served.kind.label}})
        .set(isOutdated ? 1 : 0);
    if (isNews && isOutdated)
        qCWarning(logApp).noquote() << "the CustomResourceDefinition" << crd
                                    << "is older than this operator: kubectl apply -f crds/; it does not keep"
                                    << read->missingFields().join(u", "_s);
    return {};
}

} // namespace patronus
