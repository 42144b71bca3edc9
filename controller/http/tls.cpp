// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/tls.h"

#include "core/readfile.h"

#include <QSslCertificate>
#include <QSslKey>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

std::unexpected<Error> invalid(const QString &text)
{
    return std::unexpected(Error{Error::Kind::Invalid, text});
}

// RSA and EC, PKCS#8 and traditional: the PEM label of PKCS#8 does not tell the algorithm, so each is tried.
QSslKey keyFromPem(const QByteArray &pem)
{
    for (const auto algorithm : {QSsl::Ec, QSsl::Rsa})
        if (QSslKey key(pem, algorithm, QSsl::Pem); !key.isNull())
            return key;
    return {};
}

QString hint(QSslError::SslError error, const TlsRemedies &remedies)
{
    switch (error) {
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return remedies.authority;
    case QSslError::HostNameMismatch:
        return remedies.name;
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
        return u"renew the server's certificate, or mend this machine's clock"_s;
    default:
        return {};
    }
}

} // namespace

Expected<QSslConfiguration> sslConfiguration(const TlsSettings &settings)
{
    if (!QSslSocket::supportsSsl())
        return invalid(u"this machine's Qt has no TLS: install OpenSSL 3 (libssl3)"_s);

    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setProtocol(QSsl::TlsV1_2OrLater);
    ssl.setPeerVerifyMode(settings.insecureSkipVerify ? QSslSocket::VerifyNone : QSslSocket::VerifyPeer);

    if (!settings.caPem.isEmpty()) {
        const QList<QSslCertificate> authorities = QSslCertificate::fromData(settings.caPem, QSsl::Pem);
        if (authorities.isEmpty())
            return invalid(u"certificate-authority has no certificate in PEM (-----BEGIN CERTIFICATE-----)"_s);
        ssl.setCaCertificates(authorities);
    }

    if (settings.certificatePem.isEmpty() && settings.keyPem.isEmpty())
        return ssl;
    if (settings.keyPem.isEmpty())
        return invalid(u"there is a client-certificate but no client-key"_s);
    if (settings.certificatePem.isEmpty())
        return invalid(u"there is a client-key but no client-certificate"_s);
    const QList<QSslCertificate> chain = QSslCertificate::fromData(settings.certificatePem, QSsl::Pem);
    if (chain.isEmpty())
        return invalid(u"client-certificate has no certificate in PEM (-----BEGIN CERTIFICATE-----)"_s);
    const QSslKey key = keyFromPem(settings.keyPem);
    if (key.isNull())
        return invalid(u"client-key is not an RSA or EC key in PEM, or it is protected by a pass phrase"_s);
    if (chain.first().publicKey().algorithm() != key.algorithm())
        return invalid(u"client-key does not belong to client-certificate: one is RSA, the other EC"_s);
    ssl.setLocalCertificateChain(chain);
    ssl.setPrivateKey(key);
    return ssl;
}

Expected<QByteArray> readAuthorities(const QString &path)
{
    const QString remedy = u"name the file of the authority that signed the server's certificate"_s;
    const auto pem = readWholeFile(path);
    if (!pem)
        return invalid(u"%1: %2"_s.arg(pem.error().message, remedy));
    if (QSslCertificate::fromData(*pem, QSsl::Pem).isEmpty())
        return invalid(u"%1 has no certificate in PEM (-----BEGIN CERTIFICATE-----): %2"_s.arg(path, remedy));
    return pem;
}

QString describeTlsErrors(const QList<QSslError> &errors, const TlsRemedies &remedies)
{
    QStringList texts;
    QStringList hints;
    for (const QSslError &error : errors) {
        texts << error.errorString();
        if (const QString text = hint(error.error(), remedies); !text.isEmpty() && !hints.contains(text))
            hints << text;
    }
    texts.removeDuplicates();
    return texts.join(u"; "_s) + (hints.isEmpty() ? QString() : u" ("_s + hints.join(u"; "_s) + u')');
}

} // namespace patronus
