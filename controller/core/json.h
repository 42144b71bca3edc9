// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <functional>

namespace patronus {

/// Parses UTF-8 JSON whose top is an object. Errors are Malformed and name the byte; depth is limited to 256.
/// simdjson does the work (https://simdjson.org) and ends here.
[[nodiscard]] Expected<QJsonObject> parseJsonObject(QByteArrayView text);

/// The same, without the members for which @p drop is true; what is dropped is never stored.
/// @p drop gets the names on the way from the top, the member's own last.
using JsonDrop = std::function<bool(std::span<const std::string_view> path)>;
[[nodiscard]] Expected<QJsonObject> parseJsonObject(QByteArrayView text, const JsonDrop &drop);

/// Reads a path like "spec.wireguard.listenPort"; array items are not addressed. Undefined where it is not.
[[nodiscard]] QJsonValue valueAt(const QJsonObject &object, QStringView path);

/// Typed reads: an error is Malformed and says the path, what was wanted and what is there.
/// T: bool, int, qint64, double, QString, QJsonObject, QJsonArray, QStringList.
template<typename T>
[[nodiscard]] Expected<T> required(const QJsonObject &object, QStringView path);
/// Like required(), but absent and null are nullopt.
template<typename T>
[[nodiscard]] Expected<std::optional<T>> optional(const QJsonObject &object, QStringView path);

/// Compact UTF-8, keys sorted: equal objects give equal bytes.
[[nodiscard]] QByteArray toJson(const QJsonObject &object);

} // namespace patronus
