// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/database.h"
#include "app/simulator/faults.h"
#include "app/simulator/requestlog.h"
#include "app/simulator/signin.h"
#include "patronusapi/types.h"

#include <QHostAddress>
#include <QUrl>

#include <memory>
#include <optional>

namespace patronus {

/// The Patronus API without a network behind it: resources/openapi/patronus-api.yaml on a port of this process.
///
/// Beside the API there are calls under /_control (docs: `patronus-sim --help`), which change and show the simulator
/// itself; they ask for no credentials, count for no limit and meet no fault.
class PatronusSimulator
{
public:
    struct Settings {
        quint32 seed = 1; ///< of telemetry and faults
        bool isFrozen = false; ///< telemetry stands still until freeze(false)
        std::chrono::milliseconds interval = std::chrono::seconds(5); ///< between two steps of the telemetry
        simulator::SignIn::Settings signIn = {};
        int requestsPerMinute = 0; ///< of an address; 0: no limit
        int requestsPerHour = 0; ///< of a user; 0: no limit
        simulator::Faults faults = {};
        QString dataFile = {}; ///< where Sites and Policies are kept; empty: in memory
        bool hasControl = true; ///< serve /_control
        QString version = QStringLiteral("1.0.0"); ///< that the API claims to have
    };

    /// @p clock has to outlive it.
    PatronusSimulator(Settings settings, Clock &clock);
    ~PatronusSimulator(); ///< saves, and closes all connections
    Q_DISABLE_COPY_MOVE(PatronusSimulator)

    /// Reads the data file and begins to answer. Port 0: any that is free.
    [[nodiscard]] Expected<void> listen(const QHostAddress &address = QHostAddress::LocalHost, quint16 port = 0);
    [[nodiscard]] QUrl url() const; ///< "http://127.0.0.1:40123"

    // What /_control does, for who is in the same process.
    void setFaults(const simulator::Faults &faults);
    void freeze(bool frozen);
    void step(); ///< moves the telemetry by one interval now, frozen or not
    bool pinPath(const QString &pathId, std::optional<RemotePath::Status> status); ///< false: no such path
    void revokeTokens();
    [[nodiscard]] const simulator::RequestLog &requests() const;
    [[nodiscard]] const simulator::Database &objects() const; ///< what is stored
    /// Faults off, requests and limits forgotten; with @p withData the objects and their telemetry too.
    void reset(bool withData);

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
