// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/prometheusserver.h"

#include "http/readingtransport.h"
#include "http/tls.h"
#include "kube/authorization.h"

#include <QFileInfo>
#include <QHostAddress>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr auto notOfAServer = QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment;

Expected<HttpHeaders> authorizationOf(const PrometheusServer &server, const QString &secret)
{
    switch (server.signIn) {
    case PrometheusServer::SignIn::Token:
        return bearerAuthorization(secret);
    case PrometheusServer::SignIn::Password:
        return basicAuthorization(server.username, secret);
    case PrometheusServer::SignIn::Nothing:
        break;
    }
    return HttpHeaders();
}

} // namespace

QString PrometheusServer::audience() const
{
    const QString where = url.adjusted(notOfAServer).toString();
    switch (signIn) {
    case SignIn::Token:
        return u"token for "_s + where;
    case SignIn::Password:
        return u"password of %1 for "_s.arg(username) + where;
    case SignIn::Nothing:
        break;
    }
    return {};
}

bool PrometheusServer::isOverheard() const
{
    const QString host = url.host();
    return url.scheme() == "http"_L1 && host != "localhost"_L1 && !QHostAddress(host).isLoopback();
}

Expected<void> checkAuthorities(const QString &path)
{
    if (const QFileInfo file(path); file.exists() && !file.isFile()) // reading one might not end
        return std::unexpected(Error{
            .kind = Error::Kind::Invalid, .message = u"%1 is no file: name one with certificates in PEM"_s.arg(path)});
    return readAuthorities(path).transform([](const QByteArray &) { });
}

Expected<void> checkSignIn(const PrometheusServer &server, const QString &secret)
{
    return authorizationOf(server, secret).transform([](const HttpHeaders &) { });
}

Expected<Prometheus> reachPrometheus(const PrometheusServer &server, const QString &secret,
    const PrometheusRemedies &remedies, const QByteArray &userAgent)
{
    const auto headers = authorizationOf(server, secret);
    if (!headers)
        return std::unexpected(headers.error());
    if (!server.caFile.isEmpty())
        if (const auto checked = checkAuthorities(server.caFile); !checked)
            return std::unexpected(checked.error());
    return makeReadingTransport(server.url.adjusted(notOfAServer), server.caFile, userAgent, remedies.tls)
        .transform([&](const std::shared_ptr<Transport> &transport) {
            return Prometheus(transport, server.url, {.headers = *headers, .remedy = remedies.signIn});
        });
}

} // namespace patronus
