// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "ui/mainwindow.h"

namespace patronus {

/// Shown, and with the keyboard.
inline void showActive(MainWindow &window)
{
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
}

/// A window on a cluster that a test fills by hand.
struct WindowDesk {
    Store sites, policies, events;
    ManualClock clock;
    ContextsModel contexts;
    ClusterModel cluster;
    MainWindow window{contexts};

    /// @p identity: empty: nothing is remembered.
    [[nodiscard]] static ContextEntry ofProduction(const QString &identity = {})
    {
        return {.name = QStringLiteral("prod-eu"), .server = QStringLiteral("https://api"), .identity = identity};
    }

    explicit WindowDesk(const ContextEntry &context = ofProduction()) : cluster(context, sites, policies, events, clock)
    {
    }
    ~WindowDesk() { window.setCluster(nullptr); }
    Q_DISABLE_COPY_MOVE(WindowDesk)

    /// All that is watched answers.
    void setLive()
    {
        for (const ClusterModel::Resource resource : ClusterModel::allResources)
            cluster.setLiveness(resource, {Liveness::State::Live, clock.wallTime(), {}});
    }
    /// The window shows the cluster, and has the keyboard.
    void show()
    {
        window.setCluster(&cluster);
        showActive(window);
    }
};

} // namespace patronus
