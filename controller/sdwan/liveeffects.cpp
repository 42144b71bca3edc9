// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/liveeffects.h"

#include "sdwan/names.h"

using namespace Qt::StringLiterals;

namespace patronus {

LiveEffects::LiveEffects(KubeClient &kube, PatronusClient &patronus, Inventory &inventory, EventRecorder &events,
    Store &sites, Store &policies)
    : m_kube(kube), m_patronus(patronus), m_inventory(inventory), m_events(events), m_sites(sites), m_policies(policies)
{
}

Store &LiveEffects::storeOf(const ResourceType &type) const
{
    return type == resources::sites() ? m_sites : m_policies;
}

Task<void> LiveEffects::perform(QList<Step> steps, std::stop_token stop)
{
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const Step &step = steps.at(i);
        Expected<void> sent;
        if (const auto *put = std::get_if<PutRemote>(&step))
            sent = co_await send(*put, stop);
        else if (const auto *removal = std::get_if<DeleteRemote>(&step))
            sent = co_await send(*removal, stop);
        else if (const auto *set = std::get_if<SetFinalizer>(&step))
            sent = co_await send(*set, stop);
        else if (const auto *finish = std::get_if<RemoveFinalizer>(&step))
            sent = co_await send(*finish, stop);
        else if (const auto *status = std::get_if<PatchStatus>(&step))
            sent = co_await send(*status, stop);
        else if (const auto *event = std::get_if<RecordEvent>(&step))
            sent = co_await send(*event, stop);
        if (!sent)
            co_return sent;
    }
    co_return Expected<void>();
}

Task<void> LiveEffects::send(PutRemote step, std::stop_token stop)
{
    const Expected<QJsonObject> stored = co_await m_patronus.put(step.kind, step.name, step.body, stop);
    if (stored)
        m_inventory.notePut(step.kind, step.name, *stored);
    else if (stored.error().isRetryable() || stored.error().kind == Error::Kind::Malformed
        || stored.error().kind == Error::Kind::Cancelled)
        m_inventory.forget(step.kind, step.name); // it may have arrived, or not
    co_return stored.transform([](const QJsonObject &) { });
}

Task<void> LiveEffects::send(DeleteRemote step, std::stop_token stop)
{
    const Expected<void> removed = co_await m_patronus.remove(step.kind, step.name, stop);
    if (removed)
        m_inventory.noteRemoved(step.kind, step.name);
    co_return removed;
}

Task<Object> sendFinalizer(KubeClient &client, SetFinalizer step, std::stop_token stop)
{
    // With the UID, an apply to an object that has gone is refused and cannot create another.
    const QJsonObject fields{{u"metadata"_s,
        QJsonObject{{u"uid"_s, step.object.uid()}, {u"finalizers"_s, QJsonArray{names::finalizer}},
            {u"annotations"_s, QJsonObject{{names::remoteName, step.object.key().name}}}}}};
    return client.apply(step.type, step.object.key(), {}, fields,
        {.fieldManager = names::metadataManager, .force = true, .metadataOnly = true}, stop);
}

Task<void> LiveEffects::send(SetFinalizer step, std::stop_token stop)
{
    const Expected<Object> answer = co_await sendFinalizer(m_kube, step, stop);
    if (answer)
        storeOf(step.type).noteWritten(*answer);
    co_return answer.transform([](const Object &) { });
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who performs a step owns the client
Task<Object> sendFinalizerRemoval(KubeClient &client, RemoveFinalizer step, std::stop_token stop)
{
    const QString path = u"/metadata/finalizers/%1"_s.arg(step.object.finalizers().indexOf(QString(names::finalizer)));
    const auto test = [](const QString &where, const QString &value) {
        return QJsonObject{{u"op"_s, u"test"_s}, {u"path"_s, where}, {u"value"_s, value}};
    };
    const QJsonArray patch{test(u"/metadata/uid"_s, step.object.uid()), test(path, names::finalizer),
        QJsonObject{{u"op"_s, u"remove"_s}, {u"path"_s, path}}};
    const Expected<Object> answer = co_await client.patch(step.type, step.object.key(), {}, PatchType::Json, patch,
        {.fieldManager = names::metadataManager, .metadataOnly = true}, stop);
    if (answer)
        co_return *answer;
    if (answer.error().kind == Error::Kind::NotFound)
        co_return Object();
    Error error = answer.error();
    if (error.kind == Error::Kind::Invalid) // a test of the patch failed: the object is another than the one seen
        error.kind = Error::Kind::Conflict;
    co_return std::unexpected(error);
}

Task<void> LiveEffects::send(RemoveFinalizer step, std::stop_token stop)
{
    const Expected<Object> answer = co_await sendFinalizerRemoval(m_kube, step, stop);
    // Who is woken before the watch tells of it must not delete at the API again. With its last finalizer the object
    // ends within that very request, and the answer then has no newer version.
    if (answer && answer->finalizers().isEmpty())
        storeOf(step.type).noteGone(step.object);
    else if (answer)
        storeOf(step.type).noteWritten(*answer);
    co_return answer.transform([](const Object &) { });
}

Task<void> LiveEffects::send(PatchStatus step, std::stop_token stop)
{
    const Expected<Object> answer
        = co_await m_kube.apply(step.type, step.object.key(), u"status"_s, {{u"status"_s, step.status}},
            {.fieldManager = names::statusManager, .force = true, .metadataOnly = true}, stop);
    if (!answer) {
        if (answer.error().kind == Error::Kind::NotFound)
            co_return Expected<void>(); // it has gone: there is nobody to tell
        co_return std::unexpected(answer.error());
    }
    Store &store = storeOf(step.type);
    const std::optional<Object> held = store.find(step.object.key());
    if (held && held->uid() == answer->uid() && held->generation() == answer->generation()) {
        QJsonObject json = held->json();
        QJsonObject status = held->status();
        for (auto it = step.status.begin(); it != step.status.end(); ++it)
            status.insert(it.key(), *it);
        json.insert("status"_L1, status);
        json.insert("metadata"_L1, answer->json()["metadata"_L1]);
        store.noteWritten(Object(json));
    }
    co_return Expected<void>();
}

Task<void> LiveEffects::send(RecordEvent step, std::stop_token)
{
    using enum EventRecorder::Type;
    m_events.record(step.object, step.type, step.isWarning ? Warning : Normal, step.reason, step.message);
    co_return Expected<void>();
}

} // namespace patronus
