// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/tokenfile.h"

#include "core/log.h"
#include "kube/headervalue.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr auto readInterval = std::chrono::seconds(60);
constexpr qint64 sizeLimit = 1024 * 1024;
} // namespace

TokenFile::TokenFile(QString file, QString fallback, const Clock &clock)
    : m_file(std::move(file)), m_clock(clock), m_token(std::move(fallback))
{
}

Expected<QString> TokenFile::token()
{
    const auto now = m_clock.now();
    if (m_readAt && now - *m_readAt < readInterval)
        return m_token;

    const auto fresh = read();
    if (fresh) {
        m_token = *fresh;
        m_warned = false;
    } else if (m_token.isEmpty()) {
        return std::unexpected(fresh.error());
    } else if (!std::exchange(m_warned, true)) {
        qCWarning(logKube).noquote() << fresh.error().message << "- the token read before stays in use";
    }
    m_readAt = now;
    return m_token;
}

Expected<QString> TokenFile::read() const
{
    const auto problem = [this](const QString &what) {
        return std::unexpected(Error{Error::Kind::Unauthorized, u"token file %1: %2"_s.arg(m_file, what)});
    };
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return problem(file.errorString());
    const QString token = QString::fromUtf8(file.read(sizeLimit)).trimmed();
    if (token.isEmpty())
        return problem(u"it is empty"_s);
    if (!isHeaderValue(token))
        return problem(u"it holds no token"_s);
    return token;
}

} // namespace patronus
