// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patronusapi/client.h"

namespace patronus {

/// Which token a request is sent with, and what has to be sent to get one. Reads files; sends nothing itself.
class Tokens
{
public:
    using time_point = Clock::time_point;

    explicit Tokens(PatronusCredentials credentials);

    /// A request to sign in has to be answered first: there is no token, or it ends within a minute.
    [[nodiscard]] bool needsSignIn(time_point now) const;
    /// The value of the Authorization header; empty where no credentials are given. Unauthorized when a file that holds
    /// it cannot be read, or nobody has signed in.
    [[nodiscard]] Expected<QByteArray> authorization(time_point now);

    /// Asks for tokens: with the refresh token when there is one, else with user name and password. Unauthorized when
    /// their files cannot be read, or hold what was refused a moment ago.
    [[nodiscard]] Expected<HttpRequest> signInRequest(time_point now);
    /// Takes the answer to signInRequest(). False when it was refused with a refresh token: there is another way left.
    [[nodiscard]] Expected<bool> takeAnswer(const HttpReply &reply, time_point now);

    /// A request with @p authorization was answered with 401. True when there is, or may be, another token to try.
    [[nodiscard]] bool rejected(const QByteArray &authorization, time_point now);

private:
    [[nodiscard]] bool isSignInUsed() const;
    [[nodiscard]] Expected<void> readTokenFile(time_point now);

    const PatronusCredentials m_credentials;
    QByteArray m_fileToken;
    std::optional<time_point> m_fileRead;
    QByteArray m_accessToken, m_refreshToken;
    time_point m_accessEnd, m_refreshFrom;
    QByteArray m_lastLogin; // the body that was sent last
    time_point m_refusedUntil;
};

} // namespace patronus
