// SPDX-License-Identifier: GPL-3.0-or-later
// The typed reads of json.h; jsonparser.cpp has the rest.
#include "core/json.h"

#include <QJsonDocument>

#include <limits>
#include <optional>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

QStringView typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return u"null";
    case QJsonValue::Bool:
        return u"a boolean";
    case QJsonValue::Double:
        return u"a number";
    case QJsonValue::String:
        return u"a string";
    case QJsonValue::Array:
        return u"an array";
    case QJsonValue::Object:
        return u"an object";
    case QJsonValue::Undefined:
        break;
    }
    return u"nothing";
}

Error wrongType(QStringView path, QStringView wanted, const QJsonValue &found)
{
    return {Error::Kind::Malformed, u"%1: wanted %2, found %3"_s.arg(path, wanted, typeName(found))};
}

// The value at path, Undefined when it or what holds it is absent or null; an error when what holds it is no object.
Expected<QJsonValue> lookUp(const QJsonObject &object, QStringView path)
{
    QJsonValue value = object;
    qsizetype read = 0;
    for (const QStringView name : path.tokenize(u'.')) {
        if (value.isNull() || value.isUndefined())
            return QJsonValue(QJsonValue::Undefined);
        if (!value.isObject())
            return std::unexpected(wrongType(path.first(read - 1), u"an object", value));
        value = value[name];
        read += name.size() + 1;
    }
    return value;
}

std::optional<qint64> integer(const QJsonValue &value)
{
    // toInteger() gives its argument for what is no integer; no number is both 0 and 1.
    const qint64 number = value.toInteger(0);
    return number == value.toInteger(1) ? std::optional(number) : std::nullopt;
}

template <typename T> Expected<T> convert(const QJsonValue &value, QStringView path)
{
    const auto wrong = [&](QStringView wanted) { return std::unexpected(wrongType(path, wanted, value)); };
    if constexpr (std::is_same_v<T, bool>) {
        return value.isBool() ? Expected<T>(value.toBool()) : wrong(u"a boolean");
    } else if constexpr (std::is_same_v<T, qint64> || std::is_same_v<T, int>) {
        const auto number = integer(value);
        if (!number)
            return wrong(u"an integer");
        if (!std::in_range<T>(*number))
            return wrong(u"an integer of %1 bits"_s.arg(std::numeric_limits<T>::digits + 1));
        return static_cast<T>(*number);
    } else if constexpr (std::is_same_v<T, double>) {
        return value.isDouble() ? Expected<T>(value.toDouble()) : wrong(u"a number");
    } else if constexpr (std::is_same_v<T, QString>) {
        return value.isString() ? Expected<T>(value.toString()) : wrong(u"a string");
    } else if constexpr (std::is_same_v<T, QJsonObject>) {
        return value.isObject() ? Expected<T>(value.toObject()) : wrong(u"an object");
    } else if constexpr (std::is_same_v<T, QJsonArray>) {
        return value.isArray() ? Expected<T>(value.toArray()) : wrong(u"an array");
    } else {
        static_assert(std::is_same_v<T, QStringList>);
        if (!value.isArray())
            return wrong(u"an array of strings");
        const QJsonArray array = value.toArray();
        QStringList strings;
        strings.reserve(array.size());
        for (const QJsonValue item : array) {
            if (!item.isString())
                return std::unexpected(wrongType(u"%1[%2]"_s.arg(path).arg(strings.size()), u"a string", item));
            strings.append(item.toString());
        }
        return strings;
    }
}

} // namespace

QJsonValue valueAt(const QJsonObject &object, QStringView path)
{
    QJsonValue value = object;
    for (const QStringView name : path.tokenize(u'.'))
        value = value[name]; // Undefined in what is no object
    return value;
}

template <typename T> Expected<T> required(const QJsonObject &object, QStringView path)
{
    return lookUp(object, path).and_then([&](const QJsonValue &value) { return convert<T>(value, path); });
}

template <typename T> Expected<std::optional<T>> optional(const QJsonObject &object, QStringView path)
{
    const auto value = lookUp(object, path);
    if (!value)
        return std::unexpected(value.error());
    if (value->isUndefined() || value->isNull())
        return std::optional<T>();
    return convert<T>(*value, path).transform([](T converted) { return std::optional<T>(std::move(converted)); });
}

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type
#define PATRONUS_TYPED_READ(T)                                                                                         \
    template Expected<T> required<T>(const QJsonObject &, QStringView);                                                \
    template Expected<std::optional<T>> optional<T>(const QJsonObject &, QStringView);
PATRONUS_TYPED_READ(bool)
PATRONUS_TYPED_READ(int)
PATRONUS_TYPED_READ(qint64)
PATRONUS_TYPED_READ(double)
PATRONUS_TYPED_READ(QString)
PATRONUS_TYPED_READ(QJsonObject)
PATRONUS_TYPED_READ(QJsonArray)
PATRONUS_TYPED_READ(QStringList)
#undef PATRONUS_TYPED_READ
// NOLINTEND(bugprone-macro-parentheses)

QByteArray toJson(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace patronus
