// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/maintenance.h"

namespace patronus {

struct DrainWish {
    bool orphan = false; ///< the Patronus API keeps what it holds
    bool forceFinalizers = false; ///< the operator has gone: take its finalizers away by hand
    std::chrono::seconds limit = std::chrono::minutes(5); ///< of the wait until all are gone
};

struct DrainFacts {
    QList<Object> objects = {}; ///< Sites, then Policies
    std::optional<MaintenanceStatus> deployment = std::nullopt; ///< the operator's
};

/// Deletes all Sites and Policies and waits until they are gone, so that nothing is left that waits for an operator.
class Drain final : public ChangeAction
{
public:
    Drain(ActionWorld world, DrainWish wish);

    /// Of facts alone.
    [[nodiscard]] static Decision decisionFor(const DrainFacts &facts, const DrainWish &wish);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const DrainWish m_wish;
};

/// Deletes the CRDs of Sites and Policies, once there is no object of them any more.
class CrdRemoval final : public ChangeAction
{
public:
    using ChangeAction::ChangeAction;

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;
};

} // namespace patronus
