// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/storemodel.h"

namespace patronus {

// A kind to show is an entry here. The state comes first: what is wrong is seen before what it is called.
[[nodiscard]] QList<StoreModel::Column> siteColumns();
[[nodiscard]] QList<StoreModel::Column> policyColumns();
[[nodiscard]] QList<StoreModel::Column> eventColumns();

/// Warning events are Degraded, others Ready: an event is a remark, not a state.
[[nodiscard]] State eventState(const Object &event);
/// When an Event was last seen; UTC.
[[nodiscard]] QDateTime eventTime(const Object &event);
/// The time of which the Age column shows the distance: an Event's last, else the creation.
[[nodiscard]] QDateTime ageOf(const Object &object);

} // namespace patronus
