// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/console/largecluster.h"

#include "bench/console/load.h"
#include "core/json.h"
#include "kube/resource.h"

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QUrlQuery>
#include <QUuid>

#include <cstdio>
#include <iostream>
#include <string>

using namespace Qt::StringLiterals;

namespace patronus {

LargeCluster::LargeCluster(int sites, int policies)
    : m_server([this](const HttpDouble::Request &request, HttpDouble::Peer &peer) { answer(request, peer); }),
      m_sites{true, sites, std::vector<int>(size_t(sites))},
      m_policies{false, policies, std::vector<int>(size_t(policies))},
      m_version(sites + policies + 1)
{
    m_pace.setTimerType(Qt::PreciseTimer);
    connect(&m_pace, &QTimer::timeout, this, &LargeCluster::sendDue);
}

void LargeCluster::answer(const HttpDouble::Request &request, HttpDouble::Peer &peer)
{
    const QUrl url = QUrl::fromEncoded(request.target);
    const QUrlQuery query(url);
    for (Collection *collection : {&m_sites, &m_policies}) {
        const ResourceType type = collection->isSites ? resources::sites() : resources::policies();
        if (request.verb != "GET" || url.path() != QString::fromLatin1(type.path({})))
            continue;
        if (query.hasQueryItem(u"watch"_s)) {
            peer.startChunks(200, {{"content-type", "application/json"}});
            collection->watchers.append(&peer);
        } else {
            const int limit = query.queryItemValue(u"limit"_s).toInt();
            peer.answer(200,
                page(*collection, query.queryItemValue(u"continue"_s).toInt(), limit > 0 ? limit : collection->size),
                {{"content-type", "application/json"}});
        }
        return;
    }
    peer.answer(404, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404})",
        {{"content-type", "application/json"}});
}

QByteArray LargeCluster::page(const Collection &collection, int from, int limit) const
{
    const int end = std::min(from + limit, collection.size);
    QByteArray page = R"({"apiVersion":"sdwan.patronus.dev/v1alpha1","kind":"List","metadata":{"resourceVersion":")"
        + QByteArray::number(m_version) + R"(","continue":")"
        + (end < collection.size ? QByteArray::number(end) : QByteArray()) + R"("},"items":[)";
    for (int i = from; i < end; ++i)
        page += (i > from ? "," : "") + text(collection, i, i + 1);
    return page + "]}";
}

QByteArray LargeCluster::text(const Collection &collection, int index, qint64 version) const
{
    const int round = collection.rounds[size_t(index)];
    QJsonObject object = collection.isSites ? loadSite(index) : loadPolicy(index);
    QJsonObject metadata = object["metadata"_L1].toObject();
    metadata.insert("uid"_L1,
        QUuid(collection.isSites ? 1 : 2, 0, 0x4000, 0x80, 0, 0, 0, uchar(index >> 16), uchar(index >> 8), uchar(index),
            0)
            .toString(QUuid::WithoutBraces));
    metadata.insert("resourceVersion"_L1, QString::number(version));
    metadata.insert("generation"_L1, 1);
    metadata.insert("creationTimestamp"_L1, u"2026-11-26T10:00:00Z"_s);
    // As large as the server's bookkeeping is, for who has to read past it.
    metadata.insert("managedFields"_L1,
        QJsonArray{QJsonObject{{u"manager"_s, u"kubectl"_s}, {u"operation"_s, u"Update"_s},
            {u"fieldsV1"_s, QJsonObject{{u"f:spec"_s, QString(700, u'f')}}}}});
    object.insert("metadata"_L1, metadata);
    object.insert("status"_L1, loadStatus(index, round, collection.isSites)["status"_L1]);
    return toJson(object);
}

void LargeCluster::update(int perSecond, int seconds)
{
    m_perSecond = perSecond;
    m_seconds = seconds;
    m_sent = 0;
    m_passed.start();
    m_pace.start(10);
}

void LargeCluster::sendDue()
{
    const qint64 passed = std::min<qint64>(m_passed.elapsed(), qint64(m_seconds) * 1000);
    QByteArray lines;
    for (const qint64 due = passed * m_perSecond / 1000; m_sent < due; ++m_sent) {
        const int index = int(m_sent % m_sites.size);
        ++m_sites.rounds[size_t(index)];
        lines += R"({"type":"MODIFIED","object":)" + text(m_sites, index, ++m_version) + "}\n";
    }
    if (!lines.isEmpty())
        for (const auto &watcher : std::as_const(m_sites.watchers))
            if (watcher)
                watcher->chunk(lines);
    if (passed < qint64(m_seconds) * 1000)
        return;
    m_pace.stop();
    Q_EMIT updated(m_sent);
}

int serveLargeCluster(int sites, int policies)
{
    LargeCluster cluster(sites, policies);
    std::printf("%s\n", qPrintable(cluster.url().toString()));
    QObject::connect(&cluster, &LargeCluster::updated, &cluster,
        [](qint64 changes) { std::printf("%lld\n", static_cast<long long>(changes)); });
    QSocketNotifier input(0, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &cluster, [&cluster] {
        int perSecond = 0, seconds = 0;
        if (std::cin >> perSecond >> seconds)
            cluster.update(perSecond, seconds);
        else
            QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}

} // namespace patronus
