// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/console/load.h"

#include "core/clock.h"
#include "kube/connection.h"
#include "kube/kubeconfig.h"
#include "kube/resource.h"

#include <QCoreApplication>
#include <QCoroTask>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString siteName(int index)
{
    return u"branch-%1"_s.arg(index, 6, 10, QLatin1Char('0'));
}

QJsonObject metadata(const QString &name, const QString &label)
{
    return {{u"name"_s, name}, {u"namespace"_s, u"default"_s}, {u"labels"_s, QJsonObject{{u"region"_s, label}}}};
}

} // namespace

QJsonObject loadSite(int index)
{
    const QString name = siteName(index);
    return {{u"apiVersion"_s, resources::sites().apiVersion()}, {u"kind"_s, u"Site"_s},
        {u"metadata"_s, metadata(name, u"region-%1"_s.arg(index % 20))},
        {u"spec"_s,
            QJsonObject{{u"location"_s, u"City %1"_s.arg(index % 500)},
                {u"wireguard"_s,
                    QJsonObject{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
                        {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"%1.example.com:51820"_s.arg(name)}}}},
                {u"mesh"_s, QJsonObject{{u"enabled"_s, true}, {u"peerWith"_s, QJsonArray{siteName(index / 10)}}}}}}};
}

QJsonObject loadPolicy(int index)
{
    return {{u"apiVersion"_s, resources::policies().apiVersion()}, {u"kind"_s, u"Policy"_s},
        {u"metadata"_s, metadata(u"policy-%1"_s.arg(index, 6, 10, QLatin1Char('0')), u"region-%1"_s.arg(index % 20))},
        {u"spec"_s,
            QJsonObject{{u"priority"_s, 1 + index % 1000},
                {u"match"_s, QJsonObject{{u"protocol"_s, u"udp"_s}, {u"dstPortRange"_s, u"5060-5061"_s}}},
                {u"action"_s,
                    QJsonObject{{u"type"_s, u"route"_s},
                        {u"primaryPath"_s, QJsonObject{{u"siteRef"_s, siteName(index)}, {u"pathId"_s, u"wan"_s}}}}}}}};
}

QJsonObject loadStatus(int index, int round, bool isSite)
{
    const QString now = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    const bool isGood = (index + round) % 10 != 0;
    QJsonObject status{{u"observedGeneration"_s, 1}, {u"lastSyncTime"_s, now},
        {u"conditions"_s,
            QJsonArray{QJsonObject{{u"type"_s, u"Ready"_s}, {u"status"_s, isGood ? u"True"_s : u"False"_s},
                           {u"reason"_s, isGood ? u"Synced"_s : u"ApiError"_s},
                           {u"message"_s, isGood ? u"The Patronus API has it."_s : u"The Patronus API answered 503."_s},
                           {u"lastTransitionTime"_s, now}, {u"observedGeneration"_s, 1}},
                QJsonObject{{u"type"_s, u"SpecValid"_s}, {u"status"_s, u"True"_s}, {u"reason"_s, u"Valid"_s},
                    {u"message"_s, u""_s}, {u"lastTransitionTime"_s, now}, {u"observedGeneration"_s, 1}}}}};
    if (isSite)
        status.insert(u"phase"_s, isGood ? u"Active"_s : u"Failed"_s);
    return {{u"status"_s, status}};
}

namespace {

/// Keeps requests in flight.
class Load
{
public:
    explicit Load(const QString &kubeconfig)
    {
        const auto context
            = Kubeconfig::load({kubeconfig}).and_then([](const Kubeconfig &config) { return config.context(); });
        m_connection = context ? KubeConnection::open(*context, m_clock, {.userAgent = "bench"_ba}).value() : nullptr;
        for (auto &client : m_clients) // a connection each
            client = m_connection->makeClient().value();
    }

    QCoro::Task<> run(std::function<Task<Object>(KubeClient &)> send)
    {
        ++m_running;
        const auto answer = co_await send(*m_clients[m_sent++ % std::size(m_clients)]);
        --m_running;
        ++m_done;
        if (!answer && m_failed++ == 0)
            std::fprintf(stderr, "%s\n", qPrintable(answer.error().message));
    }
    [[nodiscard]] int running() const { return m_running; }
    [[nodiscard]] int done() const { return m_done; }
    [[nodiscard]] int failed() const { return m_failed; }

private:
    SystemClock m_clock;
    std::unique_ptr<KubeConnection> m_connection;
    std::unique_ptr<KubeClient> m_clients[4];
    size_t m_sent = 0;
    int m_running = 0, m_done = 0, m_failed = 0;
};

constexpr int atOnce = 32;

void turn()
{
    QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
}

/// The object, and the status that an operator gives it.
Task<Object> make(KubeClient &client, int index, int sites)
{
    const bool isSite = index < sites;
    const ResourceType type = isSite ? resources::sites() : resources::policies();
    const auto made = co_await client.create(type, isSite ? loadSite(index) : loadPolicy(index - sites), {}, {});
    if (!made)
        co_return made;
    co_return co_await client.patch(
        type, made->key(), u"status"_s, PatchType::Merge, loadStatus(index, 0, isSite), {.metadataOnly = true}, {});
}

} // namespace

int fill(const QString &kubeconfig, int sites, int policies)
{
    Load load(kubeconfig);
    QElapsedTimer took;
    took.start();
    for (int sent = 0; load.done() < sites + policies; turn())
        for (; sent < sites + policies && load.running() < atOnce; ++sent)
            std::ignore = load.run([sent, sites](KubeClient &client) { return make(client, sent, sites); });
    std::printf("%d Sites and %d Policies made in %.1f s\n", sites, policies, double(took.elapsed()) / 1000);
    return load.failed() == 0 ? 0 : 1;
}

int update(const QString &kubeconfig, int sites, int perSecond, int seconds)
{
    Load load(kubeconfig);
    QTimer pace; // so that turn() comes back
    pace.start(5);
    QElapsedTimer passed;
    int sent = 0;
    for (passed.start(); passed.elapsed() < qint64(seconds) * 1000; turn())
        for (const qint64 due = passed.elapsed() * perSecond / 1000; sent < due && load.running() < atOnce; ++sent)
            std::ignore = load.run([sent, sites](KubeClient &client) {
                const int index = sent % sites;
                return client.patch(resources::sites(), {u"default"_s, siteName(index)}, u"status"_s, PatchType::Merge,
                    loadStatus(index, sent / sites, true), {.metadataOnly = true}, {});
            });
    const double took = double(passed.elapsed()) / 1000;
    while (load.running() > 0)
        turn();
    std::printf(
        "%d updates in %.1f s: %.0f a second, %d failed\n", load.done(), took, load.done() / took, load.failed());
    return 0;
}

} // namespace patronus
