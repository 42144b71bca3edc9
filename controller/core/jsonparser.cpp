// SPDX-License-Identifier: GPL-3.0-or-later
// parseJsonObject() and checkedJsonObject() of json.h.
#include "core/json.h"

#include <QJsonDocument>

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace patronus {

using namespace Qt::StringLiterals;
namespace ondemand = simdjson::ondemand;

namespace {

constexpr qsizetype depthLimit = 256;
constexpr qsizetype smallText = 65'536; // bytes
constexpr std::string_view mark = "\xef\xbb\xbf"; // UTF-8's byte order mark

// Where reading failed and why, in simdjson's words; the position is worked out only then.
struct Failure {
    simdjson::error_code code;
    QString message = QString::fromUtf8(simdjson::error_message(code));
    std::optional<qsizetype> at = std::nullopt; // nullopt: where the document stands
};

// The first byte that is not UTF-8.
qsizetype invalidUtf8At(QByteArrayView text)
{
    for (qsizetype at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const qsizetype length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (at + length > text.size() || !simdjson::validate_utf8(text.data() + at, static_cast<size_t>(length)))
            return at;
        at += length;
    }
    return text.size();
}

// The first control character inside a string, else the quote of the string that never ends.
qsizetype brokenStringAt(QByteArrayView text)
{
    qsizetype opened = -1;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == '"')
            opened = opened < 0 ? at : -1;
        else if (opened >= 0 && byte == '\\')
            ++at;
        else if (opened >= 0 && byte < 0x20)
            return at;
    }
    return opened < 0 ? text.size() : opened;
}

Error malformed(QByteArrayView text, qsizetype at, const QString &why)
{
    const QByteArrayView before = text.first(at);
    const qsizetype line = before.count('\n') + 1;
    const qsizetype column = at - before.lastIndexOf('\n');
    return {Error::Kind::Malformed,
        u"invalid JSON at line %1, column %2 (byte %3): %4"_s.arg(line).arg(column).arg(at).arg(why)};
}

/// Walks one document: says what is wrong with it, and finds what is dropped. Qt then makes its values of the rest: its
/// own parser is several times faster than one insert() a member, but it takes texts that are no JSON.
class Checker
{
public:
    Checker(QByteArrayView text, const JsonDrop &drop)
        : m_text(text), m_drop(drop), m_padded(text.data(), static_cast<size_t>(text.size()))
    {
    }

    /// Gives the text without what is dropped. It may lie in the checker's memory.
    Expected<QByteArray> check()
    {
        // One for all small texts, so that none pays for its tables; a large text's go with it.
        static thread_local ondemand::parser shared;
        ondemand::parser own;
        ondemand::parser &parser = m_text.size() <= smallText ? shared : own;
        ondemand::document document;
        const auto failure = [&]() -> std::optional<Failure> {
            if (const auto code = parser.iterate(m_padded).get(document))
                return Failure{.code = code, .at = lexicalErrorAt(code)};
            ondemand::object top;
            if (const auto code = document.get_object().get(top)) {
                if (code == simdjson::INCORRECT_TYPE)
                    return Failure{code, u"the top has to be an object"_s, 0};
                return Failure{.code = code, .at = lexicalErrorAt(code)};
            }
            if (auto failed = checkObject(top, 1))
                return failed;
            if (!document.at_end())
                return Failure{simdjson::TRAILING_CONTENT};
            return std::nullopt;
        }();
        if (!failure)
            return kept();
        return std::unexpected(
            malformed(m_text, failure->at ? *failure->at : currentPosition(document), failure->message));
    }

private:
    using Result = std::optional<Failure>;

    // Where the pass over all bytes, which is before any reading, found what is no JSON at all.
    qsizetype lexicalErrorAt(simdjson::error_code code) const
    {
        switch (code) {
        case simdjson::UTF8_ERROR:
            return invalidUtf8At(m_text);
        case simdjson::UNCLOSED_STRING:
        case simdjson::UNESCAPED_CHARS:
            return brokenStringAt(m_text);
        default:
            return m_text.size();
        }
    }

    qsizetype currentPosition(ondemand::document &document) const
    {
        const char *at = nullptr;
        if (document.current_location().get(at))
            return m_text.size(); // it stands behind the last value
        return std::clamp<qsizetype>(at - m_padded.data(), 0, m_text.size());
    }

    Result checkObject(ondemand::object object, qsizetype depth)
    {
        if (depth > depthLimit)
            return tooDeep();
        for (auto member : object) {
            if (const auto code = member.error())
                return Failure{code};
            std::string_view name;
            if (const auto code = member.escaped_key().get(name))
                return Failure{code};
            const char *const begin = name.data() - 1; // its quote
            m_isMarked = m_isMarked || name.starts_with(mark);
            if (hasEscape(name))
                if (const auto code = member.unescaped_key().get(name))
                    return Failure{code};
            m_path.push_back(name);
            if (m_drop && m_drop(m_path)) {
                std::string_view value;
                if (const auto code = member.value().raw_json().get(value))
                    return Failure{code};
                m_dropped.push_back({begin, value.data() + value.size()});
            } else if (auto failed = checkValue(member.value(), depth)) {
                return failed;
            }
            m_path.pop_back();
        }
        return std::nullopt;
    }

    Result checkArray(ondemand::array array, qsizetype depth)
    {
        if (depth > depthLimit)
            return tooDeep();
        for (auto item : array)
            if (auto failed = checkValue(item, depth))
                return failed;
        return std::nullopt;
    }

    Result checkValue(simdjson::simdjson_result<ondemand::value> result, qsizetype depth)
    {
        ondemand::value value;
        ondemand::json_type type{};
        if (const auto code = result.get(value))
            return Failure{code};
        if (const auto code = value.type().get(type))
            return Failure{code};
        switch (type) {
        case ondemand::json_type::object: {
            ondemand::object object;
            if (const auto code = value.get_object().get(object))
                return Failure{code};
            return checkObject(object, depth + 1);
        }
        case ondemand::json_type::array: {
            ondemand::array array;
            if (const auto code = value.get_array().get(array))
                return Failure{code};
            return checkArray(array, depth + 1);
        }
        case ondemand::json_type::string: {
            // UTF-8, quotes and control characters were checked by the pass over all bytes.
            std::string_view string = value.raw_json_token(); // with its quotes
            m_isMarked = m_isMarked || string.substr(1).starts_with(mark);
            if (hasEscape(string))
                if (const auto code = value.get_string().get(string))
                    return Failure{code};
            return std::nullopt;
        }
        case ondemand::json_type::number:
            return checkNumber(value);
        case ondemand::json_type::boolean: {
            bool boolean = false;
            if (const auto code = value.get_bool().get(boolean))
                return Failure{code};
            return std::nullopt;
        }
        case ondemand::json_type::null: {
            bool isNull = false;
            if (const auto code = value.is_null().get(isNull))
                return Failure{code};
            if (!isNull)
                return Failure{simdjson::N_ATOM_ERROR};
            return std::nullopt;
        }
        default:
            return Failure{simdjson::TAPE_ERROR};
        }
    }

    static Result checkNumber(ondemand::value value)
    {
        ondemand::number_type type{};
        if (const auto code = value.get_number_type().get(type))
            return Failure{code};
        int64_t integer = 0;
        double real = 0;
        if (const auto code = type == ondemand::number_type::signed_integer ? value.get_int64().get(integer)
                                                                            : value.get_double().get(real))
            return Failure{code};
        return std::nullopt;
    }

    static Failure tooDeep()
    {
        return {simdjson::DEPTH_ERROR, u"more than %1 objects and arrays inside each other"_s.arg(depthLimit)};
    }
    static bool hasEscape(std::string_view raw) { return raw.find('\\') != std::string_view::npos; }

    // With each dropped member goes one comma: the one behind it, else the one before.
    QByteArray kept() const
    {
        constexpr std::string_view space = " \t\r\n";
        const char *at = m_padded.data();
        const char *const end = at + m_padded.size();
        if (m_dropped.empty() && !m_isMarked)
            return QByteArray::fromRawData(at, end - at);
        if (std::string_view(at, end).starts_with(mark))
            at += mark.size();
        QByteArray kept;
        kept.reserve(end - at);
        for (const auto &[from, to] : m_dropped) {
            kept.append(at, from - at);
            at = std::find_if(to, end, [&](char c) { return !space.contains(c); });
            if (*at == ',') {
                ++at;
                continue;
            }
            while (space.contains(kept.back()))
                kept.chop(1);
            if (kept.endsWith(','))
                kept.chop(1);
        }
        kept.append(at, end - at);
        if (m_isMarked) // it is a character of the string, but Qt would drop it
            kept.replace(QByteArrayView(mark), "\\ufeff");
        return kept;
    }

    struct Span {
        const char *from, *to;
    };

    const QByteArrayView m_text;
    const JsonDrop &m_drop;
    // simdjson reads a few bytes past the end, so it gets a copy with room there.
    const simdjson::padded_string m_padded;
    std::vector<std::string_view> m_path; // unescaped names; the parser keeps their bytes
    std::vector<Span> m_dropped; // in m_padded, in order
    bool m_isMarked = false; // a string begins with a byte order mark
};

} // namespace

Expected<QJsonObject> parseJsonObject(QByteArrayView text)
{
    return parseJsonObject(text, {});
}

Expected<QByteArray> checkedJsonObject(QByteArrayView text, const JsonDrop &drop)
{
    return Checker(text, drop).check().transform([](const QByteArray &kept) {
        QByteArray copy; // of its own: what the checker gives may lie in its memory
        copy.reserve(kept.size() + qsizetype(simdjson::SIMDJSON_PADDING));
        copy.append(kept.constData(), kept.size());
        return copy;
    });
}

Expected<QJsonObject> parseJsonObject(QByteArrayView text, const JsonDrop &drop)
{
    Checker checker(text, drop);
    return checker.check().and_then([text](const QByteArray &kept) -> Expected<QJsonObject> {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(kept, &error);
        if (!document.isObject())
            return std::unexpected(malformed(text, 0, error.errorString()));
        return document.object();
    });
}

} // namespace patronus
