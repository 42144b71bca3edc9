// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/crdupgrade.h"

namespace patronus {

/// @p spec of the replaced operator in this one's language: public_key becomes publicKey, at every depth. Names and
/// values of people stay as they are.
[[nodiscard]] QJsonObject toCamelCase(const QJsonObject &spec);

/// Turns the Sites and Policies of the replaced operator, and their CRDs, into this one's. On the way the CRDs let
/// specs have any field, so that each object is at any time wholly in the one language or in the other, and whoever is
/// cut off goes on from what the cluster has.
class Migration final : public ChangeAction
{
public:
    /// With @p acceptLoss fields that the new CRDs do not know may go.
    Migration(ActionWorld world, QList<QJsonObject> definitions, bool acceptLoss);

    /// Of facts alone.
    [[nodiscard]] static Decision decisionFor(const QList<CrdFacts> &facts, bool acceptLoss);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const QList<QJsonObject> m_definitions;
    const bool m_acceptLoss;
    QList<CrdFacts> m_facts; // of the last plan
};

/// All of docs/migration.md up to helm upgrade: the old operator is stopped, with a record of its replicas; everything
/// is saved; then the Migration.
[[nodiscard]] std::unique_ptr<Action> makeMigration(const ActionWorld &world, const CrdUpgradeWish &wish);

} // namespace patronus
