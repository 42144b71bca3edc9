// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QString>

#include <optional>

namespace patronus {

/// A bearer token in a file that somebody else renews, as a pod's service account token.
class TokenFile
{
public:
    /// @p fallback serves as long as the file was never read. @p clock has to outlive this.
    TokenFile(QString file, QString fallback, const Clock &clock);

    /// The token for now. The file is read at most once a minute, and at once after rejected(). When it cannot be read,
    /// is empty or holds no token, the last good one stays, with a warning; Unauthorized where there never was one.
    [[nodiscard]] Expected<QString> token();

    /// The server refused the token: the next token() reads the file anew.
    void rejected() { m_readAt.reset(); }

private:
    [[nodiscard]] Expected<QString> read() const;

    QString m_file;
    const Clock &m_clock;
    QString m_token; // the last good one
    std::optional<Clock::time_point> m_readAt;
    bool m_warned = false; // of the failure that lasts
};

} // namespace patronus
