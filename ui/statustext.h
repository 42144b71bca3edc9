// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

namespace patronus {

/// How current what is shown is, in a line; @p now is UTC.
struct LivenessText {
    State state;
    QString text;
};
[[nodiscard]] LivenessText livenessText(const Liveness &live, const QDateTime &now);
/// Why a view of a resource has nothing to show, and what to do; empty: @p live is no reason.
[[nodiscard]] QString absenceText(const Liveness &live, bool isSynced);
/// Who leads, and how many of the operator's replicas are ready.
[[nodiscard]] QString leaderText(const OperatorInfo &info);

/// Who holds the operator, since when, why and until when; @p now is UTC.
[[nodiscard]] QStringList heldText(const OperatorInfo::Held &held, const QDateTime &now);

} // namespace patronus
