// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"
#include "support/sourcetree.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTest>

namespace patronus {

/// A file of tests/http/data.
inline QByteArray testData(const QString &name)
{
    QFile file(sourcePath(QStringLiteral("tests/http/data/") + name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

/// TLS of a server that shows certificate @p name and speaks @p protocols ("h2", "http/1.1").
inline QSslConfiguration serverTls(const QString &name, const QByteArrayList &protocols)
{
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setLocalCertificate(QSslCertificate(testData(name + QStringLiteral(".pem"))));
    ssl.setPrivateKey(QSslKey(testData(name + QStringLiteral(".key")), QSsl::Ec));
    ssl.setPeerVerifyMode(QSslSocket::VerifyNone);
    ssl.setAllowedNextProtocols(protocols);
    return ssl;
}

/// TLS of a client that trusts the tests' authority.
inline TlsSettings clientTls()
{
    return {.caPem = testData(QStringLiteral("ca.pem"))};
}

} // namespace patronus
