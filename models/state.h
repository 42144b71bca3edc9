// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "sdwan/conditions.h" // isPaused()

#include <QString>

#include <optional>

namespace patronus {

/// The five words that the console has for how something is; the same everywhere.
enum class State { Ready, Working, Degraded, Failed, Unknown };
inline constexpr State allStates[]
    = {State::Failed, State::Degraded, State::Working, State::Unknown, State::Ready}; // worst first

[[nodiscard]] QString stateName(State state);
/// 0 is worst: what sorts a table so that what is not well stands on top.
[[nodiscard]] int severityRank(State state);

/// A metav1.Condition.
struct ObjectCondition {
    QString type = {}, status = {}, reason = {}, message = {};
    QDateTime lastTransition = {}; ///< UTC
};

/// The conditions of @p object's status, in its order; what is no object is left out.
[[nodiscard]] QList<ObjectCondition> conditionsOf(const Object &object);
[[nodiscard]] std::optional<ObjectCondition> conditionOf(const Object &object, QStringView type);

/// Whether the status is about an older spec than the one that stands there.
[[nodiscard]] bool isBehind(const Object &object);
/// How a Site or Policy is, from its conditions and phase, also those of the CRDs before there were conditions.
/// A Ready that is about an older generation than the spec is Working: the operator has not spoken about this spec yet.
[[nodiscard]] State stateOf(const Object &object);
/// Why it is so: Ready's reason, or in the console's words where the operator has said nothing.
[[nodiscard]] QString reasonOf(const Object &object);

} // namespace patronus

Q_DECLARE_METATYPE(patronus::State)
