// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/watchevent.h"

#include "kube/status.h"

#include <simdjson.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qsizetype longestPeek = 65'536; // bytes: the parser keeps its tables for the longest line it has seen

std::unexpected<Error> malformed(const QString &what)
{
    return std::unexpected(Error{Error::Kind::Malformed, u"watch: "_s + what});
}

/// @p drop speaks of the object; the line has it one level down.
JsonDrop inLine(const JsonDrop &drop)
{
    return [&drop](std::span<const std::string_view> path) {
        return path.size() > 1 && path.front() == "object" && drop(path.subspan(1));
    };
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

Expected<WatchEvent> parseWatchEvent(QByteArrayView line, const JsonDrop &drop)
{
    auto json = drop ? parseJsonObject(line, inLine(drop)) : parseJsonObject(line);
    if (!json)
        return malformed(json.error().message);
    const QString text = json->value("type"_L1).toString();

    // What is dropped of an object may be what a Status or a bookmark says: both are rare and small, so read them
    // whole.
    if (drop && (text == "ERROR"_L1 || text == "BOOKMARK"_L1)) {
        json = parseJsonObject(line);
        if (!json)
            return malformed(json.error().message);
    }
    const QJsonObject object = json->value("object"_L1).toObject();
    if (text == "ERROR"_L1)
        return std::unexpected(errorFromStatus(object, u"watch"_s));

    const auto type = typeFrom(text);
    if (!type)
        return malformed(u"an event of type \"%1\""_s.arg(text.left(40)));
    WatchEvent event{*type, Object(object)};
    if (event.object.resourceVersion().isEmpty())
        return malformed(u"%1 without metadata.resourceVersion"_s.arg(text));
    if (*type == WatchEvent::Type::Bookmark)
        event.initialEventsEnd = event.object.annotation(u"k8s.io/initial-events-end") == "true"_L1;
    else if (event.object.key().name.isEmpty())
        return malformed(u"%1 without metadata.name"_s.arg(text));
    return event;
}

} // namespace patronus
