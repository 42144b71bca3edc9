// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/patronusway.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<void> checkAllowed(KubeClient &reads, QString nameSpace, std::stop_token stop)
{
    const auto mayGet = co_await reads.mayI(u"get"_s, resources::pods(), nameSpace, u"portforward"_s, std::move(stop));
    if (!mayGet || *mayGet) // who may not ask is told by the server itself
        co_return Expected<void>();
    co_return std::unexpected(Error{.kind = Error::Kind::Forbidden,
        .message
        = u"You may not get (since Kubernetes 1.35: create) pods/portforward in namespace %1."_s.arg(nameSpace)});
}

} // namespace

Task<PatronusCredentials> PatronusWay::operatorCredentials(World world, PatronusAccess access, std::stop_token stop)
{
    PatronusCredentials own;
    if (!access.hasCredentials())
        co_return own;
    for (const auto &[setting, value] : {std::pair(access.token, &own.token), std::pair(access.username, &own.username),
             std::pair(access.password, &own.password)}) {
        const auto text = co_await readSetting(world.reads, world.nameSpace, setting, stop);
        if (!text)
            co_return std::unexpected(Error{.kind = Error::Kind::Unauthorized,
                .message = u"The operator's credentials cannot be used here: %1."_s.arg(text.error().message)});
        *value = *text;
    }
    co_return own;
}

Task<std::shared_ptr<PatronusWay>> PatronusWay::open(
    World world, PatronusAccess access, Credentials credentials, std::stop_token stop)
{
    const QUrl url(access.url);
    const auto target = co_await podBehind(world.reads, url, world.nameSpace, stop);
    if (!target)
        co_return std::unexpected(target.error());
    if (const auto allowed = co_await checkAllowed(world.reads, target->pod.nameSpace, stop); !allowed)
        co_return std::unexpected(allowed.error());
    const auto authority = co_await readSetting(world.reads, world.nameSpace, access.ca, stop);
    if (!authority)
        co_return std::unexpected(authority.error());
    const auto signIn = co_await credentials();
    if (!signIn)
        co_return std::unexpected(signIn.error());

    const std::shared_ptr<PatronusWay> way(new PatronusWay);
    way->m_forward = std::make_unique<PortForward>(world.connection, target->pod, target->port);
    const auto port = way->m_forward->listen();
    if (!port)
        co_return std::unexpected(port.error());
    Endpoint endpoint{.server = url, .tls = {.caPem = authority->toUtf8(), .serverName = url.host()}};
    endpoint.server.setHost(u"127.0.0.1"_s);
    endpoint.server.setPort(*port);
    auto transport = makeTransport(endpoint, [] { return false; });
    if (!transport)
        co_return std::unexpected(transport.error());
    way->m_client
        = std::make_unique<HttpPatronusClient>(std::shared_ptr<Transport>(*std::move(transport)), *signIn, world.clock);
    way->m_text = u"Through a port-forward to pod %1, port %2, for %3"_s.arg(target->pod.text())
                      .arg(target->port)
                      .arg(access.url);
    co_return way;
}

Error PatronusWay::asSeen(Error error) const
{
    if (!m_forward->problem().isEmpty())
        error.message = u"the port-forward failed: %1"_s.arg(m_forward->problem());
    return error;
}

QCoro::Task<> PatronusWay::close()
{
    m_client.reset();
    return m_forward->close();
}

} // namespace patronus
