// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/connection.h"

#include "http/proxyenvironment.h"

#include <vector>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Transports = std::vector<std::weak_ptr<Transport>>;

template<typename Act>
void forEach(Transports &transports, Act act)
{
    std::erase_if(transports, [](const auto &transport) { return transport.expired(); });
    for (const auto &weak : Transports(transports)) // a copy: what act() resumes may make a client
        if (const auto transport = weak.lock())
            act(*transport);
}

// The context's credentials, which all clients share. After each question for headers, the transports get the TLS of now.
class SharedCredentials : public Credentials, public std::enable_shared_from_this<SharedCredentials>
{
public:
    SharedCredentials(std::shared_ptr<Credentials> credentials, bool disableCompression)
        : m_credentials(std::move(credentials))
        , m_disableCompression(disableCompression)
        , m_tls(m_credentials->tls())
    {
    }

    Task<HttpHeaders> headers(std::stop_token stop) override
    {
        const auto self = shared_from_this(); // a client that waits may be destroyed, and the connection too
        auto headers = co_await self->m_credentials->headers(std::move(stop));
        self->refreshTls();
        if (headers && self->m_disableCompression)
            headers->append({"accept-encoding"_ba, "identity"_ba});
        co_return headers;
    }
    TlsSettings tls() const override { return m_credentials->tls(); }
    void rejected() override { m_credentials->rejected(); }
    void retryNow() override { m_credentials->retryNow(); }

    Transports transports;

private:
    void refreshTls()
    {
        const TlsSettings tls = m_credentials->tls();
        if (tls == m_tls)
            return;
        m_tls = tls;
        forEach(transports, [&](Transport &transport) { transport.setTls(tls); });
    }

    const std::shared_ptr<Credentials> m_credentials;
    const bool m_disableCompression;
    TlsSettings m_tls; // what the transports have
};

} // namespace

struct KubeConnection::Private {
    const KubeContext context;
    const ConnectionOptions options;
    const QUrl proxy;
    const std::shared_ptr<SharedCredentials> credentials;
};

KubeConnection::KubeConnection(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

KubeConnection::~KubeConnection() = default;

Expected<std::unique_ptr<KubeConnection>> KubeConnection::open(KubeContext context, Clock &clock, ConnectionOptions options)
{
    const auto credentials = makeCredentials(context, clock, options.exec);
    if (!credentials)
        return std::unexpected(credentials.error());
    const QUrl proxy = context.proxy.isEmpty() ? proxyFromEnvironment(context.server, options.environment) : context.proxy;
    const auto shared = std::make_shared<SharedCredentials>(*credentials, context.disableCompression);
    std::unique_ptr<Private> p(new Private {std::move(context), std::move(options), proxy, shared});
    return std::unique_ptr<KubeConnection>(new KubeConnection(std::move(p)));
}

Expected<std::unique_ptr<KubeClient>> KubeConnection::makeClient()
{
    const Endpoint endpoint {
        .server = d->context.server,
        .tls = d->credentials->tls(),
        .proxy = d->proxy,
        .userAgent = d->options.userAgent,
    };
    auto transport = makeTransport(endpoint, d->options.mayWrite);
    if (!transport)
        return std::unexpected(transport.error());
    const std::shared_ptr<Transport> shared = std::move(*transport);
    d->credentials->transports.push_back(shared);
    return std::make_unique<KubeClient>(shared, d->credentials, d->options.metrics);
}

const KubeContext &KubeConnection::context() const
{
    return d->context;
}

QUrl KubeConnection::proxy() const
{
    return d->proxy;
}

void KubeConnection::reset()
{
    forEach(d->credentials->transports, [](Transport &transport) { transport.reset(); });
}

void KubeConnection::dropChanges()
{
    forEach(d->credentials->transports, [](Transport &transport) { transport.dropChanges(); });
}

void KubeConnection::retryNow()
{
    d->credentials->retryNow();
}

} // namespace patronus
