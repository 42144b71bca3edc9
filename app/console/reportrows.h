// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/reportmodel.h"
#include "operations/diagnosis/diagnosis.h"
#include "operations/drift.h"
#include "operations/helmhistory.h"
#include "operations/rolloutundo.h"

namespace patronus::reportrows {

// What was found, as rows of a report: pure functions.

[[nodiscard]] QString localTime(const QDateTime &time);

[[nodiscard]] ReportModel::Row rowOf(const JournalEntry &entry);
[[nodiscard]] ReportModel::Row rowOf(const Check &check);
[[nodiscard]] ReportModel::Row rowOf(const DriftItem &item);
/// The newest on top, each beside each other one.
[[nodiscard]] QList<ReportModel::Row> rowsOf(const HelmHistory &history);
[[nodiscard]] QList<ReportModel::Row> rowsOf(const QList<RolloutRevision> &history);

} // namespace patronus::reportrows
