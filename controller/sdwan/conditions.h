// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QDateTime>
#include <QJsonArray>
#include <QLatin1StringView>

namespace patronus {

namespace conditions {
inline constexpr QLatin1StringView Ready("Ready"); ///< the summary
inline constexpr QLatin1StringView Synced("Synced"); ///< the API holds this generation
inline constexpr QLatin1StringView ReferencesResolved("ReferencesResolved");
inline constexpr QLatin1StringView Reconciling("Reconciling"); ///< kstatus: working on it
inline constexpr QLatin1StringView Stalled("Stalled"); ///< kstatus: only an edit helps
} // namespace conditions

namespace reasons {
inline constexpr QLatin1StringView Synced("Synced");
inline constexpr QLatin1StringView InvalidSpec("InvalidSpec");
inline constexpr QLatin1StringView NameConflict("NameConflict");
inline constexpr QLatin1StringView SiteNotFound("SiteNotFound");
inline constexpr QLatin1StringView ApiUnreachable("APIUnreachable");
inline constexpr QLatin1StringView ApiRejected("APIRejected");
inline constexpr QLatin1StringView RateLimited("RateLimited");
inline constexpr QLatin1StringView Unauthorized("Unauthorized");
inline constexpr QLatin1StringView Paused("Paused");
inline constexpr QLatin1StringView Deleting("Deleting");
inline constexpr QLatin1StringView KubernetesError("KubernetesError");
inline constexpr QLatin1StringView Resolved("Resolved"); ///< ReferencesResolved=True
inline constexpr QLatin1StringView Progressing("Progressing"); ///< Reconciling=True
} // namespace reasons

/// A metav1.Condition without its time and generation, which mergeConditions() gives it.
struct Condition {
    QLatin1StringView type;
    enum class Status { True, False, Unknown } status;
    QLatin1StringView reason;
    QString message = {};
};

/// @p wanted as it stands in a status. lastTransitionTime is @p now only where `status` differs from what @p held has
/// for the type; where it does not, the time held stays
/// (https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Condition).
[[nodiscard]] QJsonArray mergeConditions(
    const QJsonArray &held, const QList<Condition> &wanted, qint64 generation, const QDateTime &now);

/// The condition of @p type in the object's status; empty where there is none.
[[nodiscard]] QJsonObject condition(const Object &object, QLatin1StringView type);
[[nodiscard]] QString conditionReason(const Object &object, QLatin1StringView type);

/// Whether the operator is told to leave @p object alone.
[[nodiscard]] bool isPaused(const Object &object);

} // namespace patronus
