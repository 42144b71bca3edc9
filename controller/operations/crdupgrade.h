// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/backup.h"
#include "operations/changeaction.h"

namespace patronus {

/// One definition, in the cluster and as it is to be, with all that it is the definition of.
struct CrdFacts {
    QJsonObject wanted;
    Object present = {}; ///< null: it is not there
    QList<Object> objects = {};
};

/// Reads the definitions that are there in place of @p definitions, and their objects. @p client has to outlive it.
[[nodiscard]] Task<QList<CrdFacts>> readCrdFacts(
    KubeClient &client, QList<QJsonObject> definitions, std::stop_token stop);

struct CrdUpgradeWish {
    QList<QJsonObject> definitions; ///< readCrds() or builtInCrds()
    bool acceptLoss = false; ///< objects may lose fields, or become such that they can be changed no more
    Backup::Options backup = {}; ///< which is made first where something would be lost
};

/// Replaces the CRDs of Sites and Policies. Every object is held against the new schema before, and read again after.
class CrdUpgrade final : public ChangeAction
{
public:
    CrdUpgrade(ActionWorld world, CrdUpgradeWish wish);

    /// Of facts alone.
    [[nodiscard]] static Decision decisionFor(const QList<CrdFacts> &facts, const CrdUpgradeWish &wish);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    /// Makes the backup, where something would be lost.
    [[nodiscard]] Task<void> prepare(std::stop_token stop) override;
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const CrdUpgradeWish m_wish;
    QList<CrdFacts> m_facts; // of the last plan
    bool m_isLossy = false; // likewise
    QString m_saved; // where the backup is; empty: there is none
};

/// What becomes of @p objects under @p schema, a line each: "Site default/hq loses spec.mesh.zone".
struct SchemaImpact {
    QStringList lost = {}; ///< fields of specs that go, and values that would be refused
    qsizetype statusFields = 0; ///< that go, and that the operator writes again
};
[[nodiscard]] SchemaImpact impactOf(const ResourceType &type, const QList<Object> &objects, const QJsonObject &schema);

/// The objects of @p definition, as soon as that is served. What @p world refers to has to outlive it.
[[nodiscard]] Task<QList<Object>> readServed(ActionWorld world, QJsonObject definition, std::stop_token stop);

/// The JSON merge patch that makes the definition @p present what @p wanted says; empty: it is that.
[[nodiscard]] QJsonObject crdPatch(const QJsonObject &wanted, const Object &present);

} // namespace patronus
