// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "e2e/hands.h"
#include "e2e/objects.h"
#include "support/operatorworld.h"
#include "support/testsettings.h"

namespace patronus {

/// What is done in the window beside a real API server and the simulated Patronus API, which all functions share.
class WindowTest : public TestCase
{
protected:
    /// What the console writes of itself is in m_home from now on.
    void startWorld()
    {
        theme::apply(theme::Scheme::Light);
        auto world = OperatorWorld::start();
        if (!world)
            qFatal("%s", qPrintable(world.error().message));
        m_world = *std::move(world);
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_home.path()));
    }

    QTemporaryDir m_home;
    std::unique_ptr<OperatorWorld> m_world;
    SystemClock m_clock;
};

} // namespace patronus
