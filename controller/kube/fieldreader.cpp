// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/fieldreader.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// Levenshtein: how many letters apart.
qsizetype distance(QStringView a, QStringView b)
{
    QList<qsizetype> row(b.size() + 1);
    std::ranges::iota(row, qsizetype(0));
    for (qsizetype i = 0; i < a.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i + 1);
        for (qsizetype j = 0; j < b.size(); ++j) {
            const qsizetype replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.last();
}

QString typeName(QJsonValue::Type type)
{
    switch (type) {
    case QJsonValue::Bool:
        return u"a boolean"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"text"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"a map"_s;
    default:
        return u"nothing"_s;
    }
}

} // namespace

FieldReader::FieldReader(QString file, QString path, QJsonObject object)
    : m_file(std::move(file)), m_path(std::move(path)), m_object(std::move(object))
{
}

QString FieldReader::place(const QString &name) const
{
    const QString path = m_path.isEmpty() ? name : name.isEmpty() ? m_path : m_path + u'.' + name;
    return m_file.isEmpty() ? path : m_file + u": "_s + path;
}

void FieldReader::fail(const QString &name, const QString &problem)
{
    if (m_mistake.isEmpty())
        m_mistake = place(name) + u' ' + problem;
}

QJsonValue FieldReader::take(const QString &name, QJsonValue::Type type, const char *wanted)
{
    m_known.insert(name);
    const QJsonValue value = m_object.value(name);
    if (value.isUndefined() || value.isNull())
        return {};
    if (value.type() != type) {
        const bool needsQuotes = type == QJsonValue::String && (value.isDouble() || value.isBool());
        fail(name,
            u"is %1, not %2%3"_s.arg(
                typeName(value.type()), QLatin1StringView(wanted), needsQuotes ? u": put it in quotes"_s : QString()));
        return {};
    }
    return value;
}

QString FieldReader::text(const QString &name)
{
    return take(name, QJsonValue::String, "text").toString();
}

bool FieldReader::flag(const QString &name)
{
    return take(name, QJsonValue::Bool, "true or false").toBool();
}

QByteArray FieldReader::base64(const QString &name)
{
    QByteArray encoded = text(name).toUtf8();
    encoded.removeIf([](char c) { return c == '\n' || c == '\r'; }); // as Go's decoder
    const auto decoded = QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        fail(name, u"is not valid base64: encode the file again with `base64 -w0`"_s);
    return decoded ? *decoded : QByteArray();
}

QJsonArray FieldReader::list(const QString &name)
{
    return take(name, QJsonValue::Array, "a list").toArray();
}

QJsonObject FieldReader::object(const QString &name)
{
    return take(name, QJsonValue::Object, "a map").toObject();
}

QStringList FieldReader::texts(const QString &name)
{
    QStringList all;
    const QJsonArray items = list(name);
    for (qsizetype i = 0; i < items.size(); ++i) {
        if (!items[i].isString())
            fail(u"%1[%2]"_s.arg(name).arg(i), u"is %1, not text: put it in quotes"_s.arg(typeName(items[i].type())));
        all.append(items[i].toString());
    }
    return all;
}

QMap<QString, QStringList> FieldReader::textLists(const QString &name)
{
    QMap<QString, QStringList> all;
    FieldReader members(m_file, m_path.isEmpty() ? name : m_path + u'.' + name, object(name));
    for (const QString &key : members.m_object.keys())
        all.insert(key, members.texts(key));
    if (m_mistake.isEmpty())
        m_mistake = members.m_mistake;
    return all;
}

bool FieldReader::has(const QString &name) const
{
    return !m_object.value(name).isUndefined() && !m_object.value(name).isNull();
}

void FieldReader::ignore(const QString &name)
{
    m_known.insert(name);
}

Expected<void> FieldReader::finishLeniently() const
{
    if (m_mistake.isEmpty())
        return {};
    return std::unexpected(Error{Error::Kind::Invalid, m_mistake});
}

Expected<void> FieldReader::finish() const
{
    if (!m_mistake.isEmpty())
        return finishLeniently();
    for (const QString &name : m_object.keys()) {
        if (m_known.contains(name))
            continue;
        QStringList known(m_known.begin(), m_known.end());
        known.sort();
        const auto nearest = std::ranges::min_element(
            known, {}, [&](const QString &k) { return distance(name.toLower(), k.toLower()); });
        const bool isClose
            = nearest != known.end() && distance(name.toLower(), nearest->toLower()) <= 2 + name.size() / 8;
        const QString remedy
            = isClose ? u"did you mean \"%1\"?"_s.arg(*nearest) : u"remove it, or move it to where it belongs"_s;
        return std::unexpected(Error{Error::Kind::Invalid, u"%1 is not a known field: %2"_s.arg(place(name), remedy)});
    }
    return {};
}

} // namespace patronus
