// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

/// Names that stand on objects, as users and other programs see them (contract.md).
namespace patronus::names {

/// The operator's Deployment, Lease, Helm chart and label app.kubernetes.io/name.
inline constexpr QLatin1StringView operatorName("patronus-operator");

inline constexpr QLatin1StringView finalizer("sdwan.patronus.dev/cleanup");
inline constexpr QLatin1StringView remoteName("sdwan.patronus.dev/remote-name"); ///< whose the API's name is
inline constexpr QLatin1StringView adopt("sdwan.patronus.dev/adopt"); ///< "true": may take a name over
inline constexpr QLatin1StringView paused("sdwan.patronus.dev/paused"); ///< "true": left alone
inline constexpr QLatin1StringView deletionPolicy("sdwan.patronus.dev/deletion-policy"); ///< "Orphan": the API keeps it

/// On the operator's Deployment while somebody holds it: JSON with replicas, actor, reason, since, until.
inline constexpr QLatin1StringView maintenance("sdwan.patronus.dev/maintenance");

inline constexpr QLatin1StringView statusManager("patronus-operator"); ///< field manager of the status
inline constexpr QLatin1StringView metadataManager(
    "patronus-operator-meta"); ///< field manager of finalizer and annotations

} // namespace patronus::names
