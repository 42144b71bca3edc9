// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

#include <QSslConfiguration>
#include <QSslError>

namespace patronus {

/// What a socket is configured with: TLS 1.2 or later, the certificates of @p settings. Invalid, with what to mend, for
/// PEM that cannot be read and for a key that is not the certificate's. The key's bytes are in no message.
[[nodiscard]] Expected<QSslConfiguration> sslConfiguration(const TlsSettings &settings);

/// The authorities in the file @p path, PEM. Invalid, with the file and what to do, where it cannot be read or has no
/// certificate.
[[nodiscard]] Expected<QByteArray> readAuthorities(const QString &path);

/// Why a handshake failed, in OpenSSL's words, with what would mend it.
[[nodiscard]] QString describeTlsErrors(const QList<QSslError> &errors, const TlsRemedies &remedies = {});

} // namespace patronus
