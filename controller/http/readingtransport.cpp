// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/readingtransport.h"

#include "http/proxyenvironment.h"
#include "http/tls.h"

namespace patronus {

Expected<std::shared_ptr<Transport>> makeReadingTransport(
    const QUrl &server, const QString &caFile, const QByteArray &userAgent, const TlsRemedies &remedies)
{
    Endpoint endpoint{.server = server,
        .proxy = proxyFromEnvironment(server, QProcessEnvironment::systemEnvironment()),
        .userAgent = userAgent};
    endpoint.tls.remedies = remedies;
    if (!caFile.isEmpty()) {
        const auto authorities = readAuthorities(caFile);
        if (!authorities)
            return std::unexpected(authorities.error());
        endpoint.tls.caPem = *authorities;
    }
    auto transport = makeTransport(endpoint, [] { return false; });
    if (!transport)
        return std::unexpected(transport.error());
    return std::shared_ptr<Transport>(*std::move(transport));
}

} // namespace patronus
