// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

namespace patronus {

/// A transport to @p server that only reads: its write gate is shut. It goes through the proxy that the environment
/// names. @p caFile has the authorities; empty: the system's. Invalid names the file.
[[nodiscard]] Expected<std::shared_ptr<Transport>> makeReadingTransport(
    const QUrl &server, const QString &caFile, const QByteArray &userAgent, const TlsRemedies &remedies = {});

} // namespace patronus
