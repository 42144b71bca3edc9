// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/chosen.h"

namespace patronus {

/// What a plan for a deletion needs to know.
struct RemovalFacts {
    FoundObjects found;
    QList<Object> sites = {}, policies = {}; ///< all of the cluster that may be read: who refers to what goes
    int operatorReplicas = -1; ///< -1: not known
    QString snapshot = {}; ///< the file that the objects are saved in first
};

/// Deletes Sites and Policies, each only as long as it is what was seen. They are saved in a file before.
class Removal final : public ChangeAction
{
public:
    /// @p snapshots is the folder for what is saved; it is made.
    Removal(ActionWorld world, QList<ChosenObject> chosen, QString snapshots);

    /// Of facts alone: also who loses a peer or a path.
    [[nodiscard]] static Decision decisionFor(const RemovalFacts &facts, const QList<ChosenObject> &chosen);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<void> prepare(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const QList<ChosenObject> m_chosen;
    const QString m_snapshots;
    QList<Object> m_objects; // of the last plan
    QString m_snapshot; // path, likewise
};

} // namespace patronus
