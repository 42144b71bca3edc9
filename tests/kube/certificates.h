// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>

namespace patronus {

/// A self-signed certificate and its key, made by openssl for one test.
struct TestCertificate {
    QByteArray certificate;
    QByteArray key;

    /// @p algorithm is what `openssl req -newkey` takes: "rsa:2048" or "ec".
    static TestCertificate make(const QString &algorithm = QStringLiteral("ec"))
    {
        const QTemporaryDir folder;
        const QString certificateFile = folder.filePath(QStringLiteral("c"));
        const QString keyFile = folder.filePath(QStringLiteral("k"));
        QStringList arguments{QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-nodes"),
            QStringLiteral("-subj"), QStringLiteral("/CN=test"), QStringLiteral("-newkey"), algorithm,
            QStringLiteral("-out"), certificateFile, QStringLiteral("-keyout"), keyFile};
        if (algorithm == QLatin1StringView("ec"))
            arguments << QStringLiteral("-pkeyopt") << QStringLiteral("ec_paramgen_curve:P-256");
        if (QProcess openssl; (openssl.start(QStringLiteral("openssl"), arguments), !openssl.waitForFinished(60'000))
            || openssl.exitCode() != 0)
            qFatal("openssl req failed: %s: %s", qPrintable(openssl.errorString()),
                openssl.readAllStandardError().constData());
        const auto content = [](const QString &name) {
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        return {content(certificateFile), content(keyFile)};
    }
};

} // namespace patronus
