// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patronusapi/inventory.h"
#include "runtime/reconciler.h"
#include "sdwan/effects.h"
#include "sdwan/nameclaims.h"
#include "sdwan/outcome.h"
#include "sdwan/servedschema.h"

namespace patronus {

class Clock;
class Telemetry;

/// Makes the Patronus API hold what one Site or Policy says, and writes back how that went.
///
/// It reads caches only (store, inventory, telemetry) and changes the world only through Effects, so that the operator
/// and the console's preview run the same code. In steady state it makes no step at all, and neither while the CRD
/// speaks another language than ours.
class SdwanReconciler : public Reconciler
{
public:
    /// What it reads and where it writes; all have to outlive it.
    struct World {
        const Store &store; ///< of this kind
        NameClaims &names; ///< of this kind
        const NameClaims &sites; ///< what references point to
        const Inventory &inventory;
        const ServedSchema &schema; ///< of this kind; may change between two reconciles
        Effects &effects;
        Clock &clock;
        Telemetry *telemetry = nullptr; ///< null: numbers in a status stay as they are
    };

    /// @p successInterval: a converged object is looked at again this often.
    SdwanReconciler(const Kind &kind, World world, std::chrono::milliseconds successInterval);

    Task<Result> reconcile(ObjectKey key, std::stop_token stop) override;
    bool isNews(const Object &after, const Object &before) const override;

private:
    Task<Outcome> converge(Object object, std::stop_token stop);
    Task<Result> finalize(Object object, std::stop_token stop);
    Task<void> tell(Object object, Outcome outcome, std::stop_token stop);
    [[nodiscard]] std::optional<PutRemote> planPut(const Object &object) const;
    [[nodiscard]] QStringList missingSites(const Object &object) const;

    const Kind &m_kind;
    const World m_world;
    const std::chrono::milliseconds m_successInterval;

    /// What the API made of the body that was sent last, where that differs: an API that rewrites values is not sent
    /// them again for ever.
    struct Sent {
        QJsonObject body, stored;
    };
    QHash<QString, Sent> m_sent;

    /// The Ready that an object was last told, for a CRD that keeps no conditions: only what is new becomes an Event.
    struct Told {
        QString uid, reason, message;
    };
    [[nodiscard]] std::optional<Told> toldBefore(const Object &object) const;
    QHash<ObjectKey, Told> m_told;
};

} // namespace patronus
