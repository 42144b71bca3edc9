// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/session.h"

#include "kube/incluster.h"

using namespace Qt::StringLiterals;

namespace patronus {

QString programName()
{
    return u"kubectl-patronus " PATRONUS_VERSION ""_s;
}

QString programVersion()
{
    return QStringLiteral(PATRONUS_VERSION);
}

QByteArray userAgent()
{
    return "kubectl-patronus/" PATRONUS_VERSION " (qt/" QT_VERSION_STR "; kubernetes-client)";
}

Expected<std::unique_ptr<Session>> Session::open(const CtlOptions &options)
{
    const auto context = startContext(QProcessEnvironment::systemEnvironment(), options.kubeconfig, options.context);
    if (!context)
        return std::unexpected(context.error());
    std::unique_ptr<Session> session(new Session);
    auto connection = KubeConnection::open(*context, session->m_clock, {.userAgent = userAgent()});
    if (!connection)
        return std::unexpected(connection.error());
    session->m_connection = *std::move(connection);
    auto client = session->m_connection->makeClient();
    if (!client)
        return std::unexpected(client.error());
    session->m_client = *std::move(client);
    return session;
}

} // namespace patronus
