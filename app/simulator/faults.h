// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"
#include "core/error.h"

#include <chrono>

class QRandomGenerator;

namespace patronus::simulator {

/// What goes wrong on demand. The rates are shares of the requests, 0 to 1; of one request at most one of them is
/// drawn.
struct Faults {
    enum class Down { No, Status503, Close };

    std::chrono::milliseconds latency{}; ///< before each answer
    std::chrono::milliseconds jitter{}; ///< up to so much more
    double errorRate = 0; ///< answered with errorStatus, not performed
    int errorStatus = 500;
    double throttleRate = 0; ///< answered with 429, not performed
    int retryAfterSeconds = 1; ///< of such a 429
    double hangRate = 0; ///< not performed, never answered
    double cutRate = 0; ///< performed, and the connection closed in the middle of the answer
    double garbageRate = 0; ///< performed, and answered with bytes that are no JSON
    Down down = Down::No; ///< every request: 503, or the connection closed without an answer
    QString method = {}; ///< only requests of this verb; empty: all
    QString path = {}; ///< only requests whose path begins so ("/api/v1/sites"); empty: all
    qint64 count = -1; ///< so many requests of that kind, then none; -1: no end

    [[nodiscard]] QJsonObject toJson() const;
    /// Every member is optional; Invalid names each member that is unknown or wrong.
    [[nodiscard]] static Expected<Faults> fromJson(const QJsonObject &json);

    friend bool operator==(const Faults &, const Faults &) = default;
};

/// What befalls one request.
struct Fault {
    enum class Kind { None, Error, Throttle, Hang, Cut, Garbage, Unavailable, Close } kind = Kind::None;
    std::chrono::milliseconds delay{};
};

/// Draws the fault of @p request; counts down Faults::count.
[[nodiscard]] Fault drawFault(Faults &faults, const Request &request, QRandomGenerator &random);

} // namespace patronus::simulator
