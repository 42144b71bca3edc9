// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QDateTime>
#include <QString>

namespace patronus::units {

/// How long ago, in one unit, as kubectl has it: "12 s", "4 min", "9 h", "40 d". "–" for an invalid time; the future is
/// "0 s".
[[nodiscard]] QString age(const QDateTime &time, const QDateTime &now);
/// 1234567 as "1.2 M"; up to 9999 as it is.
[[nodiscard]] QString count(double value);
/// "3.4 MB"; decimal units.
[[nodiscard]] QString bytes(double value);
/// A duration for a chart: "830 ms", "2.4 s".
[[nodiscard]] QString seconds(double value);
/// The exact time for a tip, in local time with its zone.
[[nodiscard]] QString exact(const QDateTime &time);
/// The first three, and how many more there are.
[[nodiscard]] QString listed(const QList<ObjectKey> &keys);

inline constexpr QChar none = u'–'; ///< what stands where there is no value

} // namespace patronus::units
