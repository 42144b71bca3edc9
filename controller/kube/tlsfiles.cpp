// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/tlsfiles.h"

#include "core/log.h"
#include "http/tls.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr auto readInterval = std::chrono::seconds(60);
constexpr qint64 sizeLimit = 16 * 1024 * 1024;

Error invalid(const QString &message)
{
    return {Error::Kind::Invalid, message};
}

// The inline data, or else the content of the file.
Expected<QByteArray> contentOf(const QByteArray &data, const QString &file, const char *what)
{
    if (file.isEmpty() || !data.isEmpty())
        return data;
    QFile device(file);
    if (!device.open(QIODevice::ReadOnly))
        return std::unexpected(
            invalid(u"cannot read the %1 %2: %3"_s.arg(QLatin1StringView(what), file, device.errorString())));
    return device.read(sizeLimit);
}

// Qt cannot derive a public key from a private one. But the number that makes the public key (RSA's modulus, the
// curve's point) stands in the private key's encoding too; of an EC key that was stored without its point, nothing can
// be told.
bool belongsTogether(const QSslKey &publicKey, const QSslKey &privateKey)
{
    constexpr qsizetype longestExponent = 16; // stands behind the modulus
    constexpr qsizetype sample = 32;
    if (publicKey.algorithm() != privateKey.algorithm())
        return false;
    const bool isRsa = publicKey.algorithm() == QSsl::Rsa;
    const QByteArray publicDer = publicKey.toDer();
    const QByteArray number = (isRsa ? publicDer.chopped(longestExponent) : publicDer).right(sample);
    constexpr QByteArrayView pointTag("\xa1"); // [1] of RFC 5915's ECPrivateKey
    const QByteArray privateDer = privateKey.toDer();
    return privateDer.contains(number) || (!isRsa && !privateDer.contains(pointTag));
}

} // namespace

Expected<void> checkTls(const TlsSettings &settings)
{
    const auto configuration = sslConfiguration(settings);
    if (!configuration)
        return std::unexpected(configuration.error());
    const QSslCertificate certificate = configuration->localCertificate();
    if (!certificate.isNull() && !belongsTogether(certificate.publicKey(), configuration->privateKey()))
        return std::unexpected(invalid(u"client-key does not belong to client-certificate"_s));
    return {};
}

TlsFiles::TlsFiles(KubeContext context, const Clock &clock) : m_context(std::move(context)), m_clock(clock)
{
}

Expected<void> TlsFiles::refresh()
{
    const bool hasFiles = !m_context.caFile.isEmpty() || !m_context.clientCertificateFile.isEmpty()
        || !m_context.clientKeyFile.isEmpty();
    const auto now = m_clock.now();
    if (m_hasRead && (!hasFiles || (m_readAt && now - *m_readAt < readInterval)))
        return {};

    const auto fresh = read();
    if (fresh) {
        m_settings = *fresh;
        m_hasRead = true;
        m_warned = false;
    } else if (!m_hasRead) {
        return std::unexpected(fresh.error());
    } else if (!std::exchange(m_warned, true)) {
        qCWarning(logKube).noquote() << fresh.error().message << "- what was read before stays in use";
    }
    m_readAt = now;
    return {};
}

Expected<TlsSettings> TlsFiles::read() const
{
    const auto ca = contentOf(m_context.caData, m_context.caFile, "certificate-authority");
    const auto certificate
        = contentOf(m_context.clientCertificateData, m_context.clientCertificateFile, "client-certificate");
    const auto key = contentOf(m_context.clientKeyData, m_context.clientKeyFile, "client-key");
    for (const auto *const part : {&ca, &certificate, &key})
        if (!*part)
            return std::unexpected(part->error());
    if (!m_context.caFile.isEmpty() && ca->isEmpty()) // without one the system's authorities would be trusted
        return std::unexpected(invalid(u"the certificate-authority %1 is empty"_s.arg(m_context.caFile)));

    const TlsSettings settings{
        .caPem = *ca,
        .certificatePem = *certificate,
        .keyPem = *key,
        .serverName = m_context.tlsServerName,
        .insecureSkipVerify = m_context.insecureSkipTlsVerify,
    };
    if (const auto checked = checkTls(settings); !checked) {
        const QStringList files
            = {m_context.file, m_context.caFile, m_context.clientCertificateFile, m_context.clientKeyFile};
        QStringList named;
        std::ranges::copy_if(files, std::back_inserter(named), [](const QString &file) { return !file.isEmpty(); });
        return std::unexpected(invalid(u"%1 (of %2)"_s.arg(checked.error().message, named.join(u", "_s))));
    }
    return settings;
}

} // namespace patronus
