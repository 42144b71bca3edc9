// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/leaserequests.h"

#include "runtime/requeststop.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr auto giveBackLimit = 5s;
constexpr auto giveBackRetry = 250ms;

/// Stops a request when its time is over, or when @p all stops.
class Limit
{
public:
    Limit(Clock &clock, Clock::duration time, const std::stop_token &all)
        : m_all(all),
          m_time(time),
          m_onStop(all, [source = m_source] { requestStop(source); }),
          m_timer(clock.makeTimer([source = m_source] { requestStop(source); }))
    {
        m_timer->start(time);
    }

    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

    /// @p outcome, where a request that ran out of time is one without an answer.
    template <typename T> [[nodiscard]] Expected<T> told(Expected<T> outcome) const
    {
        if (outcome || outcome.error().kind != Error::Kind::Cancelled || m_all.stop_requested())
            return outcome;
        const auto seconds = std::chrono::duration<double>(m_time).count();
        return std::unexpected(Error{Error::Kind::Unreachable, u"no answer within %1 s"_s.arg(seconds)});
    }

private:
    const std::stop_source m_source;
    const std::stop_token m_all;
    const Clock::duration m_time;
    const std::stop_callback<std::function<void()>> m_onStop;
    const std::unique_ptr<Timer> m_timer;
};

Lease toLease(Object object)
{
    return Lease(std::move(object));
}

} // namespace

LeaseRequests::LeaseRequests(KubeClient &client, Clock &clock, ObjectKey lease, Clock::duration limit)
    : m_client(client), m_clock(clock), m_lease(std::move(lease)), m_limit(limit)
{
}

Task<Lease> LeaseRequests::read(std::stop_token stop) const
{
    const Limit limit(m_clock, m_limit, stop);
    const auto got = co_await m_client.get(resources::leases(), m_lease, limit.token());
    co_return limit.told(got).transform(toLease);
}

Task<Lease> LeaseRequests::write(QJsonObject lease, std::stop_token stop) const
{
    const Limit limit(m_clock, m_limit, stop);
    const bool exists = !lease["metadata"_L1]["resourceVersion"_L1].isUndefined();
    // The tasks in the condition, not their co_await: GCC 14 would run both branches.
    Task<Object> writing = exists ? m_client.replace(resources::leases(), lease, {}, limit.token())
                                  : m_client.create(resources::leases(), lease, {}, limit.token());
    const auto written = co_await writing;
    co_return limit.told(written).transform(toLease);
}

Task<Lease> LeaseRequests::giveBack(QString identity, std::optional<Lease> known, std::stop_token stop) const
{
    const Limit limit(m_clock, giveBackLimit, stop);
    const ResourceType &type = resources::leases();
    Error problem{Error::Kind::Cancelled, u"stopped"_s};
    while (!limit.token().stop_requested()) {
        if (!known) {
            const Expected<Object> got = co_await m_client.get(type, m_lease, limit.token());
            if (!got && got.error().kind == Error::Kind::NotFound)
                co_return Lease();
            if (got)
                known = Lease(*got);
            else
                problem = got.error();
            if (known && known->holder() != identity)
                co_return *known;
        }
        if (known) {
            const auto written
                = co_await m_client.replace(type, known->released(m_clock.wallTime()), {}, limit.token());
            if (written)
                co_return Lease(*written);
            if (written.error().kind == Error::Kind::NotFound)
                co_return Lease();
            problem = written.error();
            known.reset(); // a renewal that was broken off may have been written
            if (problem.kind == Error::Kind::Conflict)
                continue;
        }
        if (!limit.token().stop_requested())
            co_await m_clock.sleep(giveBackRetry, limit.token());
    }
    co_return limit.told<Lease>(std::unexpected(problem));
}

Task<void> LeaseRequests::watch(std::function<void(WatchEvent)> onEvent, std::stop_token stop) const
{
    const ListOptions options{.nameSpace = m_lease.nameSpace, .fieldSelector = u"metadata.name="_s + m_lease.name};
    co_return co_await m_client.watch(resources::leases(), options, QString(), onEvent, stop);
}

} // namespace patronus
