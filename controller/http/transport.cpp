// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/transport.h"

#include "http/directtransport.h"
#include "http/qnamtransport.h"
#include "http/tls.h"

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

Expected<void> check(const Endpoint &endpoint)
{
    const auto invalid = [](const QString &text) { return std::unexpected(Error{Error::Kind::Invalid, text}); };
    const QUrl &server = endpoint.server;
    const QString shown = server.toDisplayString();
    if (!server.isValid() || server.host().isEmpty())
        return invalid(u"\"%1\" is not the address of a server: write https://host:port"_s.arg(shown));
    if (server.scheme() != "https"_L1 && server.scheme() != "http"_L1)
        return invalid(u"%1: a server is reached by https:// or http://"_s.arg(shown));
    if (!server.userInfo().isEmpty())
        return invalid(u"%1: credentials do not belong in a server's address"_s.arg(shown));
    if (server.hasQuery() || server.hasFragment())
        return invalid(u"%1: a server's address has no query and no fragment"_s.arg(shown));

    const QUrl &proxy = endpoint.proxy;
    if (proxy.isEmpty())
        return {};
    if (proxy.scheme() == "https"_L1)
        return invalid(
            u"the proxy %1 is to be spoken to by TLS, which Qt cannot do: give its http:// or socks5:// port"_s.arg(
                proxy.toDisplayString()));
    if (proxy.scheme() != "http"_L1 && proxy.scheme() != "socks5"_L1 && proxy.scheme() != "socks5h"_L1)
        return invalid(u"the proxy %1 is of no known kind: write http://host:port or socks5://host:port"_s.arg(
            proxy.toDisplayString()));
    if (!proxy.isValid() || proxy.host().isEmpty())
        return invalid(
            u"the proxy %1 has no host: write http://host:port or socks5://host:port"_s.arg(proxy.toDisplayString()));
    return {};
}

} // namespace

Expected<std::unique_ptr<Transport>> makeTransport(Endpoint endpoint, WriteGate mayWrite, TransportKind kind)
{
    if (const auto checked = check(endpoint); !checked)
        return std::unexpected(checked.error());
    auto ssl = sslConfiguration(endpoint.tls);
    if (!ssl)
        return std::unexpected(ssl.error());
    if (kind == TransportKind::Qnam || !endpoint.proxy.isEmpty())
        return std::make_unique<QnamTransport>(std::move(endpoint), std::move(*ssl), std::move(mayWrite));
    return std::make_unique<DirectTransport>(std::move(endpoint), std::move(*ssl), std::move(mayWrite));
}

} // namespace patronus
