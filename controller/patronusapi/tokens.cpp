// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/tokens.h"
#include "patronusapi/answers.h"

#include "core/json.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

using std::chrono::seconds;

static constexpr seconds fileInterval(60); // between two looks at a token file that nobody refused
static constexpr seconds refreshMargin(60); // so long before its end a token is refreshed
static constexpr seconds refusalInterval(10); // before the same password is tried again

static Error unauthorized(const QString &message)
{
    return {Error::Kind::Unauthorized, message, std::nullopt, "unauthorized"};
}

/// The text of a mounted Secret's file: without the newline that editors add.
static Expected<QByteArray> readSecret(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(unauthorized(
            u"the Patronus API's credentials in %1 cannot be read: %2"_s.arg(fileName, file.errorString())));
    const QByteArray text = file.read(64 * 1024).trimmed();
    if (text.isEmpty())
        return std::unexpected(
            unauthorized(u"the file of the Patronus API's credentials, %1, is empty"_s.arg(fileName)));
    return text;
}

static Expected<QByteArray> given(const QString &text, const QString &fileName)
{
    return text.isEmpty() ? readSecret(fileName) : text.toUtf8();
}

Tokens::Tokens(PatronusCredentials credentials) : m_credentials(std::move(credentials))
{
}

bool Tokens::isSignInUsed() const
{
    return m_credentials.token.isEmpty() && m_credentials.tokenFile.isEmpty()
        && !(m_credentials.username.isEmpty() && m_credentials.usernameFile.isEmpty());
}

bool Tokens::needsSignIn(time_point now) const
{
    return isSignInUsed() && (m_accessToken.isEmpty() || now >= m_refreshFrom);
}

Expected<QByteArray> Tokens::authorization(time_point now)
{
    if (!m_credentials.token.isEmpty())
        return "Bearer " + m_credentials.token.toUtf8();
    if (!m_credentials.tokenFile.isEmpty()) {
        if (const auto read = readTokenFile(now); !read)
            return std::unexpected(read.error());
        return "Bearer " + m_fileToken;
    }
    if (!isSignInUsed())
        return QByteArray();
    if (m_accessToken.isEmpty() || now >= m_accessEnd)
        return std::unexpected(unauthorized(u"not signed in to the Patronus API"_s));
    return "Bearer " + m_accessToken;
}

/// A file that cannot be read for a moment, as in the middle of a rotation, is no error while there is a token.
Expected<void> Tokens::readTokenFile(time_point now)
{
    if (m_fileRead && now < *m_fileRead + fileInterval)
        return {};
    const auto token = readSecret(m_credentials.tokenFile);
    if (token) {
        m_fileToken = *token;
        m_fileRead = now;
    } else if (m_fileToken.isEmpty()) {
        return std::unexpected(token.error());
    }
    return {};
}

Expected<HttpRequest> Tokens::signInRequest(time_point now)
{
    HttpRequest request{.verb = HttpRequest::Verb::Post,
        .target = "/api/v1/auth/login",
        .headers = {{"content-type", "application/json"}, {"accept", "application/json"}},
        .deadline = requestDeadline,
        .changesSomething = false};
    if (!m_refreshToken.isEmpty()) {
        request.target = "/api/v1/auth/refresh";
        request.body = toJson({{u"refresh_token"_s, QString::fromUtf8(m_refreshToken)}});
        return request;
    }

    const auto username = given(m_credentials.username, m_credentials.usernameFile);
    if (!username)
        return std::unexpected(username.error());
    const auto password = given(m_credentials.password, m_credentials.passwordFile);
    if (!password)
        return std::unexpected(password.error());
    request.body
        = toJson({{u"username"_s, QString::fromUtf8(*username)}, {u"password"_s, QString::fromUtf8(*password)}});
    if (request.body == m_lastLogin && now < m_refusedUntil)
        return std::unexpected(unauthorized(u"the Patronus API refuses the user name or the password"_s));
    m_lastLogin = request.body;
    return request;
}

Expected<bool> Tokens::takeAnswer(const HttpReply &reply, time_point now)
{
    if (reply.status != 200) {
        const Error error = errorOf(reply, u"signing in to the Patronus API"_s);
        const bool isRefused = error.kind == Error::Kind::Unauthorized || error.kind == Error::Kind::Invalid;
        if (isRefused && !m_refreshToken.isEmpty()) {
            m_refreshToken.clear();
            return false;
        }
        if (isRefused)
            m_refusedUntil = now + refusalInterval;
        return std::unexpected(error);
    }

    const auto body = parseJsonObject(reply.body);
    if (!body)
        return std::unexpected(malformed(body.error()));
    const auto access = required<QString>(*body, u"access_token");
    if (!access)
        return std::unexpected(malformed(access.error()));
    const auto refresh = optional<QString>(*body, u"refresh_token");
    if (!refresh)
        return std::unexpected(malformed(refresh.error()));
    const auto lifetime = required<qint64>(*body, u"expires_in");
    if (!lifetime)
        return std::unexpected(malformed(lifetime.error()));
    if (access->isEmpty() || *lifetime <= 0)
        return std::unexpected(
            malformed({Error::Kind::Malformed, u"the API gave no token: access_token or expires_in is empty"_s}));

    const seconds valid = std::min(seconds(*lifetime), seconds(std::chrono::days(365)));
    m_accessToken = access->toUtf8();
    m_refreshToken = refresh->value_or(QString()).toUtf8();
    m_accessEnd = now + valid;
    m_refreshFrom = m_accessEnd - std::min(refreshMargin, valid / 2);
    return true;
}

bool Tokens::rejected(const QByteArray &authorization, time_point now)
{
    if (!m_credentials.token.isEmpty())
        return false;
    if (!m_credentials.tokenFile.isEmpty()) {
        m_fileRead.reset();
        return readTokenFile(now) && "Bearer " + m_fileToken != authorization;
    }
    if (!isSignInUsed())
        return false;
    if (authorization == "Bearer " + m_accessToken)
        m_accessToken.clear(); // else somebody has signed in since
    return true;
}

} // namespace patronus
