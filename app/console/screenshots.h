// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "ui/mainwindow.h"

namespace patronus {

/// Walks through the views in light and dark once there is something to see, saves a picture of each in @p folder, and
/// gives their paths. All have to live until it ends.
[[nodiscard]] Task<QStringList> takeScreenshots(
    MainWindow &window, ClusterModel &cluster, QString folder, Clock &clock);

} // namespace patronus
