// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/driftverdicts.h"
#include "models/policyorder.h"
#include "models/storemodel.h"
#include "models/timecolumns.h"

namespace patronus {

// A kind to show is an entry here. The state comes first: what is wrong is seen before what it is called.
[[nodiscard]] QList<StoreModel::Column> siteColumns(const DriftVerdicts &drift);
[[nodiscard]] QList<StoreModel::Column> policyColumns(
    const PolicyOrder &order, const DriftVerdicts &drift); ///< @p order has to outlive them
[[nodiscard]] QList<StoreModel::Column> eventColumns();
[[nodiscard]] QList<TimeColumns::Column> objectTimes(); ///< of Sites and Policies
[[nodiscard]] QList<TimeColumns::Column> eventTimes();

/// How a Policy stands to the others in a word; empty: in nobody's way.
[[nodiscard]] QString standingText(const PolicyOrder::Standing &standing);
/// Warning events are Degraded, others Ready: an event is a remark, not a state.
[[nodiscard]] State eventState(const Object &event);
/// When an Event was last seen; UTC.
[[nodiscard]] QDateTime eventTime(const Object &event);
/// Since when the Patronus API holds what @p object says, by its condition Synced; UTC, invalid: it does not. The time
/// stays where it is while later specs are taken over without trouble.
[[nodiscard]] QDateTime syncedSince(const Object &object);

} // namespace patronus
