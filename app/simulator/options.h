// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/patronussimulator.h"

namespace patronus {

/// What `patronus-sim` was asked for on its command line.
struct SimulatorOptions {
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 8081;
    PatronusSimulator::Settings settings;
    bool showHelp = false, showVersion = false;
};

/// Reads @p arguments (the program's name first). Invalid names every mistake, a line each.
[[nodiscard]] Expected<SimulatorOptions> readSimulatorOptions(const QStringList &arguments);

/// What --help prints: options, control calls, exit status, examples.
[[nodiscard]] QString simulatorHelp();

} // namespace patronus
