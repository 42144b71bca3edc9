// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yaml.h"

#include "kube/yamlscalar.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QVariant>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <spanstream>
#include <utility>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qsizetype textLimit = 64 * 1024 * 1024;
constexpr qsizetype depthLimit = 128;
constexpr qsizetype aliasLimit = 16 * 1024 * 1024;

// Leaves the parser from within its events; caught in parseYaml().
struct Refused {
    YAML::Mark mark;
    QString reason;
};

Error malformed(int line, int column, const QString &reason)
{
    return {Error::Kind::Malformed, u"YAML line %1, column %2: %3"_s.arg(line).arg(column).arg(reason)};
}

Error malformed(const YAML::Mark &mark, const QString &reason)
{
    return mark.is_null() ? Error{Error::Kind::Malformed, u"YAML: "_s + reason}
                          : malformed(mark.line + 1, mark.column + 1, reason);
}

// A value and the length of text that it stands for, so that what aliases repeat can be bounded.
struct Weighed {
    QJsonValue value = QJsonValue::Null;
    qsizetype weight = 1;
};

QString keyText(const YAML::Mark &mark, const QJsonValue &key)
{
    switch (key.type()) {
    case QJsonValue::String:
        return key.toString();
    case QJsonValue::Bool:
        return key.toBool() ? u"true"_s : u"false"_s;
    case QJsonValue::Double:
        return key.toVariant().toString();
    default:
        throw Refused{mark, u"a key is neither a text, a number nor a boolean"_s};
    }
}

// Builds JSON from the parser's events.
class Builder : public YAML::EventHandler
{
public:
    QList<QJsonValue> documents;

    void OnDocumentStart(const YAML::Mark &mark) override
    {
        // Before a token that can begin nothing yaml-cpp stays, and would give one empty document after the other.
        if (mark.pos == std::exchange(m_documentAt, mark.pos))
            throw Refused{mark, u"nothing can begin like this"_s};
        m_anchors.clear();
    }
    void OnDocumentEnd() override { }
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override { add(mark, anchor, {}); }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        const auto found = m_anchors.constFind(anchor);
        if (found == m_anchors.cend())
            throw Refused{mark, u"an alias stands inside what it names"_s};
        m_repeated += found->weight;
        if (m_repeated > aliasLimit)
            throw Refused{mark, u"aliases repeat more than 16 MiB"_s};
        add(mark, 0, *found);
    }
    void OnScalar(
        const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, const std::string &text) override
    {
        const bool merges
            = tag == "?" && text == "<<" && !m_open.isEmpty() && m_open.last().isMap && !m_open.last().hasKey;
        if (merges) {
            m_open.last().hasKey = m_open.last().keyMerges = true;
            return;
        }
        add(mark, anchor, {scalar(mark, tag, text), static_cast<qsizetype>(text.size()) + 1});
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/) override
    {
        open(mark, tag, "tag:yaml.org,2002:seq", {.isMap = false, .mark = mark, .anchor = anchor});
    }
    void OnSequenceEnd() override
    {
        const Frame frame = m_open.takeLast();
        add(frame.mark, frame.anchor, {frame.items, frame.weight});
    }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/) override
    {
        open(mark, tag, "tag:yaml.org,2002:map", {.isMap = true, .mark = mark, .anchor = anchor});
    }
    void OnMapEnd() override
    {
        Frame frame = m_open.takeLast();
        for (const QJsonObject &merged :
            std::as_const(frame.merged)) // what the map says itself, and what came first, stays
            for (auto it = merged.begin(); it != merged.end(); ++it)
                if (!frame.members.contains(it.key()))
                    frame.members.insert(it.key(), it.value());
        add(frame.mark, frame.anchor, {frame.members, frame.weight});
    }

private:
    struct Frame {
        bool isMap;
        YAML::Mark mark;
        YAML::anchor_t anchor;
        QJsonArray items = {};
        QJsonObject members = {};
        QList<QJsonObject> merged = {}; // of its "<<" keys
        QString key = {};
        bool hasKey = false; // the next value belongs to key
        bool keyMerges = false; // or to "<<"
        qsizetype weight = 1;
    };

    void open(const YAML::Mark &mark, const std::string &tag, std::string_view expected, Frame frame)
    {
        if (tag != "?" && tag != "!" && tag != expected)
            throw Refused{mark, u"the tag \"%1\" is not supported here"_s.arg(QString::fromStdString(tag))};
        if (m_open.size() >= depthLimit)
            throw Refused{mark, u"more than %1 levels"_s.arg(depthLimit)};
        m_open.append(std::move(frame));
    }

    static QJsonValue scalar(const YAML::Mark &mark, const std::string &tag, const std::string &text)
    {
        const auto plain = [&](std::string_view kind, auto isWanted) {
            const QJsonValue value = resolvePlainScalar(text);
            if (value.isUndefined())
                throw Refused{mark, u"JSON has no number \"%1\""_s.arg(QString::fromStdString(text))};
            if (!isWanted(value))
                throw Refused{mark, u"the value is not of its tag's type, %1"_s.arg(QString::fromUtf8(kind))};
            return value;
        };
        if (tag == "?")
            return plain("any", [](const QJsonValue &) { return true; });
        if (tag == "!" || tag == "tag:yaml.org,2002:str")
            return textOf(text);
        if (tag == "tag:yaml.org,2002:int")
            return plain("int", [](const QJsonValue &value) { return value.isDouble(); });
        if (tag == "tag:yaml.org,2002:float")
            return plain("float", [](const QJsonValue &value) { return value.isDouble(); });
        if (tag == "tag:yaml.org,2002:bool")
            return plain("bool", [](const QJsonValue &value) { return value.isBool(); });
        if (tag == "tag:yaml.org,2002:null")
            return plain("null", [](const QJsonValue &value) { return value.isNull(); });
        throw Refused{mark, u"the tag \"%1\" is not supported"_s.arg(QString::fromStdString(tag))};
    }

    void add(const YAML::Mark &mark, YAML::anchor_t anchor, const Weighed &node)
    {
        if (anchor != 0)
            m_anchors.insert(anchor, node);
        if (m_open.isEmpty()) {
            if (!node.value.isNull())
                documents.append(node.value);
            return;
        }
        Frame &frame = m_open.last();
        frame.weight += node.weight;
        if (!frame.isMap) {
            frame.items.append(node.value);
        } else if (!frame.hasKey) {
            frame.key = keyText(mark, node.value);
            frame.hasKey = true;
            if (frame.members.contains(frame.key))
                throw Refused{mark, u"the key \"%1\" stands twice"_s.arg(frame.key)};
        } else {
            if (frame.keyMerges)
                merge(mark, frame, node.value);
            else
                frame.members.insert(frame.key, node.value);
            frame.hasKey = frame.keyMerges = false;
        }
    }

    static void merge(const YAML::Mark &mark, Frame &frame, const QJsonValue &value)
    {
        const QJsonArray maps = value.isArray() ? value.toArray() : QJsonArray{value};
        for (const QJsonValue &map : maps) {
            if (!map.isObject())
                throw Refused{mark, u"\"<<\" merges a map or a list of maps"_s};
            frame.merged.append(map.toObject());
        }
    }

    QList<Frame> m_open; // the collections around the next event, outermost first
    QHash<YAML::anchor_t, Weighed> m_anchors;
    int m_documentAt = -1; // where the last document began
    qsizetype m_repeated = 0; // weight of all aliases
};

// yaml-cpp takes any bytes, and U+0004 for the end of the text: what it is given is UTF-8 without control characters.
Expected<void> checkCharacters(QByteArrayView text)
{
    if (text.size() > textLimit)
        return std::unexpected(Error{Error::Kind::Malformed, u"YAML: more than 64 MiB of text"_s});
    const auto starts = [&](std::string_view bytes) { return text.startsWith(QByteArrayView(bytes)); };
    if (starts("\xFF\xFE") || starts("\xFE\xFF") || (text.size() > 1 && (text[0] == 0) != (text[1] == 0)))
        return std::unexpected(malformed(1, 1, u"this is UTF-16 or UTF-32; save it as UTF-8"_s));
    int line = 1;
    int column = 1;
    for (const char c : text) {
        if (c == '\n') {
            ++line;
            column = 0;
        } else if ((static_cast<uchar>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
            return std::unexpected(malformed(
                line, column, u"control character U+%1"_s.arg(static_cast<uint>(c), 4, 16, QLatin1Char('0'))));
        }
        ++column;
    }
    if (!text.isValidUtf8())
        return std::unexpected(Error{Error::Kind::Malformed, u"YAML: the text is not UTF-8"_s});
    return {};
}

} // namespace

Expected<QList<QJsonValue>> parseYaml(QByteArrayView text)
{
    if (text.startsWith("\xEF\xBB\xBF"))
        text = text.sliced(3);
    if (const auto checked = checkCharacters(text); !checked)
        return std::unexpected(checked.error());
    try {
        std::ispanstream stream(std::span<const char>(text.data(), static_cast<size_t>(text.size())));
        YAML::Parser parser(stream);
        Builder builder;
        while (parser.HandleNextDocument(builder)) { }
        return builder.documents;
    } catch (const Refused &refused) {
        return std::unexpected(malformed(refused.mark, refused.reason));
    } catch (const YAML::Exception &problem) {
        return std::unexpected(malformed(problem.mark, QString::fromStdString(problem.msg)));
    }
}

} // namespace patronus
