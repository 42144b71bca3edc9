// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yaml.h"

#include "kube/yamlscalar.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QLocale>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// For text that cannot stand plain: double quotes as in JSON, with YAML's escapes.
QByteArray quoted(const QString &text)
{
    QString out = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\' + QString(c);
        else if (c == u'\n')
            out += "\\n"_L1;
        else if (c == u'\t')
            out += "\\t"_L1;
        else if (c == u'\r')
            out += "\\r"_L1;
        else if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() <= 0xa0) || c == u'\u2028' || c == u'\u2029'
            || c == u'\uFEFF')
            out += u"\\u%1"_s.arg(static_cast<uint>(c.unicode()), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return (out + u'"').toUtf8();
}

// Whether a literal block (|) gives back exactly this text, in every parser.
bool isSafeLiteral(const QString &text)
{
    if (!text.contains(u'\n') || text.front().isSpace())
        return false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool odd = (c.unicode() < 0x20 && c != u'\n' && c != u'\t')
            || (c.unicode() >= 0x7f && c.unicode() <= 0xa0) || c == u'\u2028' || c == u'\u2029' || c == u'\uFEFF';
        const bool endsLine = i + 1 == text.size() || text[i + 1] == u'\n';
        if (odd || (endsLine && (c == u' ' || c == u'\t')))
            return false;
    }
    return true;
}

class Writer
{
public:
    QByteArray out;

    // The rest of a line that a key or a dash began, and the lines below it. Lists stand as deep as their key.
    void value(const QJsonValue &value, qsizetype indent, qsizetype listIndent)
    {
        if (value.isObject() && !value.toObject().isEmpty()) {
            out += '\n';
            map(value.toObject(), indent, true);
        } else if (value.isArray() && !value.toArray().isEmpty()) {
            out += '\n';
            list(value.toArray(), listIndent, true);
        } else {
            out += ' ';
            scalar(value, indent);
        }
    }

    void map(const QJsonObject &members, qsizetype indent, bool padFirst)
    {
        for (auto it = members.begin(); it != members.end(); ++it) {
            if (padFirst || it != members.begin())
                out.append(indent, ' ');
            out += isSafePlainScalar(it.key()) ? it.key().toUtf8() : quoted(it.key());
            out += ':';
            value(it.value(), indent + 2, indent);
        }
    }

    void list(const QJsonArray &items, qsizetype indent, bool padFirst)
    {
        for (auto it = items.begin(); it != items.end(); ++it) {
            if (padFirst || it != items.begin())
                out.append(indent, ' ');
            out += "- ";
            const QJsonValue item = *it;
            if (item.isObject() && !item.toObject().isEmpty())
                map(item.toObject(), indent + 2, false);
            else if (item.isArray() && !item.toArray().isEmpty())
                list(item.toArray(), indent + 2, false);
            else
                scalar(item, indent + 2);
        }
    }

    void scalar(const QJsonValue &value, qsizetype indent)
    {
        switch (value.type()) {
        case QJsonValue::Null:
        case QJsonValue::Undefined:
            out += "null\n";
            return;
        case QJsonValue::Bool:
            out += value.toBool() ? "true\n" : "false\n";
            return;
        case QJsonValue::Double:
            out += number(value) + '\n';
            return;
        case QJsonValue::Array:
            out += "[]\n";
            return;
        case QJsonValue::Object:
            out += "{}\n";
            return;
        case QJsonValue::String:
            break;
        }
        const QString text = value.toString();
        if (isSafeLiteral(text))
            literal(text, indent);
        else
            out += (isSafePlainScalar(text) ? text.toUtf8() : quoted(text)) + '\n';
    }

private:
    static QByteArray number(const QJsonValue &value)
    {
        const QVariant variant = value.toVariant();
        if (variant.typeId() == QMetaType::LongLong)
            return QByteArray::number(variant.toLongLong());
        return QByteArray::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
    }

    void literal(const QString &text, qsizetype indent)
    {
        const bool ends = text.endsWith(u'\n');
        out += !ends ? "|-\n" : text.endsWith("\n\n"_L1) ? "|+\n" : "|\n";
        const QStringView body = ends ? QStringView(text).chopped(1) : QStringView(text);
        for (const QStringView line : body.tokenize(u'\n')) {
            if (!line.isEmpty())
                out.append(indent, ' ');
            out += line.toUtf8() + '\n';
        }
    }
};

} // namespace

QByteArray toYaml(const QJsonValue &value)
{
    Writer writer;
    if (value.isObject() && !value.toObject().isEmpty())
        writer.map(value.toObject(), 0, false);
    else if (value.isArray() && !value.toArray().isEmpty())
        writer.list(value.toArray(), 0, false);
    else
        writer.scalar(value, 2);
    return writer.out;
}

} // namespace patronus
