// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/apiconnection.h"

#include "core/log.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace patronus {

using std::chrono::seconds;

static constexpr seconds longestWait(60); // for the rate limit; beyond it who asks decides what to do meanwhile

namespace {

/// Stops when one of two does.
class EitherStop
{
public:
    EitherStop(const std::stop_token &a, const std::stop_token &b) : m_onA(a, Stop{m_source}), m_onB(b, Stop{m_source})
    {
    }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    struct Stop {
        std::stop_source source;
        void operator()() { source.request_stop(); }
    };
    std::stop_source m_source;
    std::stop_callback<Stop> m_onA, m_onB;
};

} // namespace

ApiConnection::ApiConnection(
    std::shared_ptr<Transport> transport, PatronusCredentials credentials, Clock &clock, Metrics *metrics)
    : m_transport(std::move(transport)), m_clock(clock), m_metrics(metrics), m_tokens(std::move(credentials))
{
}

Task<HttpReply> ApiConnection::send(HttpRequest request, std::stop_token stop)
{
    const auto self = shared_from_this();
    const EitherStop either(stop, m_closing.get_token());
    for (bool isFirst = true;; isFirst = false) {
        const Expected<QByteArray> token = co_await authorization(either.token());
        if (!token)
            co_return std::unexpected(token.error());
        HttpRequest authorized = request;
        if (!token->isEmpty())
            authorized.headers.emplaceBack("authorization", *token);
        Expected<HttpReply> reply = co_await sendWithinLimit(std::move(authorized), either.token());
        if (!isFirst || !reply || reply->status != 401 || !m_tokens.rejected(*token, m_clock.now()))
            co_return reply;
    }
}

Task<HttpReply> ApiConnection::sendOpen(HttpRequest request, std::stop_token stop)
{
    const auto self = shared_from_this();
    const EitherStop either(stop, m_closing.get_token());
    co_return co_await transmit(std::move(request), either.token());
}

/// The token to send a request with, after a sign-in where one is needed.
Task<QByteArray> ApiConnection::authorization(std::stop_token stop)
{
    if (!m_tokens.needsSignIn(m_clock.now()))
        co_return m_tokens.authorization(m_clock.now());

    auto pending = m_signIn;
    if (!pending) {
        pending = m_signIn = std::make_shared<SignIn>();
        signIn(pending); // runs on by itself, and may have ended already
    }
    {
        // A stopped request leaves the sign-in to the others.
        const EitherStop either(stop, pending->done.get_token());
        co_await m_clock.sleep(std::chrono::hours(1), either.token());
    }
    if (stop.stop_requested())
        co_return std::unexpected(Error{Error::Kind::Cancelled, u"stopped while signing in to the Patronus API"_s});
    const Expected<QByteArray> token = m_tokens.authorization(m_clock.now());
    // A refresh that failed is no error as long as the old token is valid.
    if (!token && !pending->outcome)
        co_return std::unexpected(pending->outcome.error());
    co_return token;
}

QCoro::Task<void> ApiConnection::signIn(std::shared_ptr<SignIn> signIn)
{
    const auto self = shared_from_this();
    signIn->outcome = co_await exchangeTokens();
    if (!signIn->outcome)
        qCWarning(logPatronus).noquote() << "not signed in:" << signIn->outcome.error().message;
    m_signIn.reset();
    signIn->done.request_stop();
}

Task<void> ApiConnection::exchangeTokens()
{
    while (true) {
        const Expected<HttpRequest> request = m_tokens.signInRequest(m_clock.now());
        if (!request)
            co_return std::unexpected(request.error());
        const Expected<HttpReply> reply = co_await sendWithinLimit(*request, m_closing.get_token());
        if (!reply)
            co_return std::unexpected(reply.error());
        const Expected<bool> taken = m_tokens.takeAnswer(*reply, m_clock.now());
        if (!taken)
            co_return std::unexpected(taken.error());
        if (*taken)
            co_return {};
    }
}

Task<HttpReply> ApiConnection::sendWithinLimit(HttpRequest request, std::stop_token stop)
{
    // A sign-in is not held back for changes: without it there are none.
    const bool isChange = request.verb != HttpRequest::Verb::Get;
    while (true) {
        const Clock::duration delay = m_limit.delay(isChange, m_clock.now());
        if (delay <= Clock::duration::zero())
            break;
        if (delay > longestWait)
            co_return std::unexpected(Error{Error::Kind::Throttled, u"the Patronus API's rate limit is used up"_s,
                std::chrono::ceil<seconds>(delay), "rate_limited"});
        if (const auto slept = co_await m_clock.sleep(delay, stop); !slept)
            co_return std::unexpected(slept.error());
    }
    m_limit.sent(m_clock.now());
    Expected<HttpReply> reply = co_await transmit(std::move(request), stop);
    if (reply)
        m_limit.answered(*reply, m_clock.now(), m_clock.wallTime());
    else
        m_limit.failed();
    co_return reply;
}

Task<HttpReply> ApiConnection::transmit(HttpRequest request, std::stop_token stop)
{
    const HttpRequest::Verb verb = request.verb;
    const auto start = m_clock.now();
    Expected<HttpReply> reply = co_await m_transport->send(std::move(request), stop);
    count(verb, reply, m_clock.now() - start);
    if (!reply) {
        Error error = reply.error();
        error.metricType = error.kind == Error::Kind::Unreachable ? "api_unreachable" : "api_error";
        co_return std::unexpected(error);
    }
    co_return reply;
}

/// Status of the answer, else why there was none.
static std::string codeOf(const Expected<HttpReply> &reply)
{
    if (reply)
        return std::to_string(reply->status);
    switch (reply.error().kind) {
    case Error::Kind::Cancelled:
        return "cancelled";
    case Error::Kind::WriteRefused:
        return "write_refused";
    case Error::Kind::Malformed:
        return "malformed";
    default:
        return "unreachable";
    }
}

void ApiConnection::count(HttpRequest::Verb verb, const Expected<HttpReply> &reply, Clock::duration took)
{
    if (!m_metrics)
        return;
    const std::string code = codeOf(reply);
    Metrics::Counter *&counter = m_counters[{verb, code}];
    if (!counter)
        counter = &m_metrics->counter("patronus_operator_api_requests_total",
            "Requests to the Patronus API by method and status, or why there was none.",
            {{"method", verbName(verb)}, {"code", code}});
    counter->add();

    Metrics::Histogram *&histogram = m_times[verb];
    if (!histogram)
        histogram = &m_metrics->histogram("patronus_operator_api_request_duration_seconds",
            "Time from a request to the Patronus API to its answer.",
            {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}, {{"method", verbName(verb)}});
    histogram->observe(std::chrono::duration<double>(took).count());
}

} // namespace patronus
