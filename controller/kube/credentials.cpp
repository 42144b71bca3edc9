// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/credentials.h"

#include "kube/authorization.h"
#include "kube/headervalue.h"
#include "kube/impersonation.h"
#include "kube/tlsfiles.h"
#include "kube/tokenfile.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// Where the Authorization header comes from is decided once: fixed, from a file, or from a plugin.
class ContextCredentials : public Credentials
{
public:
    HttpHeaders fixedHeaders = {};
    TlsFiles tlsFiles;
    std::optional<TokenFile> tokenFile = std::nullopt;
    std::unique_ptr<ExecPlugin> plugin = nullptr;

    explicit ContextCredentials(TlsFiles files) : tlsFiles(std::move(files)) { }

    Task<HttpHeaders> headers(std::stop_token stop) override
    {
        if (const auto read = tlsFiles.refresh(); !read)
            co_return std::unexpected(read.error());
        HttpHeaders headers = fixedHeaders;
        if (tokenFile) {
            const auto bearer = tokenFile->token().and_then(bearerAuthorization);
            if (!bearer)
                co_return std::unexpected(bearer.error());
            headers += *bearer;
        }
        if (plugin) {
            const auto credential = co_await plugin->credential(std::move(stop)); // this may be gone from here on
            if (!credential)
                co_return std::unexpected(credential.error());
            if (!credential->token.isEmpty()) {
                const auto bearer = bearerAuthorization(credential->token);
                if (!bearer)
                    co_return std::unexpected(bearer.error());
                headers += *bearer;
            }
        }
        co_return headers;
    }

    TlsSettings tls() const override
    {
        TlsSettings settings = tlsFiles.settings();
        if (plugin && !plugin->current().certificatePem.isEmpty()) {
            settings.certificatePem = plugin->current().certificatePem;
            settings.keyPem = plugin->current().keyPem;
        }
        return settings;
    }

    void rejected() override
    {
        tlsFiles.rejected();
        if (tokenFile)
            tokenFile->rejected();
        if (plugin)
            plugin->rejected();
    }

    void retryNow() override
    {
        tlsFiles.rejected();
        if (tokenFile)
            tokenFile->rejected();
        if (plugin)
            plugin->retryNow();
    }
};

// What goes to a server without TLS: kubectl sends it no credentials, since anybody on the way could read them.
KubeContext withoutCredentials(const KubeContext &context)
{
    return {
        .name = context.name, .file = context.file, .server = context.server, .impersonation = context.impersonation};
}

} // namespace

Expected<std::shared_ptr<Credentials>> makeCredentials(KubeContext context, Clock &clock, ExecOptions execOptions)
{
    using enum KubeContext::CredentialKind;
    const auto kind = context.credentialKind();
    if (context.server.scheme() != "https"_L1)
        context = withoutCredentials(context);

    const auto invalid = [&context](const QString &what) {
        return std::unexpected(
            Error{Error::Kind::Invalid, u"%1: user \"%2\": %3"_s.arg(context.file, context.userName, what)});
    };
    const auto credentials = std::make_shared<ContextCredentials>(TlsFiles(context, clock));
    if (const auto read = credentials->tlsFiles.refresh(); !read)
        return std::unexpected(read.error());

    const auto impersonation = impersonationHeaders(context.impersonation);
    if (!impersonation)
        return invalid(impersonation.error().message);
    credentials->fixedHeaders = *impersonation;

    Expected<HttpHeaders> authorization;
    switch (kind) {
    case None:
    case ClientCertificate:
        break;
    case Token:
        authorization = bearerAuthorization(context.token);
        break;
    case TokenFile:
        if (!context.token.isEmpty() && !isHeaderValue(context.token))
            return invalid(u"token has control characters, or a space at its ends"_s);
        credentials->tokenFile.emplace(context.tokenFile, context.token, clock);
        if (const auto token = credentials->tokenFile->token(); !token)
            return std::unexpected(token.error());
        break;
    case Basic:
        authorization = basicAuthorization(context.username, context.password);
        break;
    case Exec:
        credentials->plugin = std::make_unique<ExecPlugin>(
            context, credentials->tlsFiles.settings().caPem, clock, std::move(execOptions));
        break;
    }
    if (!authorization)
        return invalid(authorization.error().message);
    credentials->fixedHeaders += *authorization;
    return credentials;
}

} // namespace patronus
