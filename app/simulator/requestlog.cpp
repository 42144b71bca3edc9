// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/requestlog.h"

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr size_t changesKept = 10'000;

void RequestLog::note(const Request &request, const QByteArray &pattern, int status, const QDateTime &now)
{
    ++m_counts[{request.method, pattern, status}];
    if (request.method == "GET" || pattern.startsWith("/api/v1/auth"))
        return; // a log-in changes nothing, and its body is a secret
    Headers headers = request.headers;
    headers.removeIf([](const auto &header) { return header.first == "authorization"; });
    m_changes.push_back(
        {now, request.method, u'/' + request.path.join(u'/'), status, request.address, headers, request.body});
    if (m_changes.size() > changesKept) {
        m_changes.pop_front();
        ++m_dropped;
    }
}

void RequestLog::clear()
{
    m_counts.clear();
    m_changes.clear();
    m_dropped = 0;
}

qint64 RequestLog::count(const QByteArray &method, const QByteArray &pattern, int status) const
{
    qint64 sum = 0;
    for (const auto &[key, count] : m_counts) {
        const auto &[itsMethod, itsPattern, itsStatus] = key;
        if ((method.isEmpty() || method == itsMethod) && (pattern.isEmpty() || pattern == itsPattern)
            && (status < 0 || status == itsStatus))
            sum += count;
    }
    return sum;
}

QJsonObject RequestLog::toJson() const
{
    QJsonArray counters;
    for (const auto &[key, count] : m_counts) {
        const auto &[method, pattern, status] = key;
        counters.append(QJsonObject{{u"method"_s, QString::fromLatin1(method)}, {u"path"_s, QString::fromUtf8(pattern)},
            {u"status"_s, status}, {u"count"_s, count}});
    }
    QJsonArray changes;
    for (const Change &change : m_changes) {
        QJsonObject headers;
        for (const auto &[name, value] : change.headers)
            headers.insert(QLatin1StringView(name), QString::fromUtf8(value));
        changes.append(QJsonObject{{u"time"_s, timestamp(change.time)},
            {u"method"_s, QString::fromLatin1(change.method)}, {u"path"_s, change.path}, {u"status"_s, change.status},
            {u"address"_s, change.address}, {u"headers"_s, headers}, {u"body"_s, QString::fromUtf8(change.body)}});
    }
    return {{u"counters"_s, counters}, {u"changes"_s, changes}, {u"changes_dropped"_s, m_dropped}};
}

} // namespace patronus::simulator
