// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/yamlplace.h"

#include "kube/yaml.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("YamlPlace", text);
}

/// One line, as far as its member goes.
struct Line {
    qsizetype dash = -1; ///< column of the first dash; -1: it begins no item
    qsizetype column = -1; ///< of what follows; -1: nothing does, or a comment
    QString key = {}; ///< empty: none
};

Line lineFrom(const QString &text)
{
    static const QRegularExpression form(
        uR"(^( *)((?:- +|-$)*)([^\s#:][^:#]*?|"[^"]*"|'[^']*')?(\s*:(?:\s|$).*|\s*:$)?$)"_s);
    Line line;
    const qsizetype indent = std::ranges::distance(
        text.begin(), std::ranges::find_if_not(text, [](QChar letter) { return letter == u' '; }));
    const auto match = form.match(text);
    if (indent == text.size() || text[indent] == u'#')
        return line;
    const QString dashes = match.captured(2);
    line.dash = text[indent] == u'-' && (indent + 1 == text.size() || text[indent + 1] == u' ') ? indent : -1;
    line.column = indent + (line.dash < 0 ? 0 : std::max<qsizetype>(2, dashes.size()));
    if (!match.captured(4).isEmpty())
        line.key = match.captured(3).trimmed();
    if (line.key.size() > 1 && (line.key.startsWith(u'"') || line.key.startsWith(u'\'')))
        line.key = line.key.sliced(1, line.key.size() - 2);
    return line;
}

/// The members that @p column of line @p row is below, outermost first, "[]" for an item; with its siblings' keys.
class Place
{
public:
    Place(const QList<Line> &lines, qsizetype row, qsizetype column, bool isItem)
    {
        enter(isItem, column);
        for (qsizetype i = row; i-- > 0 && (m_column > 0 || m_isInItem);)
            climb(lines[i]);
        lookAround(lines, row, column, isItem);
    }

    QStringList path = {};
    QSet<QString> siblings = {};
    bool isAligned = true; ///< with its siblings

private:
    void enter(bool isItem, qsizetype column)
    {
        m_column = column;
        if (isItem)
            path.prepend(u"[]"_s);
        m_isInItem = isItem;
    }
    void climb(const Line &line)
    {
        if (line.column < 0)
            return;
        const bool isParent = m_isInItem ? line.column <= m_column && line.dash != m_column : line.column < m_column;
        if (isParent && !line.key.isEmpty()) {
            path.prepend(line.key);
            enter(line.dash >= 0, line.dash >= 0 ? line.dash : line.column);
        } else if (!m_isInItem && line.dash >= 0 && line.column == m_column) {
            enter(true, line.dash); // it begins the item that we are in
        }
    }
    /// The lines of the same object, up and down.
    void lookAround(const QList<Line> &lines, qsizetype row, qsizetype column, bool isItem)
    {
        const auto look = [&](const Line &line) {
            if (line.column < 0)
                return true;
            if (line.column < column || (line.dash >= 0 && line.dash < column && line.column != column))
                return false;
            if (line.column == column && !line.key.isEmpty())
                siblings.insert(line.key);
            m_nearest = m_nearest < 0 ? line.column : std::min(m_nearest, line.column);
            return line.dash < 0 || line.column > column; // an item begins here: no more of it above
        };
        for (qsizetype i = isItem ? -1 : row - 1; i >= 0; --i)
            if (!look(lines[i]))
                break;
        for (qsizetype i = row + 1; i < lines.size(); ++i)
            if ((lines[i].dash >= 0 && lines[i].dash < column) || !look(lines[i]))
                break;
        isAligned = m_nearest < 0 || m_nearest == column;
    }

    qsizetype m_column = 0, m_nearest = -1;
    bool m_isInItem = false;
};

QList<Line> linesOf(const QString &text)
{
    QList<Line> lines;
    for (const QString &line : text.split(u'\n'))
        lines.append(lineFrom(line));
    return lines;
}

QJsonObject withMetadata(QJsonObject schema)
{
    const auto text
        = [](const QString &hint) { return QJsonObject{{u"type"_s, u"string"_s}, {u"description"_s, hint}}; };
    const QJsonObject map{{u"type"_s, u"object"_s}};
    QJsonObject members = schema["properties"_L1].toObject();
    members.remove("status"_L1); // the operator's
    members.insert("apiVersion"_L1, text({}));
    members.insert("kind"_L1, text({}));
    members.insert("metadata"_L1,
        QJsonObject{{u"type"_s, u"object"_s},
            {u"properties"_s,
                QJsonObject{{u"name"_s, text(tr("Unique in its namespace"))}, {u"namespace"_s, text({})},
                    {u"labels"_s, map}, {u"annotations"_s, map}}}});
    schema.insert("properties"_L1, members);
    return schema;
}

QJsonObject schemaAt(QJsonObject schema, const QStringList &path)
{
    for (const QString &member : path)
        schema = member == "[]"_L1 ? schema["items"_L1].toObject() : schema["properties"_L1][member].toObject();
    return schema;
}

/// What is written for the member @p key of @p schema, at @p column.
QString begun(const QString &key, const QJsonObject &schema, qsizetype column)
{
    const QString type = schema["type"_L1].toString();
    const QString below = u"\n"_s + QString(column + 2, u' ');
    return type == "object"_L1 ? key + u':' + below : type == "array"_L1 ? key + u':' + below + u"- "_s : key + u": "_s;
}

QList<YamlChoice> keysOf(const QJsonObject &schema, const QSet<QString> &there, qsizetype column)
{
    const QJsonObject members = schema["properties"_L1].toObject();
    const QJsonArray required = schema["required"_L1].toArray();
    QList<YamlChoice> choices;
    for (auto member = members.begin(); member != members.end(); ++member)
        if (!there.contains(member.key())) {
            const QString hint = hintOf(member->toObject());
            const QString mark = required.contains(member.key()) ? tr("required") : QString();
            choices.append({member.key(), mark.isEmpty() || hint.isEmpty() ? mark + hint : mark + u"; "_s + hint,
                begun(member.key(), member->toObject(), column)});
        }
    return choices;
}

QList<YamlChoice> valuesOf(const QJsonObject &schema)
{
    QList<YamlChoice> choices;
    const QJsonArray values = schema["type"_L1] == "boolean"_L1 ? QJsonArray{true, false} : schema["enum"_L1].toArray();
    for (const QJsonValue &value : values)
        choices.append({value.toVariant().toString(), hintOf(schema), QString::fromUtf8(toYaml(value)).trimmed()});
    return choices;
}

} // namespace

QString hintOf(const QJsonObject &schema)
{
    QStringList parts;
    if (const QString text = schema["description"_L1].toString(); !text.isEmpty())
        parts.append(text);
    if (schema.contains("minimum"_L1) || schema.contains("maximum"_L1))
        parts.append(tr("%1 to %2")
                .arg(schema["minimum"_L1].toVariant().toString(), schema["maximum"_L1].toVariant().toString()));
    if (const QString pattern = schema["pattern"_L1].toString(); !pattern.isEmpty())
        parts.append(tr("of the form %1").arg(pattern));
    return parts.join(u"; "_s);
}

YamlChoices choicesAt(const QString &text, qsizetype position, const QJsonObject &schema)
{
    static const QRegularExpression key(uR"(^( *)(- +)?([\w./-]*)$)"_s);
    static const QRegularExpression value(uR"(^( *)(- +)?([\w./-]+): +(["']?[\w-]*)$)"_s);
    const qsizetype begin = position == 0 ? 0 : text.lastIndexOf(u'\n', position - 1) + 1;
    const QString line = text.sliced(begin, position - begin);
    const qsizetype row = text.first(begin).count(u'\n');
    const QList<Line> lines = linesOf(text);
    const QJsonObject whole = withMetadata(schema);
    if (const auto match = value.match(line); match.hasMatch()) {
        const qsizetype indent = match.capturedLength(1), column = indent + match.capturedLength(2);
        const bool isItem = match.capturedLength(2) > 0;
        const Place place(lines, row, isItem ? indent : column, isItem);
        return {
            position - match.capturedLength(4), valuesOf(schemaAt(whole, place.path + QStringList{match.captured(3)}))};
    }
    const auto match = key.match(line);
    if (!match.hasMatch())
        return {position};
    const bool isItem = match.capturedLength(2) > 0;
    const qsizetype indent = match.capturedLength(1), column = indent + match.capturedLength(2);
    const Place place(lines, row, isItem ? indent : column, isItem);
    const QJsonObject here = schemaAt(whole, place.path);
    const qsizetype word = position - match.capturedLength(3);
    if (isItem && here["type"_L1] != "object"_L1)
        return {word, valuesOf(here)};
    return {word, place.isAligned ? keysOf(here, place.siblings, column) : QList<YamlChoice>()};
}

QStringList pathsOfLines(const QString &text)
{
    const QList<Line> lines = linesOf(text);
    QStringList paths;
    for (qsizetype row = 0; row < lines.size(); ++row) {
        const Line &line = lines[row];
        if (line.column < 0) {
            paths.append(QString());
            continue;
        }
        const bool isItem = line.dash >= 0;
        QStringList path = Place(lines, row, isItem ? line.dash : line.column, isItem).path;
        if (!line.key.isEmpty())
            path.append(line.key);
        paths.append(path.join(u'.').replace(".[]"_L1, "[]"_L1));
    }
    return paths;
}

} // namespace patronus
