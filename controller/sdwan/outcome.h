// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "sdwan/conditions.h"
#include "sdwan/kind.h"

namespace patronus {

/// How a look at one object ended; every reconcile ends in exactly one.
struct Outcome {
    enum class Phase { Pending, Active, Failed, Terminating };

    Phase phase;
    QLatin1StringView reason; ///< of Ready
    QString message;
    bool synced = false; ///< the API holds this generation
    QString missingSites = {}; ///< comma-separated; empty: all references are there
    std::optional<Error> error = std::nullopt; ///< what the reconcile ends with
};

[[nodiscard]] Outcome syncedOutcome(const Kind &kind);
[[nodiscard]] Outcome invalidOutcome(const QList<Problem> &problems);
[[nodiscard]] Outcome conflictOutcome(const Object &object, const std::optional<Object> &owner);
[[nodiscard]] Outcome missingOutcome(const QStringList &sites, bool synced);
[[nodiscard]] Outcome pausedOutcome(const Object &object);
/// Something did not work: the API, or Kubernetes. Retryable ones leave the phase at Pending, or Active where the
/// API holds an earlier generation.
[[nodiscard]] Outcome failedOutcome(const Object &object, const Error &error);
[[nodiscard]] Outcome deletionOutcome(const Error &error);

/// Numbers that telemetry gives a status: names as in the status.
using StatusNumbers = QJsonObject;

/// The whole of the operator's part of the status for @p outcome, with the telemetry that the status has.
[[nodiscard]] QJsonObject statusFor(
    const Kind &kind, const Object &object, const Outcome &outcome, const QDateTime &now);

/// @p status with the telemetry that @p numbers has, and no other.
[[nodiscard]] QJsonObject withNumbers(QJsonObject status, const QJsonObject &numbers);

/// Whether @p wanted says the same as the object's status, for the members that it has.
[[nodiscard]] bool statusIs(const Object &object, const QJsonObject &wanted);

[[nodiscard]] QString phaseText(Outcome::Phase phase);
/// The phase in the object's status; a CRD without one (Policy, as users have it) still says whether it is active.
[[nodiscard]] QString phaseOf(const Object &object);

} // namespace patronus
