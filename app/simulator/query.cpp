// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/query.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

Query::Query(const Request &request, const QStringList &known) : m_query(request.query)
{
    const auto items = m_query.queryItems();
    for (const auto &[name, value] : items)
        if (!known.contains(name))
            refuse(name, u"there is no such parameter"_s);
}

void Query::refuse(const QString &name, const QString &message)
{
    if (m_refusal)
        return;
    const QJsonArray fields{QJsonObject{{u"field"_s, name}, {u"message"_s, message}}};
    m_refusal = errorAnswer(400, u"bad_request"_s, u"%1: %2"_s.arg(name, message), {{u"fields"_s, fields}});
}

qint64 Query::number(const QString &name, qint64 least, qint64 most, qint64 otherwise)
{
    if (!m_query.hasQueryItem(name))
        return otherwise;
    bool isNumber = false;
    const qint64 value = text(name).toLongLong(&isNumber);
    if (isNumber && value >= least && value <= most)
        return value;
    refuse(name, u"a number from %1 to %2 is needed"_s.arg(least).arg(most));
    return otherwise;
}

QString Query::choice(const QString &name, const QStringList &allowed)
{
    if (!m_query.hasQueryItem(name))
        return allowed.first();
    const QString value = text(name);
    if (!allowed.contains(value))
        refuse(name, u"one of %1 is needed"_s.arg(allowed.join(u' ').trimmed()));
    return value;
}

QString Query::text(const QString &name) const
{
    return m_query.queryItemValue(name, QUrl::FullyDecoded);
}

QDateTime Query::time(const QString &name)
{
    if (!m_query.hasQueryItem(name))
        return {};
    const QDateTime time = QDateTime::fromString(text(name), Qt::ISODateWithMs);
    if (!time.isValid())
        refuse(name, u"a time as of RFC 3339 is needed"_s);
    return time;
}

} // namespace patronus::simulator
