// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics.h"
#include "patronusapi/ratelimit.h"
#include "patronusapi/tokens.h"

#include <map>

namespace patronus {

/// The road to the API: signs requests in, keeps to the rate limit that was shown, counts. Answers of any status are
/// results, as with Transport. Its coroutines keep it alive; close() ends them.
class ApiConnection : public std::enable_shared_from_this<ApiConnection>
{
public:
    /// @p clock and @p metrics (which may be null) have to outlive it.
    ApiConnection(
        std::shared_ptr<Transport> transport, PatronusCredentials credentials, Clock &clock, Metrics *metrics);

    /// With credentials, when the limit lets it; once more with a new token when the first is answered with 401.
    /// Throttled, without asking, when that would be later than in a minute. Errors have a metricType.
    [[nodiscard]] Task<HttpReply> send(HttpRequest request, std::stop_token stop);
    /// Without credentials and limits: for GET /health and /version.
    [[nodiscard]] Task<HttpReply> sendOpen(HttpRequest request, std::stop_token stop);
    void close() { m_closing.request_stop(); } ///< what runs ends as Cancelled

    [[nodiscard]] const RateLimit &limit() const { return m_limit; }
    [[nodiscard]] QDateTime wallTime() const { return m_clock.wallTime(); }

private:
    /// One sign-in, for all requests that wait for it.
    struct SignIn {
        std::stop_source done;
        Expected<void> outcome;
    };

    Task<QByteArray> authorization(std::stop_token stop);
    QCoro::Task<void> signIn(std::shared_ptr<SignIn> signIn);
    Task<void> exchangeTokens();
    Task<HttpReply> sendWithinLimit(HttpRequest request, std::stop_token stop);
    Task<HttpReply> transmit(HttpRequest request, std::stop_token stop);
    void count(HttpRequest::Verb verb, const Expected<HttpReply> &reply, Clock::duration took);

    const std::shared_ptr<Transport> m_transport;
    Clock &m_clock;
    Metrics *const m_metrics;
    Tokens m_tokens;
    RateLimit m_limit;
    std::shared_ptr<SignIn> m_signIn; // the one under way, or null
    std::stop_source m_closing;
    // The series that were used: to find one by its name and labels costs more than to count.
    std::map<std::pair<HttpRequest::Verb, std::string>, Metrics::Counter *> m_counters;
    std::map<HttpRequest::Verb, Metrics::Histogram *> m_times;
};

} // namespace patronus
