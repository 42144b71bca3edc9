// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/sdwanreconciler.h"

#include "core/clock.h"
#include "sdwan/difference.h"
#include "sdwan/names.h"
#include "sdwan/telemetry.h"

using namespace Qt::StringLiterals;

namespace patronus {

SdwanReconciler::SdwanReconciler(const Kind &kind, World world, std::chrono::milliseconds successInterval)
    : m_kind(kind), m_world(world), m_successInterval(successInterval)
{
}

Task<Result> SdwanReconciler::reconcile(ObjectKey key, std::stop_token stop)
{
    const std::optional<Object> object = m_world.store.find(key); // a copy: the store may change under co_await
    if (!object) {
        m_told.remove(key);
        if (!m_world.names.ownerOf(key.name))
            m_sent.remove(key.name);
        co_return Result{};
    }
    if (m_world.schema.snakeCaseField())
        co_return Result{}; // what the spec says cannot be read by it; whoever reads the schema wakes us when it is
                            // ours
    if (isPaused(*object)) {
        const Expected<void> told = co_await tell(*object, pausedOutcome(*object), stop);
        co_return told.transform([] { return Result{}; });
    }
    if (object->isDeleting())
        co_return co_await finalize(*object, stop);

    const Expected<Outcome> ended = co_await converge(*object, stop);
    if (!ended && ended.error().kind == Error::Kind::Cancelled && !stop.stop_requested())
        co_return Result{};
    if (!ended && (ended.error().kind == Error::Kind::Cancelled || ended.error().kind == Error::Kind::WriteRefused))
        co_return std::unexpected(ended.error()); // stopping: nobody is told
    const Outcome outcome = ended ? *ended : failedOutcome(*object, ended.error());

    // The finalizer may have been set on the way: the status goes to the newest version that is known.
    const Object newest = m_world.store.find(key).value_or(*object);
    const Expected<void> told = co_await tell(newest.uid() == object->uid() ? newest : *object, outcome, stop);
    if (outcome.error)
        co_return std::unexpected(*outcome.error);
    co_return told.transform([this] { return Result{.again = m_successInterval}; });
}

/// The finalizers and annotations of @p object without those by which we mark it as ours.
static std::pair<QStringList, QJsonObject> ofOthers(const Object &object)
{
    QStringList finalizers = object.finalizers();
    finalizers.removeAll(names::finalizer);
    QJsonObject annotations = object.json()["metadata"_L1]["annotations"_L1].toObject();
    annotations.remove(names::remoteName);
    return {finalizers, annotations};
}

static bool isMarked(const Object &object)
{
    return object.hasFinalizer(names::finalizer) && object.annotation(names::remoteName) == object.key().name;
}

bool SdwanReconciler::isNews(const Object &after, const Object &before) const
{
    if (!Reconciler::isNews(after, before))
        return false;
    // The reconcile that has just marked it goes on from there, and needs no second one.
    return !isSameWish(after, before) || !isMarked(after) || ofOthers(after) != ofOthers(before);
}

/// The first sweep is on its way, and its end wakes every object: nobody needs to be told.
static Error notReadYet()
{
    return {.kind = Error::Kind::Cancelled,
        .message = u"the Patronus API has not been read yet"_s,
        .metricType = "api_unreachable"};
}

Task<Outcome> SdwanReconciler::converge(Object object, std::stop_token stop)
{
    if (const auto problems = m_kind.validate(object); !problems.isEmpty())
        co_return invalidOutcome(problems);

    const auto owner = m_world.names.ownerOf(object.key().name);
    if (!owner || owner->uid() != object.uid()) {
        m_world.names.noteLoser(object);
        co_return conflictOutcome(object, owner);
    }
    const auto claim = m_world.names.claim(object);
    const QStringList missing = missingSites(object);
    if (!missing.isEmpty() && m_kind.missingReference == MissingReference::Wait)
        co_return missingOutcome(missing, false);
    if (!m_world.inventory.isRead()) // without it every object would be sent again at each start
        co_return std::unexpected(m_world.inventory.lastError().value_or(notReadYet()));

    QList<Step> steps;
    // Before the first PUT, so that no delete can be lost from then on.
    if (!object.hasFinalizer(names::finalizer) || object.annotation(names::remoteName) != object.key().name)
        steps.append(SetFinalizer{m_kind.resource(), object});
    const std::optional<PutRemote> put = planPut(object);
    if (put)
        steps.append(*put);
    if (!steps.isEmpty()) {
        const Expected<void> performed = co_await m_world.effects.perform(steps, stop);
        if (!performed)
            co_return std::unexpected(performed.error());
    }
    if (put) {
        const QJsonObject stored = m_world.inventory.find(put->kind, put->name).value_or(QJsonObject());
        if (differences(put->body, stored).isEmpty())
            m_sent.remove(put->name); // nothing to remember: a look at the inventory says the same
        else
            m_sent.insert(put->name, {put->body, stored});
    }
    co_return missing.isEmpty() ? syncedOutcome(m_kind) : missingOutcome(missing, true);
}

std::optional<PutRemote> SdwanReconciler::planPut(const Object &object) const
{
    const QString name = object.key().name;
    PutRemote put{.kind = m_kind.remote, .name = name, .body = m_kind.remoteBody(object)};
    const auto remote = m_world.inventory.find(m_kind.remote, name);
    if (!remote)
        return put;
    if (const auto sent = m_sent.constFind(name);
        sent != m_sent.cend() && sent->body == put.body && sent->stored == *remote)
        return std::nullopt;
    put.differences = differences(put.body, *remote);
    return put.differences.isEmpty() ? std::nullopt : std::optional(put);
}

QStringList SdwanReconciler::missingSites(const Object &object) const
{
    QStringList missing;
    for (const QString &site : m_kind.references(object))
        if (!m_world.sites.exists(site) && !m_world.inventory.find(RemoteKind::Site, site))
            missing.append(site);
    return missing;
}

Task<Result> SdwanReconciler::finalize(Object object, std::stop_token stop)
{
    if (!object.hasFinalizer(names::finalizer))
        co_return Result{}; // not ours, or gone already
    const auto owner = m_world.names.ownerOf(object.key().name);
    const bool ours = owner && owner->uid() == object.uid();
    QList<Step> steps;
    if (ours && object.annotation(names::deletionPolicy) != "Orphan"_L1)
        steps.append(DeleteRemote{m_kind.remote, object.key().name});
    steps.append(RemoveFinalizer{m_kind.resource(), object});

    const Expected<void> performed = co_await m_world.effects.perform(steps, stop);
    if (performed) {
        if (ours)
            m_sent.remove(object.key().name);
        co_return Result{};
    }
    if (performed.error().kind == Error::Kind::Cancelled || performed.error().kind == Error::Kind::WriteRefused)
        co_return std::unexpected(performed.error());
    const Outcome outcome = deletionOutcome(performed.error());
    (void)co_await tell(object, outcome, stop); // the deletion's own error is what counts
    co_return std::unexpected(*outcome.error);
}

std::optional<SdwanReconciler::Told> SdwanReconciler::toldBefore(const Object &object) const
{
    if (const QJsonObject ready = condition(object, conditions::Ready); !ready.isEmpty())
        return Told{object.uid(), ready["reason"_L1].toString(), ready["message"_L1].toString()};
    const auto told = m_told.constFind(object.key());
    return told != m_told.cend() && told->uid == object.uid() ? std::optional(*told) : std::nullopt;
}

Task<void> SdwanReconciler::tell(Object object, Outcome outcome, std::stop_token stop)
{
    const QJsonObject whole = statusFor(m_kind, object, outcome, m_world.clock.wallTime());
    QJsonObject status = m_world.schema.project(whole);
    // A patch with nothing but a newer time would wake this very object again, for ever.
    bool isSame = statusIs(object, status);
    if (Telemetry *const telemetry = m_world.telemetry) {
        const StatusNumbers numbers
            = isSame ? telemetry->worthWriting(m_kind.remote, object) : telemetry->ridingAlong(m_kind.remote, object);
        if (!numbers.isEmpty()) {
            status = m_world.schema.project(withNumbers(whole, numbers));
            isSame = statusIs(object, status); // a CRD may have no field for them
        }
    }
    const std::optional<Told> before = toldBefore(object);
    const bool isWarning = outcome.error.has_value();
    // Where nobody remembers what was told, a status that stays as it is was told by an earlier process.
    const bool isNews
        = before ? before->reason != outcome.reason || (isWarning && before->message != outcome.message) : !isSame;
    QList<Step> steps;
    if (!isSame)
        steps.append(PatchStatus{m_kind.resource(), object, status});
    if (isNews)
        steps.append(RecordEvent{m_kind.resource(), object, isWarning, outcome.reason, outcome.message});
    Expected<void> performed;
    if (!steps.isEmpty())
        performed = co_await m_world.effects.perform(steps, stop);
    if (performed && !m_world.schema.keepsConditions())
        m_told.insert(object.key(), {object.uid(), outcome.reason, outcome.message});
    co_return performed;
}

} // namespace patronus
