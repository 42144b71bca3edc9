// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/patronuslink.h"

#include "http/readingtransport.h"
#include "sdwan/names.h"

#ifdef PATRONUS_FORWARD
#include "forward/patronusway.h"
#endif

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// At a URL that this machine reaches.
class GivenLink : public PatronusLink
{
public:
    GivenLink(std::shared_ptr<Transport> transport, const QString &tokenFile, const QUrl &url, Clock &clock)
        : m_client(std::move(transport), {.tokenFile = tokenFile}, clock), m_url(url)
    {
    }
    HttpPatronusClient &client() override { return m_client; }
    QString text() const override { return m_url.toString(QUrl::RemoveUserInfo); }
    QCoro::Task<> close() override { co_return; }

private:
    HttpPatronusClient m_client;
    const QUrl m_url;
};

Expected<std::shared_ptr<PatronusLink>> openGiven(const CtlOptions &options, Clock &clock)
{
    auto transport = makeReadingTransport(options.patronusApiUrl, options.patronusApiCaFile, userAgent());
    if (!transport)
        return std::unexpected(transport.error());
    return std::make_shared<GivenLink>(
        *std::move(transport), options.patronusApiTokenFile, options.patronusApiUrl, clock);
}

#ifdef PATRONUS_FORWARD
/// Through a port-forward.
class ForwardedLink : public PatronusLink
{
public:
    explicit ForwardedLink(std::shared_ptr<PatronusWay> way) : m_way(std::move(way)) { }
    HttpPatronusClient &client() override { return m_way->client(); }
    QString text() const override { return m_way->text(); }
    Error asSeen(Error error) const override { return m_way->asSeen(std::move(error)); }
    QCoro::Task<> close() override { return m_way->close(); }

private:
    const std::shared_ptr<PatronusWay> m_way;
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
Task<std::shared_ptr<PatronusLink>> openForwarded(Session &session, CtlOptions options, std::stop_token stop)
{
    const QString space = options.operatorNamespace;
    const auto deployment = co_await session.client().get(resources::deployments(), {space, names::operatorName}, stop);
    const auto access = deployment.and_then(patronusAccessOf);
    if (!access)
        co_return std::unexpected(Error{.kind = access.error().kind,
            .message
            = u"the operator's Deployment does not say where the Patronus API is (%1): give --patronus-api-url"_s.arg(
                access.error().message)});
    const PatronusWay::World world{
        .connection = session.connection(), .reads = session.client(), .nameSpace = space, .clock = session.clock()};
    const auto credentials = [world, access, stop] { return PatronusWay::operatorCredentials(world, *access, stop); };
    const auto way = co_await PatronusWay::open(world, *access, credentials, stop);
    if (!way)
        co_return std::unexpected(Error{.kind = way.error().kind,
            .message = way.error().message
                + u"; where this machine reaches the API: --patronus-api-url, with --patronus-api-token-file"_s});
    co_return std::make_shared<ForwardedLink>(*way);
}
#endif

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
Task<std::shared_ptr<PatronusLink>> PatronusLink::open(Session &session, CtlOptions options, std::stop_token stop)
{
    if (!options.patronusApiUrl.isEmpty())
        co_return openGiven(options, session.clock());
#ifdef PATRONUS_FORWARD
    co_return co_await openForwarded(session, std::move(options), std::move(stop));
#else
    Q_UNUSED(stop)
    co_return std::unexpected(Error{Error::Kind::Invalid,
        u"this build, which is the one of the operator's image, has no port-forward: give --patronus-api-url"_s});
#endif
}

} // namespace patronus
