// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/chartmodel.h"

namespace patronus {

/// What charts show, as CSV (RFC 4180): time (UTC), chart, line, value, unit, note. A line of it for each point; an
/// empty value is no data, which is not zero. Values are in seconds, per second, or a number. Marks follow, with their
/// text as the note.
[[nodiscard]] QByteArray chartsAsCsv(const QList<ChartModel *> &charts);

} // namespace patronus
