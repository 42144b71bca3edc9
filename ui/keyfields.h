// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pathfield.h"

namespace patronus {

// What is asked for where backups are sealed and opened. Paths of private keys and passphrases are in no settings.

/// A key or a certificate in PEM; @p purpose is what it is given for.
[[nodiscard]] PathField *makeKeyField(const QString &name, const QString &what, const QString &purpose);
/// Whose signature a backup has to bear: one for all of the program's windows, in the settings.
[[nodiscard]] PathField *makeVerifyKeyField();
/// For the passphrase of the key in @p key, where it has one.
[[nodiscard]] QLineEdit *makePassphrase(PathField &key);
/// What was typed there, which is gone from there then.
[[nodiscard]] QByteArray takePassphrase(QLineEdit &from);

} // namespace patronus
