// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"

namespace patronus {

class PatronusSimulator;

namespace simulator {

struct Faults;

/// The calls under /_control: what a person or a test tells the simulator itself.
class Control
{
public:
    /// Both have to outlive it.
    Control(PatronusSimulator &simulator, const Faults &faults);

    [[nodiscard]] static bool isMeant(const Request &request); ///< the path begins with /_control
    /// @p state is what GET /_control gives.
    [[nodiscard]] Answer answer(const Request &request, const QJsonObject &state);

private:
    [[nodiscard]] Answer setFaults(const Request &request);
    [[nodiscard]] Answer pinPath(const Request &request);
    [[nodiscard]] Answer reset(const Request &request);

    PatronusSimulator &m_simulator;
    const Faults &m_faults;
};

} // namespace simulator
} // namespace patronus
