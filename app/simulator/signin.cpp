// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/signin.h"

#include "core/json.h"

#include <QFile>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

static QByteArray randomSecret()
{
    QByteArray secret(32, Qt::Uninitialized);
    QRandomGenerator::system()->fillRange(
        reinterpret_cast<quint32 *>(secret.data()), secret.size() / qsizetype(sizeof(quint32)));
    return secret;
}

SignIn::SignIn(Settings settings, const Clock &clock)
    : m_settings(std::move(settings)), m_clock(clock), m_secret(randomSecret())
{
}

bool SignIn::isRequired() const
{
    return !m_settings.username.isEmpty() || !m_settings.tokenFile.isEmpty();
}

void SignIn::revokeAll()
{
    m_secret = randomSecret();
}

Answer SignIn::login(const QJsonObject &body)
{
    if (!body["username"_L1].isString() || !body["password"_L1].isString())
        return errorAnswer(400, u"bad_request"_s, u"username and password are needed"_s);
    if (m_settings.username.isEmpty() || body["username"_L1].toString() != m_settings.username
        || body["password"_L1].toString() != m_settings.password)
        return errorAnswer(401, u"invalid_credentials"_s, u"the user name or the password is wrong"_s);
    return tokens(m_settings.username);
}

Answer SignIn::refresh(const QJsonObject &body)
{
    if (!body["refresh_token"_L1].isString())
        return errorAnswer(400, u"bad_request"_s, u"refresh_token is needed"_s);
    const auto username = subject(Purpose::Refresh, body["refresh_token"_L1].toString().toUtf8());
    if (!username)
        return errorAnswer(401, u"invalid_token"_s, u"the refresh token is wrong or has run out"_s);
    return tokens(*username);
}

std::optional<QString> SignIn::user(const QByteArray &authorization) const
{
    static constexpr QByteArrayView scheme("Bearer ");
    if (!authorization.startsWith(scheme))
        return {};
    const QByteArray token = authorization.sliced(scheme.size()).trimmed();
    if (QFile file(m_settings.tokenFile); !m_settings.tokenFile.isEmpty() && file.open(QIODevice::ReadOnly))
        for (const QByteArray &line : file.readAll().split('\n'))
            if (!token.isEmpty() && line.trimmed() == token)
                return u"token"_s;
    return subject(Purpose::Access, token);
}

Answer SignIn::tokens(const QString &username)
{
    return {.body = {
                {u"access_token"_s, QString::fromLatin1(makeToken(Purpose::Access, username, m_settings.lifetime))},
                {u"refresh_token"_s, QString::fromLatin1(makeToken(Purpose::Refresh, username, std::chrono::days(1)))},
                {u"expires_in"_s, qint64(m_settings.lifetime.count())},
                {u"token_type"_s, u"Bearer"_s},
            }};
}

QByteArray SignIn::makeToken(Purpose purpose, const QString &username, std::chrono::seconds lifetime)
{
    const qint64 now = m_clock.wallTime().toSecsSinceEpoch();
    const QJsonObject claims{{u"sub"_s, username}, {u"typ"_s, purpose == Purpose::Access ? u"access"_s : u"refresh"_s},
        {u"iat"_s, now}, {u"exp"_s, now + qint64(lifetime.count())},
        {u"jti"_s, ++m_tokenCount}}; // two tokens of one second differ too
    const QByteArray signedPart = toJson({{u"alg"_s, u"HS256"_s}, {u"typ"_s, u"JWT"_s}}).toBase64(base64Url) + '.'
        + toJson(claims).toBase64(base64Url);
    return signedPart + '.' + signature(signedPart);
}

std::optional<QString> SignIn::subject(Purpose purpose, const QByteArray &token) const
{
    const qsizetype dot = token.lastIndexOf('.');
    if (dot < 0 || signature(token.first(dot)) != token.sliced(dot + 1))
        return {};
    const auto claims = parseJsonObject(QByteArray::fromBase64(token.first(dot).split('.').last(), base64Url));
    if (!claims || (*claims)["typ"_L1].toString() != (purpose == Purpose::Access ? "access"_L1 : "refresh"_L1)
        || (*claims)["exp"_L1].toInteger() <= m_clock.wallTime().toSecsSinceEpoch())
        return {};
    return (*claims)["sub"_L1].toString();
}

QByteArray SignIn::signature(const QByteArray &signedPart) const
{
    return QMessageAuthenticationCode::hash(signedPart, m_secret, QCryptographicHash::Sha256).toBase64(base64Url);
}

} // namespace patronus::simulator
