// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/kubecontext.h"

#include <tuple>

using namespace Qt::StringLiterals;

namespace patronus {

KubeContext::CredentialKind KubeContext::credentialKind() const
{
    using enum CredentialKind;
    if (server.scheme() != "https"_L1)
        return None;
    if (!tokenFile.isEmpty())
        return TokenFile;
    if (!token.isEmpty())
        return Token;
    if (!username.isEmpty() || !password.isEmpty())
        return Basic;
    if (hasClientCertificate())
        return ClientCertificate;
    return exec ? Exec : None;
}

bool KubeContext::hasSameServerAs(const KubeContext &other) const
{
    const auto way = [](const KubeContext &c) {
        return std::tie(c.server, c.tlsServerName, c.insecureSkipTlsVerify, c.caFile, c.caData, c.proxy);
    };
    return way(*this) == way(other);
}

QString credentialKindText(KubeContext::CredentialKind kind)
{
    switch (kind) {
    case KubeContext::CredentialKind::None:
        return u"none"_s;
    case KubeContext::CredentialKind::ClientCertificate:
        return u"client certificate"_s;
    case KubeContext::CredentialKind::Token:
        return u"token"_s;
    case KubeContext::CredentialKind::TokenFile:
        return u"token file"_s;
    case KubeContext::CredentialKind::Basic:
        return u"user name and password"_s;
    case KubeContext::CredentialKind::Exec:
        return u"plugin"_s;
    }
    Q_UNREACHABLE_RETURN({});
}

} // namespace patronus
