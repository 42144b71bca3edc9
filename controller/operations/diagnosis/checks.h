// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/diagnosis/check.h"
#include "operations/diagnosis/facts.h"

namespace patronus {

// The checks, a theme a file. Pure.
[[nodiscard]] QList<Check> deploymentChecks(const DiagnosisFacts &facts);
[[nodiscard]] QList<Check> podChecks(const DiagnosisFacts &facts);
[[nodiscard]] QList<Check> accessChecks(const DiagnosisFacts &facts); ///< account, permissions, Lease
[[nodiscard]] QList<Check> crdChecks(const DiagnosisFacts &facts); ///< CRDs, admission
[[nodiscard]] QList<Check> apiChecks(const DiagnosisFacts &facts); ///< the way to the Patronus API
[[nodiscard]] QList<Check> objectChecks(const DiagnosisFacts &facts);
[[nodiscard]] QList<Check> metricChecks(const DiagnosisFacts &facts);

// Words that several of them use.
/// "3 Sites" and alike, of which the first are named: "3: default/a, default/b, north/c".
[[nodiscard]] QString namesOf(const QList<Object> &objects);
/// How long ago, for people: "40 s", "12 min", "9 h", "3 d".
[[nodiscard]] QString ageText(const QDateTime &then, const QDateTime &now);
/// The time in @p value, a metav1.Time; invalid where it is none.
[[nodiscard]] QDateTime timeOf(const QJsonValue &value);
/// The item of @p list whose member "type" is @p type: a condition.
[[nodiscard]] QJsonObject conditionOfType(const QJsonValue &list, QLatin1StringView type);

} // namespace patronus
