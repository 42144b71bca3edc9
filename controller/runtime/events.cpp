// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/events.h"

#include "core/log.h"
#include "runtime/eventlog.h"
#include "runtime/inflight.h"
#include "runtime/requeststop.h"

#include <QQueue>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr qsizetype mostQueued = 1000; // client-go's
constexpr qsizetype longestMessage = 1024; // bytes; the API's limits
constexpr qsizetype longestReason = 128;
constexpr qsizetype longestName = 253;
constexpr auto stopGrace = 2s;
constexpr auto mostPause = 60s; // after a 429

/// @p text in at most @p most bytes of UTF-8, cut between characters.
QString cut(const QString &text, qsizetype most)
{
    const QByteArray bytes = text.toUtf8();
    if (bytes.size() <= most)
        return text;
    while (most > 0 && (static_cast<uchar>(bytes.at(most)) & 0xC0) == 0x80)
        --most;
    return QString::fromUtf8(bytes.first(most));
}

QString timestamp(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd'T'HH:mm:ss'Z'"_s);
}

} // namespace

struct EventRecorder::Private {
    using Ptr = std::shared_ptr<Private>;
    using Entry = std::shared_ptr<EventLog::Entry>;

    Private(KubeClient &clientGiven, Clock &clockGiven, QString componentGiven, QString instanceGiven)
        : client(clientGiven),
          clock(clockGiven),
          component(std::move(componentGiven)),
          instance(std::move(instanceGiven))
    {
    }

    KubeClient &client;
    Clock &clock;
    const QString component;
    const QString instance;

    EventLog log;
    QQueue<Entry> queue;
    qint64 dropped = 0;
    quint32 names = 0; // given
    bool isStopped = false;
    bool isBusy = false;
    std::stop_source cancel;
    std::unique_ptr<Timer> graceTimer = clock.makeTimer([this] { requestStop(cancel); });
    InFlight inFlight;

    static QCoro::Task<> writeAll(Ptr d);
    static Task<void> write(Ptr d, Entry entry);
    void stop();
    QString newName(const QString &object);
    QJsonObject body(const EventLog::Entry &entry, const QString &nameSpace, const QString &name) const;
};

void EventRecorder::Private::stop()
{
    isStopped = true;
    dropped += queue.size();
    queue.clear();
}

/// Unique in the object's namespace, also over restarts: client-go's form.
QString EventRecorder::Private::newName(const QString &object)
{
    const quint64 number = (static_cast<quint64>(clock.wallTime().toMSecsSinceEpoch()) << 20) | (++names & 0xFFFFF);
    const QString suffix = u'.' + QString::number(number, 16);
    return object.first(std::min(object.size(), longestName - suffix.size())) + suffix;
}

QJsonObject EventRecorder::Private::body(
    const EventLog::Entry &entry, const QString &nameSpace, const QString &name) const
{
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, nameSpace}}},
        {u"involvedObject"_s, entry.facts.regarding}, {u"type"_s, entry.facts.type}, {u"reason"_s, entry.facts.reason},
        {u"message"_s, cut(entry.facts.message, longestMessage)},
        {u"source"_s, QJsonObject{{u"component"_s, component}}}, {u"reportingComponent"_s, component},
        {u"reportingInstance"_s, instance}, {u"firstTimestamp"_s, timestamp(entry.first)},
        {u"lastTimestamp"_s, timestamp(entry.last)}, {u"count"_s, entry.count}};
}

/// One after the other, so that a POST is before the PATCH of what it made.
QCoro::Task<> EventRecorder::Private::writeAll(Ptr d)
{
    const InFlight::Guard flight = d->inFlight.enter();
    d->isBusy = true;
    while (!d->isStopped && !d->queue.isEmpty()) {
        const Entry entry = d->queue.dequeue();
        entry->isQueued = false;
        const Expected<void> written = co_await write(d, entry);
        if (written)
            continue;
        ++d->dropped;
        qCDebug(logKube).noquote() << "an Event is dropped:" << written.error().message;
        if (written.error().kind == Error::Kind::Throttled && !d->isStopped)
            co_await d->clock.sleep(std::min<std::chrono::seconds>(written.error().retryAfter.value_or(1s), mostPause),
                d->cancel.get_token());
    }
    d->isBusy = false;
}

Task<void> EventRecorder::Private::write(Ptr d, Entry entry)
{
    const QString object = entry->facts.regarding.value("name"_L1).toString();
    const QString itsNameSpace = entry->facts.regarding.value("namespace"_L1).toString();
    const QString nameSpace = itsNameSpace.isEmpty() ? u"default"_s : itsNameSpace;

    if (!entry->name.isEmpty()) {
        const QJsonObject changes{{u"count"_s, entry->count}, {u"lastTimestamp"_s, timestamp(entry->last)},
            {u"message"_s, cut(entry->facts.message, longestMessage)}};
        const auto patched = co_await d->client.patch(resources::events(), {nameSpace, entry->name}, {},
            PatchType::Merge, changes, {.metadataOnly = true}, d->cancel.get_token());
        if (patched)
            co_return {};
        const auto kind = patched.error().kind;
        if (kind != Error::Kind::NotFound && kind != Error::Kind::Gone)
            co_return std::unexpected(patched.error());
        entry->name.clear(); // the server has forgotten it by now: Events live for an hour
        if (d->isStopped)
            co_return std::unexpected(patched.error());
    }
    const QString name = d->newName(object);
    const auto created = co_await d->client.create(
        resources::events(), d->body(*entry, nameSpace, name), {.metadataOnly = true}, d->cancel.get_token());
    if (!created)
        co_return std::unexpected(created.error());
    entry->name = name;
    co_return {};
}

EventRecorder::EventRecorder(KubeClient &client, Clock &clock, QString component, QString instance)
    : d(std::make_shared<Private>(client, clock, std::move(component), cut(instance, longestReason)))
{
}

EventRecorder::~EventRecorder()
{
    d->stop();
    requestStop(d->cancel);
}

void EventRecorder::record(
    const Object &regarding, const ResourceType &type, Type eventType, const QString &reason, const QString &message)
{
    if (d->isStopped) {
        ++d->dropped;
        return;
    }
    const ObjectKey &key = regarding.key();
    QJsonObject about{{u"apiVersion"_s, type.apiVersion()}, {u"kind"_s, type.kind}, {u"name"_s, key.name},
        {u"uid"_s, regarding.uid()}, {u"resourceVersion"_s, regarding.resourceVersion()}};
    if (!key.nameSpace.isEmpty())
        about.insert(u"namespace"_s, key.nameSpace);
    const EventFacts facts{.uid = regarding.uid(),
        .regarding = about,
        .type = eventType == Type::Warning ? u"Warning"_s : u"Normal"_s,
        .reason = cut(reason, longestReason),
        .message = cut(message, longestMessage)};
    const auto entry = d->log.record(facts, d->clock.now(), d->clock.wallTime());
    if (entry && entry->isQueued)
        return; // it will be written with this count
    if (!entry || d->queue.size() >= mostQueued) {
        ++d->dropped;
        return;
    }
    entry->isQueued = true;
    d->queue.enqueue(entry);
    if (!d->isBusy)
        Private::writeAll(d);
}

Task<void> EventRecorder::stop()
{
    const auto self = d;
    self->stop();
    self->graceTimer->start(stopGrace);
    co_await self->inFlight.ended();
    self->graceTimer->stop();
    co_return {};
}

qint64 EventRecorder::dropped() const
{
    return d->dropped;
}

} // namespace patronus
