// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/watchevent.h"

#include "kube/status.h"

#include <simdjson.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr qsizetype longestPeek = 65'536; // bytes: the parser keeps its tables for the longest line it has seen

std::unexpected<Error> malformed(const QString &what)
{
    return std::unexpected(Error{Error::Kind::Malformed, u"watch: "_s + what});
}

std::unexpected<Error> malformed(simdjson::error_code code)
{
    return malformed(QString::fromUtf8(simdjson::error_message(code)));
}

/// What a line consists of.
struct Line {
    QString type;
    std::string_view object; // its text, in the line that was read
};

/// Members come in any order; what else there is in a line is not checked beyond its brackets.
Expected<Line> readLine(ondemand::document &document)
{
    Line line;
    ondemand::object top;
    if (const auto code = document.get_object().get(top))
        return malformed(code);
    for (auto member : top) {
        std::string_view name, text;
        ondemand::value value;
        if (const auto code = member.unescaped_key().get(name))
            return malformed(code);
        if (const auto code = member.value().get(value))
            return malformed(code);
        if (name == "type" && !value.get_string().get(text))
            line.type = QString::fromUtf8(text.data(), qsizetype(text.size()));
        else if (name == "object")
            if (const auto code = value.raw_json().get(line.object))
                return malformed(code);
    }
    if (!document.at_end())
        return malformed(simdjson::TRAILING_CONTENT);
    return line;
}

std::optional<WatchEvent::Type> typeFrom(const QString &text)
{
    using enum WatchEvent::Type;
    if (text == "ADDED"_L1)
        return Added;
    if (text == "MODIFIED"_L1)
        return Modified;
    if (text == "DELETED"_L1)
        return Deleted;
    if (text == "BOOKMARK"_L1)
        return Bookmark;
    return std::nullopt;
}

/// The string at @p pointer (RFC 6901); empty where there is none.
QString stringAt(simdjson::ondemand::document &document, std::string_view pointer)
{
    std::string_view text;
    return document.at_pointer(pointer).get_string().get(text) ? QString()
                                                               : QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

std::optional<ObjectVersion> modifiedVersion(QByteArrayView line)
{
    if (line.size() > longestPeek)
        return std::nullopt;
    static thread_local simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(line.data(), static_cast<size_t>(line.size()));
    simdjson::ondemand::document document;
    if (parser.iterate(padded).get(document) || stringAt(document, "/type") != "MODIFIED"_L1)
        return std::nullopt;
    ObjectVersion version{
        .key = {stringAt(document, "/object/metadata/namespace"), stringAt(document, "/object/metadata/name")},
        .uid = stringAt(document, "/object/metadata/uid"),
        .resourceVersion = stringAt(document, "/object/metadata/resourceVersion")};
    return version.key.name.isEmpty() || version.resourceVersion.isEmpty() ? std::nullopt
                                                                           : std::optional(std::move(version));
}

Expected<WatchEvent> parseWatchEvent(QByteArrayView text, const JsonDrop &drop)
{
    ondemand::parser parser;
    const simdjson::padded_string padded(text.data(), size_t(text.size()));
    ondemand::document document;
    if (const auto code = parser.iterate(padded).get(document))
        return malformed(code);
    const auto line = readLine(document);
    if (!line)
        return std::unexpected(line.error());
    const auto type = typeFrom(line->type);
    if (!type && line->type != "ERROR"_L1)
        return malformed(u"an event of type \"%1\""_s.arg(line->type.left(40)));
    // What is dropped of an object may be what a Status or a bookmark says.
    const bool isWhole = !type || *type == WatchEvent::Type::Bookmark;
    const auto object
        = Object::fromText({line->object.data(), qsizetype(line->object.size())}, isWhole ? JsonDrop() : drop);
    if (!object)
        return malformed(object.error().message);
    if (!type)
        return std::unexpected(errorFromStatus(object->json(), u"watch"_s));
    WatchEvent event{*type, *object};
    if (event.object.resourceVersion().isEmpty())
        return malformed(u"%1 without metadata.resourceVersion"_s.arg(line->type));
    if (*type == WatchEvent::Type::Bookmark)
        event.initialEventsEnd = event.object.annotation(u"k8s.io/initial-events-end") == "true"_L1;
    else if (event.object.key().name.isEmpty())
        return malformed(u"%1 without metadata.name"_s.arg(line->type));
    return event;
}

} // namespace patronus
