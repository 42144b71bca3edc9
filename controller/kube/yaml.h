// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonValue>
#include <QList>

namespace patronus {

/// The values of a YAML text, one a document; documents without content are left out. yaml-cpp ends here.
///
/// Scalars are read as kubectl reads them, so that a file means the same to both: plain `yes`, `on` and `true` are
/// booleans, `0644` and `0o644` octal, `<<` merges, keys of any scalar type become strings. An integer beyond 64 bits
/// becomes a double. Unlike kubectl, a key that stands twice is an error.
///
/// Errors are Malformed and name line and column: bad syntax, UTF-16, control characters, infinite numbers, unknown
/// tags, more than 64 MiB of text, more than 128 levels, aliases that repeat more than 16 MiB.
[[nodiscard]] Expected<QList<QJsonValue>> parseYaml(QByteArrayView text);

/// @p value as a YAML document for people, in kubectl's style: keys sorted, text of several lines as `|`. What would be
/// read back as another type, by YAML 1.1 or 1.2, is quoted: parseYaml(toYaml(value)) is @p value.
[[nodiscard]] QByteArray toYaml(const QJsonValue &value);

} // namespace patronus
