// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/connection.h"
#include "operator/options.h"
#include "patronusapi/client.h"

namespace patronus {

class Metrics;

/// The connections that the settings ask for: the running operator's and the check's are the same.

/// To the API server. @p clock and @p metrics have to outlive it.
[[nodiscard]] Expected<std::unique_ptr<KubeConnection>> connectKubernetes(
    const OperatorOptions &options, Clock &clock, WriteGate mayWrite, Metrics *metrics);

/// The Patronus API, with the transport that carries it.
struct PatronusConnection {
    std::shared_ptr<Transport> transport;
    std::unique_ptr<HttpPatronusClient> client;
};
[[nodiscard]] Expected<PatronusConnection> connectPatronus(
    const OperatorOptions &options, Clock &clock, WriteGate mayWrite, Metrics *metrics);

} // namespace patronus
