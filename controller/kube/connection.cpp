// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/connection.h"

#include "http/proxyenvironment.h"

#include <vector>

namespace patronus {

namespace {

using Transports = std::vector<std::weak_ptr<Transport>>;

template <typename Act> void forEach(Transports &transports, Act act)
{
    std::erase_if(transports, [](const auto &transport) { return transport.expired(); });
    for (const auto &weak : Transports(transports)) // a copy: what act() resumes may make a client
        if (const auto transport = weak.lock())
            act(*transport);
}

/// Credentials that can be exchanged for others under the clients that share them.
class CurrentCredentials : public Credentials
{
public:
    explicit CurrentCredentials(std::shared_ptr<Credentials> credentials) : m_credentials(std::move(credentials)) { }
    void exchange(std::shared_ptr<Credentials> credentials) { m_credentials = std::move(credentials); }

    Task<HttpHeaders> headers(std::stop_token stop) override { return headersOf(m_credentials, std::move(stop)); }
    TlsSettings tls() const override { return m_credentials->tls(); }
    void rejected() override { m_credentials->rejected(); }
    void retryNow() override { m_credentials->retryNow(); }

private:
    // Those that were exchanged meanwhile live until they have answered.
    static Task<HttpHeaders> headersOf(std::shared_ptr<Credentials> credentials, std::stop_token stop)
    {
        co_return co_await credentials->headers(std::move(stop));
    }

    std::shared_ptr<Credentials> m_credentials;
};

} // namespace

struct KubeConnection::Private {
    KubeContext context;
    const ConnectionOptions options;
    Clock &clock;
    const QUrl proxy;
    const std::shared_ptr<CurrentCredentials> credentials;
    Transports transports = {}; // of the clients that live
};

KubeConnection::KubeConnection(std::unique_ptr<Private> p) : d(std::move(p))
{
}

KubeConnection::~KubeConnection() = default;

Expected<std::unique_ptr<KubeConnection>> KubeConnection::open(
    KubeContext context, Clock &clock, ConnectionOptions options)
{
    const auto credentials = makeCredentials(context, clock, options.exec);
    if (!credentials)
        return std::unexpected(credentials.error());
    const QUrl proxy
        = context.proxy.isEmpty() ? proxyFromEnvironment(context.server, options.environment) : context.proxy;
    std::unique_ptr<Private> p(new Private{
        std::move(context), std::move(options), clock, proxy, std::make_shared<CurrentCredentials>(*credentials)});
    return std::unique_ptr<KubeConnection>(new KubeConnection(std::move(p)));
}

Expected<std::unique_ptr<KubeClient>> KubeConnection::makeClient()
{
    const Endpoint endpoint{
        .server = d->context.server,
        .tls = d->credentials->tls(),
        .proxy = d->proxy,
        .userAgent = d->options.userAgent,
    };
    auto transport = makeTransport(endpoint, d->options.mayWrite);
    if (!transport)
        return std::unexpected(transport.error());
    const std::shared_ptr<Transport> shared = std::move(*transport);
    d->transports.push_back(shared);
    return std::make_unique<KubeClient>(
        shared, d->credentials, d->options.metrics, KubeClient::Mode::Live, d->context.server.authority());
}

Task<KubeConnection::Access> KubeConnection::access(std::stop_token stop) const
{
    const auto credentials = d->credentials;
    Access access{.server = d->context.server, .tls = {}, .proxy = d->proxy, .headers = {}};
    const QByteArray userAgent = d->options.userAgent;
    auto headers = co_await credentials->headers(std::move(stop));
    if (!headers)
        co_return std::unexpected(headers.error());
    access.headers = *std::move(headers);
    access.headers.emplaceBack("user-agent", userAgent);
    access.tls = credentials->tls(); // after headers(), which notices a change
    co_return access;
}

const KubeContext &KubeConnection::context() const
{
    return d->context;
}

Expected<void> KubeConnection::renew(KubeContext context)
{
    if (!context.hasSameServerAs(d->context))
        return std::unexpected(Error{Error::Kind::Invalid,
            QStringLiteral("%1: context \"%2\" leads to another server now").arg(context.file, context.name)});
    return makeCredentials(context, d->clock, d->options.exec).transform([&](const auto &credentials) {
        d->credentials->exchange(credentials);
        d->context = std::move(context);
    });
}

QUrl KubeConnection::proxy() const
{
    return d->proxy;
}

void KubeConnection::reset()
{
    forEach(d->transports, [](Transport &transport) { transport.reset(); });
}

void KubeConnection::dropChanges()
{
    forEach(d->transports, [](Transport &transport) { transport.dropChanges(); });
}

void KubeConnection::retryNow()
{
    d->credentials->retryNow();
}

} // namespace patronus
