// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/outcome.h"

#include "sdwan/names.h"

using namespace Qt::StringLiterals;

namespace patronus {

QString phaseText(Outcome::Phase phase)
{
    switch (phase) {
    case Outcome::Phase::Pending:
        return u"Pending"_s;
    case Outcome::Phase::Active:
        return u"Active"_s;
    case Outcome::Phase::Failed:
        return u"Failed"_s;
    case Outcome::Phase::Terminating:
        break;
    }
    return u"Terminating"_s;
}

QString phaseOf(const Object &object)
{
    const QJsonValue phase = object.value(u"status.phase");
    if (phase.isString())
        return phase.toString();
    return phaseText(object.value(u"status.active").toBool() ? Outcome::Phase::Active : Outcome::Phase::Pending);
}

static Error terminal(const QString &message, const char *metricType)
{
    return {.kind = Error::Kind::Invalid, .message = message, .metricType = metricType};
}

Outcome syncedOutcome(const Kind &kind)
{
    return {.phase = Outcome::Phase::Active,
        .reason = reasons::Synced,
        .message = u"the Patronus API holds this %1"_s.arg(kind.resource().kind),
        .synced = true};
}

Outcome invalidOutcome(const QList<Problem> &problems)
{
    QStringList lines;
    for (const Problem &problem : problems)
        lines.append(problem.path + ": "_L1 + problem.message);
    const QString message = lines.join(u"; "_s);
    return {.phase = Outcome::Phase::Failed,
        .reason = reasons::InvalidSpec,
        .message = message,
        .error = terminal(message, "validation_failed")};
}

Outcome conflictOutcome(const Object &object, const std::optional<Object> &owner)
{
    const QString message = owner
        ? u"the name \"%1\" belongs to %2 in the Patronus API, which knows no namespaces; rename this object"_s.arg(
              object.key().name, owner->key().text())
        : u"the name \"%1\" belonged to another object; annotate this one with %2=true to take it over"_s.arg(
              object.key().name, names::adopt);
    return {.phase = Outcome::Phase::Failed,
        .reason = reasons::NameConflict,
        .message = message,
        .error = terminal(message, "name_conflict")};
}

Outcome missingOutcome(const QStringList &sites, bool synced)
{
    const QString missing = sites.join(u", "_s);
    const QString message = u"no such Site: %1; create it, or correct the reference"_s.arg(missing);
    return {.phase = Outcome::Phase::Pending,
        .reason = reasons::SiteNotFound,
        .message = message,
        .synced = synced,
        .missingSites = missing,
        .error = terminal(message, "reference_missing")};
}

Outcome pausedOutcome(const Object &object)
{
    const QString phase = phaseOf(object);
    return {.phase = object.isDeleting() ? Outcome::Phase::Terminating
            : phase == "Active"_L1       ? Outcome::Phase::Active
            : phase == "Failed"_L1       ? Outcome::Phase::Failed
                                         : Outcome::Phase::Pending,
        .reason = reasons::Paused,
        .message = u"paused by the annotation %1; remove it to go on"_s.arg(names::paused)};
}

Outcome failedOutcome(const Object &object, const Error &error)
{
    using enum Error::Kind;
    const bool fromApi = error.metricType[0] != '\0';
    const QLatin1StringView reason = !fromApi                   ? reasons::KubernetesError
        : error.kind == Throttled                               ? reasons::RateLimited
        : error.kind == Unauthorized || error.kind == Forbidden ? reasons::Unauthorized
        : error.kind == Unreachable                             ? reasons::ApiUnreachable
                                                                : reasons::ApiRejected;
    const bool wasActive = phaseOf(object) == "Active"_L1;
    const auto phase = error.kind == Invalid ? Outcome::Phase::Failed
        : wasActive                          ? Outcome::Phase::Active
                                             : Outcome::Phase::Pending;
    return {.phase = phase, .reason = reason, .message = error.message, .error = error};
}

Outcome deletionOutcome(const Error &error)
{
    Error counted = error;
    counted.metricType = "deletion_failed";
    return {.phase = Outcome::Phase::Terminating,
        .reason = reasons::Deleting,
        .message = u"the object in the Patronus API could not be deleted yet: %1"_s.arg(error.message),
        .error = counted};
}

static QList<Condition> conditionsFor(const Outcome &outcome)
{
    using enum Condition::Status;
    const bool paused = outcome.reason == reasons::Paused;
    const bool ready = outcome.synced && outcome.missingSites.isEmpty();
    const bool stalled = outcome.error && !outcome.error->isRetryable();
    const auto is = [](bool yes) { return yes ? True : False; };
    const QLatin1StringView syncReason = outcome.synced ? reasons::Synced : outcome.reason;
    return {
        {conditions::Ready, paused ? Unknown : is(ready), outcome.reason, outcome.message},
        {conditions::Synced, paused ? Unknown : is(outcome.synced), syncReason,
            outcome.synced ? QString() : outcome.message},
        {conditions::ReferencesResolved, is(outcome.missingSites.isEmpty()),
            outcome.missingSites.isEmpty() ? reasons::Resolved : reasons::SiteNotFound, outcome.missingSites},
        {conditions::Reconciling, is(outcome.error && !stalled),
            outcome.error && !stalled ? reasons::Progressing : outcome.reason, {}},
        {conditions::Stalled, is(stalled), outcome.reason, stalled ? outcome.message : QString()},
    };
}

QJsonObject statusFor(const Kind &kind, const Object &object, const Outcome &outcome, const QDateTime &now)
{
    const QJsonObject held = object.status();
    QJsonObject status{
        {u"phase"_s, phaseText(outcome.phase)},
        {u"observedGeneration"_s, std::max(object.generation(), held["observedGeneration"_L1].toInteger())},
        {u"conditions"_s,
            mergeConditions(held["conditions"_L1].toArray(), conditionsFor(outcome), object.generation(), now)},
    };
    if (kind.remote == RemoteKind::Policy)
        status.insert("active"_L1, outcome.phase == Outcome::Phase::Active);
    return withNumbers(status, held);
}

QJsonObject withNumbers(QJsonObject status, const QJsonObject &numbers)
{
    for (const auto name : {"peers"_L1, "activePaths"_L1, "healthScore"_L1, "matchedFlows"_L1, "bytesRouted"_L1}) {
        if (const QJsonValue number = numbers[name]; !number.isUndefined())
            status.insert(name, number);
        else
            status.remove(name);
    }
    return status;
}

bool statusIs(const Object &object, const QJsonObject &wanted)
{
    const QJsonObject held = object.status();
    for (auto it = wanted.begin(); it != wanted.end(); ++it)
        if (held[it.key()] != *it)
            return false;
    return true;
}

} // namespace patronus
