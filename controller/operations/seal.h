// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QString>

namespace patronus::seal {

// What keeps a backup trustworthy and its secrets secret, by OpenSSL (docs/decisions/0013-sealed-backups.md). Keys and
// certificates are PEM, as `openssl genpkey` and `openssl req` make them. Errors are Invalid and say what to do.

/// A signature of @p content by the private key @p keyPem (RSA, EC, Ed25519; @p passphrase where it is encrypted), in
/// base64: what `base64 -d | openssl pkeyutl -verify -rawin` checks.
[[nodiscard]] Expected<QByteArray> sign(
    const QByteArray &content, const QByteArray &keyPem, const QByteArray &passphrase);
/// Whether @p signature is one of @p content by the key whose public part, or certificate, is @p publicPem.
[[nodiscard]] Expected<void> verify(
    const QByteArray &content, const QByteArray &signature, const QByteArray &publicPem);

/// @p content for the holders of the keys of @p certificatesPem (one or more) alone: CMS (RFC 5652), AES-256, PEM; what
/// `openssl cms -decrypt -inform PEM -inkey KEY` opens.
[[nodiscard]] Expected<QByteArray> encrypt(const QByteArray &content, const QByteArray &certificatesPem);
[[nodiscard]] Expected<QByteArray> decrypt(
    const QByteArray &encrypted, const QByteArray &keyPem, const QByteArray &passphrase);

} // namespace patronus::seal
