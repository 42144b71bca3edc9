// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/directtransport.h"
#include "http/testtls.h"
#include "http/tls.h"

namespace patronus {

/// A direct transport with limits of the test's own.
inline std::unique_ptr<DirectTransport> directClient(
    const QUrl &server, WriteGate mayWrite = {}, ConnectionLimits limits = {})
{
    return std::make_unique<DirectTransport>(
        Endpoint{.server = server, .tls = clientTls()}, *sslConfiguration(clientTls()), std::move(mayWrite), limits);
}

inline Expected<HttpReply> ask(Transport &transport, HttpRequest request)
{
    return QCoro::waitFor(transport.send(std::move(request), {}));
}

} // namespace patronus
