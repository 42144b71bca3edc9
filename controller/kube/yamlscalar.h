// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>

#include <optional>
#include <string_view>

namespace patronus {

/// UTF-8 as it is: a byte order mark at the beginning stays.
[[nodiscard]] QString textOf(std::string_view utf8);

/// What a plain YAML scalar is to kubectl (go-yaml v2's rules). Undefined where it is a number that JSON does not have
/// (.inf, .nan); a string where it is nothing else.
[[nodiscard]] QJsonValue resolvePlainScalar(std::string_view text);

/// Whether @p text, written without quotes, is read as this very string by parsers of YAML 1.1 and of YAML 1.2.
[[nodiscard]] bool isSafePlainScalar(const QString &text);

} // namespace patronus
