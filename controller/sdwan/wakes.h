// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/controller.h"
#include "runtime/triggers.h"
#include "sdwan/kind.h"
#include "sdwan/nameclaims.h"
#include "sdwan/schemawatch.h"
#include "sdwan/sweeper.h"

namespace patronus {

/// Which object is looked at again when another one, or the API's side, changes: who refers to a Site that came or
/// went, who shares a name with one that came, went or
/// claims it otherwise than before, what a sweep found changed, what has new numbers; and all, when
/// the CRDs are others than before.
class Wakes : public QObject
{
    Q_OBJECT

public:
    /// One kind's part; all have to outlive the wakes.
    struct Side {
        const Kind &kind;
        const Store &store;
        const NameClaims &names;
        Controller &controller;
    };

    Wakes(Side sites, Side policies, const Inventory &inventory, const Telemetry &telemetry, const Sweeper &sweeper,
        const SchemaWatch &schemas);

private:
    void follow(const Side &side, ReferenceIndex &references);
    void wakeReferrers(const QString &site);
    void wakeNamed(const Side &side, const QString &name, WorkQueue::Class urgency);
    void wakeAll(const Side &side);
    void wakeNews(const Side &side);

    const Side m_sites, m_policies;
    const Telemetry &m_telemetry;
    ReferenceIndex m_siteReferences, m_policyReferences;
};

} // namespace patronus
