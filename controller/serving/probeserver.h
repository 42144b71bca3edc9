// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "serving/httplistener.h"

namespace patronus {

class Heartbeat;
class Metrics;

/// What Kubernetes and Prometheus ask of a program: `/healthz`, `/livez` and `/readyz` on one port, `/metrics` on
/// another.
///
/// Each port has its own thread, so that neither a busy event loop nor a flood on one port keeps the other from
/// answering. The threads read only the heartbeat, the metrics and the checks. `?verbose` lists the checks that pass
/// too, in the form of Kubernetes' own components.
class ProbeServer
{
public:
    struct Settings {
        quint16 metricsPort = 8080; ///< 0: any
        quint16 healthPort = 8081; ///< 0: any
        QString address = {}; ///< an IP address; empty: all
        std::chrono::milliseconds stallLimit = std::chrono::seconds(10); ///< a heartbeat older than this is no life
        HttpListener::Limits limits = {};
    };

    /// @p metrics and @p heartbeat have to outlive it.
    ProbeServer(Settings settings, const Metrics &metrics, const Heartbeat &heartbeat);
    ~ProbeServer();

    /// Opens both ports. Invalid, with the setting to change, when one cannot be had; neither is open then.
    [[nodiscard]] Expected<void> start();
    [[nodiscard]] quint16 metricsPort() const; ///< the real one; 0 when not started
    [[nodiscard]] quint16 healthPort() const;

    /// `/readyz` says yes while this is true (at first it is not), every check passes and the event loop turns.
    /// May be called from any thread, as setCheck().
    void setReady(bool ready);
    /// Adds or changes a check of `/readyz`, listed by name: @p problem is what is wrong ("not synced: sites"), empty:
    /// it passes.
    void setCheck(const QString &name, const QString &problem);

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
