// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/listpage.h"

#include <simdjson.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

namespace ondemand = simdjson::ondemand;

Error malformed(const QString &why)
{
    return {Error::Kind::Malformed, u"list: "_s + why};
}

Error malformed(simdjson::error_code code)
{
    return malformed(QString::fromUtf8(simdjson::error_message(code)));
}

QByteArrayView view(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

class PageReader
{
public:
    PageReader(const QString &apiVersion, const QString &kind, const JsonDrop &drop,
        const std::function<bool(Object)> &onObject)
        : m_apiVersion(apiVersion), m_kind(kind), m_drop(drop), m_onObject(onObject)
    {
    }

    /// Members come in any order; the server puts metadata first.
    Expected<ListPage> read(ondemand::object page)
    {
        ListPage result;
        bool hasItems = false;
        for (auto member : page) {
            std::string_view name;
            ondemand::value value;
            if (const auto code = member.unescaped_key().get(name))
                return std::unexpected(malformed(code));
            if (const auto code = member.value().get(value))
                return std::unexpected(malformed(code));
            if (name == "metadata") {
                if (const auto read = readMetadata(value, result); !read)
                    return std::unexpected(read.error());
            } else if (name == "items") {
                hasItems = true;
                if (const auto read = readItems(value); !read)
                    return std::unexpected(read.error());
            }
        }
        if (result.resourceVersion.isEmpty())
            return std::unexpected(malformed(u"no metadata.resourceVersion"_s));
        if (!hasItems)
            return std::unexpected(malformed(u"no items"_s));
        return result;
    }

private:
    static Expected<void> readMetadata(ondemand::value value, ListPage &result)
    {
        std::string_view text;
        if (const auto code = value.raw_json().get(text))
            return std::unexpected(malformed(code));
        return parseJsonObject(view(text)).transform([&](const QJsonObject &metadata) {
            result.resourceVersion = metadata.value("resourceVersion"_L1).toString();
            result.continueToken = metadata.value("continue"_L1).toString();
        });
    }

    Expected<void> readItems(ondemand::value value)
    {
        if (bool isNull = false; !value.is_null().get(isNull) && isNull)
            return {}; // an empty slice of Go
        ondemand::array items;
        if (const auto code = value.get_array().get(items))
            return std::unexpected(malformed(code));
        for (auto item : items) {
            std::string_view text;
            if (const auto code = item.raw_json().get(text))
                return std::unexpected(malformed(code));
            auto object = Object::fromText(view(text), m_drop);
            if (!object)
                return std::unexpected(malformed(object.error().message));
            if (object->key().name.isEmpty() || object->resourceVersion().isEmpty())
                return std::unexpected(malformed(u"an item without metadata.name or metadata.resourceVersion"_s));
            if (object->value(u"kind").isUndefined())
                object = Object::fromText(typed(text), m_drop).value();
            if (!m_onObject(*std::move(object)))
                return std::unexpected(Error{Error::Kind::Cancelled, u"list: stopped"_s});
        }
        return {};
    }

    /// @p item, which is an object with members, with what it is put in.
    [[nodiscard]] QByteArray typed(std::string_view item) const
    {
        return R"({"apiVersion":")" + m_apiVersion.toUtf8() + R"(","kind":")" + m_kind.toUtf8() + R"(",)"
            + QByteArray(view(item.substr(1)));
    }

    const QString &m_apiVersion;
    const QString &m_kind;
    const JsonDrop &m_drop;
    const std::function<bool(Object)> &m_onObject;
};

} // namespace

Expected<ListPage> readListPage(QByteArrayView text, const QString &apiVersion, const QString &kind,
    const JsonDrop &drop, const std::function<bool(Object)> &onObject)
{
    // simdjson reads a few bytes past the end, so it gets a copy with room there.
    const simdjson::padded_string padded(text.data(), static_cast<size_t>(text.size()));
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object page;
    if (const auto code = parser.iterate(padded).get(document))
        return std::unexpected(malformed(code));
    if (const auto code = document.get_object().get(page))
        return std::unexpected(malformed(code));
    return PageReader(apiVersion, kind, drop, onObject).read(page);
}

} // namespace patronus
