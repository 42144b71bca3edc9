// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/readingtransport.h"

#include "http/proxyenvironment.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

Expected<std::shared_ptr<Transport>> makeReadingTransport(
    const QUrl &server, const QString &caFile, const QByteArray &userAgent)
{
    Endpoint endpoint{.server = server,
        .proxy = proxyFromEnvironment(server, QProcessEnvironment::systemEnvironment()),
        .userAgent = userAgent};
    if (!caFile.isEmpty()) {
        QFile file(caFile);
        if (!file.open(QIODevice::ReadOnly))
            return std::unexpected(
                Error{.kind = Error::Kind::Invalid, .message = u"%1: %2"_s.arg(caFile, file.errorString())});
        endpoint.tls.caPem = file.readAll();
    }
    auto transport = makeTransport(endpoint, [] { return false; });
    if (!transport)
        return std::unexpected(transport.error());
    return std::shared_ptr<Transport>(*std::move(transport));
}

} // namespace patronus
