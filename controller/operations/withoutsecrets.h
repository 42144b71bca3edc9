// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

/// JSON that may be kept in a file, and what had to go for that.
struct WithoutSecrets {
    QJsonObject json;
    QStringList leftOut = {}; ///< paths of what was taken away: "patronus.token", "env[2].value"
};

/// @p json without what looks like a secret: texts and numbers under names like token, password or apiKey, the value of
/// a {name, value} pair of such a name, and texts that redact() would not leave alone. They are left out and not
/// replaced: what reads the file then falls back or complains, and never takes a mark for a password. A name that
/// refers to a Secret (existingSecret, secretName, tokenFile) is none. When in doubt it takes away too much.
[[nodiscard]] WithoutSecrets withoutSecrets(const QJsonObject &json);

} // namespace patronus
