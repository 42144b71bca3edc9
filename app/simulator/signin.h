// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"

#include "core/clock.h"

namespace patronus::simulator {

/// Who may call: fixed tokens, and JWTs for a user name and password. Without either, everybody may.
class SignIn
{
public:
    struct Settings {
        QString username = {}, password = {}; ///< for /auth/login; empty: nobody can log in
        QString tokenFile = {}; ///< accepted tokens, one a line; read at each request, so that it can rotate
        std::chrono::seconds lifetime = std::chrono::minutes(15); ///< of an access token; of a refresh token: a day
    };

    /// @p clock has to outlive it.
    SignIn(Settings settings, const Clock &clock);

    [[nodiscard]] bool isRequired() const;
    [[nodiscard]] Answer login(const QJsonObject &body);
    [[nodiscard]] Answer refresh(const QJsonObject &body);
    /// Who sent @p authorization ("Bearer …"); nullopt: nobody that is known, or the token has run out.
    [[nodiscard]] std::optional<QString> user(const QByteArray &authorization) const;
    void revokeAll(); ///< every JWT given so far is invalid from now on

private:
    enum class Purpose { Access, Refresh };

    [[nodiscard]] Answer tokens(const QString &username);
    [[nodiscard]] QByteArray makeToken(Purpose purpose, const QString &username, std::chrono::seconds lifetime);
    [[nodiscard]] std::optional<QString> subject(Purpose purpose, const QByteArray &token) const;
    [[nodiscard]] QByteArray signature(const QByteArray &signedPart) const;

    const Settings m_settings;
    const Clock &m_clock;
    QByteArray m_secret;
    qint64 m_tokenCount = 0;
};

} // namespace patronus::simulator
