// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "sdwan/kind.h"
#include "sdwan/servedschema.h"

#include <QObject>

#include <array>

namespace patronus {

class Metrics;

/// Knows what the CRDs in the cluster declare, and notices when somebody upgrades, replaces or installs them.
///
/// Helm never upgrades crds/, so people do, at any time and while the operator runs; the guide's permissions let it
/// watch no CRD. So it reads the server's OpenAPI again: every 30 s, and every 5 s while a CRD is missing or speaks
/// another language. What cannot be read leaves what is known as it was. An older CRD is told in the log, by the fields
/// that it does not keep, and by `patronus_operator_crd_outdated{kind}`.
class SchemaWatch : public QObject
{
    Q_OBJECT

public:
    /// All have to outlive it.
    SchemaWatch(KubeClient &client, Clock &clock, Metrics &metrics);
    ~SchemaWatch() override;

    void start();
    [[nodiscard]] Task<void> stop(); ///< ends when nothing is in flight

    /// Of @p kind, which is siteKind() or policyKind(); the reference stays good, and follows what is served.
    [[nodiscard]] const ServedSchema &of(const Kind &kind) const;
    /// Why nothing may be touched, and what to do about it: a line for people. Empty: all is well.
    [[nodiscard]] const QString &problem() const { return m_problem; }

Q_SIGNALS:
    void changed(); ///< problem(), or a schema, is another than before; also when all was read for the first time

private:
    struct Served;
    Task<void> repeat();
    [[nodiscard]] QString take(Served &served, const Expected<ServedSchema> &read);

    struct Served {
        const Kind &kind;
        ServedSchema schema = {};
        bool isRead = false;
    };
    KubeClient &m_client;
    Clock &m_clock;
    Metrics &m_metrics;
    std::array<Served, 2> m_served;
    QString m_problem;
    std::stop_source m_stop;
    std::optional<Task<void>> m_loop;
};

} // namespace patronus
