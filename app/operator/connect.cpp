// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect.h"

#include "core/readfile.h"
#include "http/proxyenvironment.h"
#include "kube/incluster.h"

using namespace Qt::StringLiterals;

namespace patronus {

static QByteArray userAgent()
{
    return QByteArray("patronus-operator/" PATRONUS_VERSION " (qt/") + qVersion() + "; kubernetes-client)";
}

Expected<std::unique_ptr<KubeConnection>> connectKubernetes(
    const OperatorOptions &options, Clock &clock, WriteGate mayWrite, Metrics *metrics)
{
    const auto context = startContext(QProcessEnvironment::systemEnvironment(), options.kubeconfig, options.context);
    if (!context)
        return std::unexpected(context.error());
    return KubeConnection::open(
        *context, clock, {.userAgent = userAgent(), .mayWrite = std::move(mayWrite), .metrics = metrics});
}

Expected<PatronusConnection> connectPatronus(
    const OperatorOptions &options, Clock &clock, WriteGate mayWrite, Metrics *metrics)
{
    Endpoint api{.server = options.apiUrl,
        .proxy = proxyFromEnvironment(options.apiUrl, QProcessEnvironment::systemEnvironment()),
        .userAgent = userAgent()};
    if (!options.caFile.isEmpty()) {
        const auto authorities = readWholeFile(options.caFile);
        if (!authorities)
            return std::unexpected(
                Error{Error::Kind::Invalid, u"PATRONUS_API_CA_FILE: "_s + authorities.error().message});
        api.tls.caPem = *authorities;
    }
    auto transport = makeTransport(api, std::move(mayWrite));
    if (!transport)
        return std::unexpected(transport.error());
    PatronusConnection connection{.transport = std::move(*transport), .client = {}};
    const PatronusCredentials credentials{.token = options.token,
        .tokenFile = options.tokenFile,
        .usernameFile = options.usernameFile,
        .passwordFile = options.passwordFile};
    connection.client = std::make_unique<HttpPatronusClient>(connection.transport, credentials, clock, metrics);
    return connection;
}

} // namespace patronus
