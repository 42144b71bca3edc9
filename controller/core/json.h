// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <functional>
#include <span>
#include <string_view>

namespace patronus {

/// Parses UTF-8 JSON (RFC 8259) whose top is an object. Errors are Malformed and name the line, the column and the byte
/// where reading stopped; depth is limited to 256. Integers of 64 bits keep every digit; larger ones become a double.
/// Of members with the same name the last one counts, as in Kubernetes. simdjson (https://simdjson.org) does the work
/// and ends here. May be called from any thread.
[[nodiscard]] Expected<QJsonObject> parseJsonObject(QByteArrayView text);

/// The same, without the members for which @p drop is true; what is dropped is never stored.
/// @p drop gets the names on the way from the top, the member's own last; an array adds no name, so that
/// {"items", "metadata", "managedFields"} is a member of every item. What is dropped is not checked beyond its
/// brackets.
using JsonDrop = std::function<bool(std::span<const std::string_view> path)>;
[[nodiscard]] Expected<QJsonObject> parseJsonObject(QByteArrayView text, const JsonDrop &drop);

/// Checks the same text in the same way, and gives it, without what is dropped, as text: a fifth of the memory that the
/// values take. There is room for simdjson behind it.
[[nodiscard]] Expected<QByteArray> checkedJsonObject(QByteArrayView text, const JsonDrop &drop);

/// Reads a path like "spec.wireguard.listenPort"; array items are not addressed, nor are names with a dot in them.
/// Undefined where it is not.
[[nodiscard]] QJsonValue valueAt(const QJsonObject &object, QStringView path);

/// Typed reads: an error is Malformed and says the path, what was wanted and of which type it is (never its value,
/// which may be a secret). T: bool, int, qint64, double, QString, QJsonObject, QJsonArray, QStringList. 3.0 is an
/// integer.
template <typename T> [[nodiscard]] Expected<T> required(const QJsonObject &object, QStringView path);
/// Like required(), but absent and null are nullopt, and so is what is below an absent or null object.
template <typename T> [[nodiscard]] Expected<std::optional<T>> optional(const QJsonObject &object, QStringView path);

/// Compact UTF-8, keys sorted: equal objects give equal bytes.
[[nodiscard]] QByteArray toJson(const QJsonObject &object);

} // namespace patronus
