// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/readingtransport.h"

#include "core/readfile.h"
#include "http/proxyenvironment.h"

namespace patronus {

Expected<std::shared_ptr<Transport>> makeReadingTransport(
    const QUrl &server, const QString &caFile, const QByteArray &userAgent)
{
    Endpoint endpoint{.server = server,
        .proxy = proxyFromEnvironment(server, QProcessEnvironment::systemEnvironment()),
        .userAgent = userAgent};
    if (!caFile.isEmpty()) {
        const auto authorities = readWholeFile(caFile);
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
