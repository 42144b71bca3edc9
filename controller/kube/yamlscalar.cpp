// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yamlscalar.h"

#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

enum class Word { Yes, No, Null, NotANumber };

std::optional<Word> wordOf(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, Word>, 39> words{{
        {"y", Word::Yes},
        {"Y", Word::Yes},
        {"yes", Word::Yes},
        {"Yes", Word::Yes},
        {"YES", Word::Yes},
        {"true", Word::Yes},
        {"True", Word::Yes},
        {"TRUE", Word::Yes},
        {"on", Word::Yes},
        {"On", Word::Yes},
        {"ON", Word::Yes},
        {"n", Word::No},
        {"N", Word::No},
        {"no", Word::No},
        {"No", Word::No},
        {"NO", Word::No},
        {"false", Word::No},
        {"False", Word::No},
        {"FALSE", Word::No},
        {"off", Word::No},
        {"Off", Word::No},
        {"OFF", Word::No},
        {"", Word::Null},
        {"~", Word::Null},
        {"null", Word::Null},
        {"Null", Word::Null},
        {"NULL", Word::Null},
        {".nan", Word::NotANumber},
        {".NaN", Word::NotANumber},
        {".NAN", Word::NotANumber},
        {".inf", Word::NotANumber},
        {".Inf", Word::NotANumber},
        {".INF", Word::NotANumber},
        {"+.inf", Word::NotANumber},
        {"+.Inf", Word::NotANumber},
        {"+.INF", Word::NotANumber},
        {"-.inf", Word::NotANumber},
        {"-.Inf", Word::NotANumber},
        {"-.INF", Word::NotANumber},
    }};
    const auto *const found = std::ranges::find(words, text, &std::pair<std::string_view, Word>::first);
    return found == words.end() ? std::nullopt : std::optional(found->second);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// Go's strconv.ParseInt with base 0: the prefix says the base, and a leading zero is octal.
std::optional<QJsonValue> integer(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    int base = 10;
    if (text.size() > 1 && text[0] == '0') {
        const char prefix = static_cast<char>(text[1] | 0x20);
        base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
        text.remove_prefix(base != 8 || prefix == 'o' ? 2 : 1);
    }
    quint64 value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (problem != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    constexpr auto most = static_cast<quint64>(std::numeric_limits<qint64>::max());
    if (negative && value == most + 1)
        return QJsonValue(std::numeric_limits<qint64>::min());
    if (value > most) // a negative one is no integer to Go either, and read as a float
        return negative ? std::nullopt : std::optional(QJsonValue(static_cast<double>(value)));
    return QJsonValue(negative ? -static_cast<qint64>(value) : static_cast<qint64>(value));
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
std::optional<double> decimal(std::string_view text)
{
    std::string_view rest = text;
    const auto skipDigits = [&rest] {
        const auto count = static_cast<size_t>(std::ranges::find_if_not(rest, isDigit) - rest.begin());
        rest.remove_prefix(count);
        return count;
    };
    if (rest.starts_with('-') || rest.starts_with('+'))
        rest.remove_prefix(1);
    const size_t whole = skipDigits();
    size_t fraction = 0;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = skipDigits();
    }
    if (whole + fraction == 0)
        return std::nullopt;
    if (rest.starts_with('e') || rest.starts_with('E')) {
        rest.remove_prefix(1);
        if (rest.starts_with('-') || rest.starts_with('+'))
            rest.remove_prefix(1);
        if (skipDigits() == 0)
            return std::nullopt;
    }
    if (!rest.empty())
        return std::nullopt;
    if (text.starts_with('+')) // from_chars knows no plus
        text.remove_prefix(1);
    double value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
        return std::nullopt; // out of range: a string, as in Go
    return value;
}

} // namespace

QString textOf(std::string_view utf8)
{
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decode(QByteArrayView(utf8));
}

QJsonValue resolvePlainScalar(std::string_view text)
{
    if (const auto word = wordOf(text)) {
        switch (*word) {
        case Word::Yes:
            return true;
        case Word::No:
            return false;
        case Word::Null:
            return QJsonValue::Null;
        case Word::NotANumber:
            return QJsonValue::Undefined;
        }
    }
    const char first = text.front();
    if (isDigit(first) || first == '-' || first == '+') {
        std::string plain(text);
        std::erase(plain, '_');
        if (const auto value = integer(plain))
            return *value;
        if (const auto value = decimal(plain))
            return *value;
    } else if (first == '.') {
        if (const auto value = decimal(text))
            return *value;
    }
    return textOf(text);
}

bool isSafePlainScalar(const QString &text)
{
    // The characters are those that mean nothing in any place of a plain scalar; base 60 numbers (1:30), dates and the
    // merge and value keys are YAML 1.1's.
    static const QRegularExpression safe(
        u"\\A[\\p{L}\\p{N}/_.](?:[\\p{L}\\p{N}\\p{S}/_.,;()@%&*!?'\"=\\[\\]{} -]|:(?! |\\z)|(?<! )#)*\\z"_s,
        QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression ofYaml11(
        u"\\A(?:[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?|[0-9]{4}-[0-9].*|\\.\\.\\..*)\\z"_s);
    if (!safe.match(text).hasMatch() || text.endsWith(u' ') || ofYaml11.match(text).hasMatch())
        return false;
    return resolvePlainScalar(text.toUtf8().toStdString()).isString();
}

} // namespace patronus
