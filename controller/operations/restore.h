// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "operations/change.h"
#include "operations/progress.h"
#include "operations/restoreplan.h"

namespace patronus {

/// What a restore did, also where it ended early.
struct RestoreOutcome {
    QStringList done = {}; ///< "create Site default/hq"
    QStringList notDone = {}; ///< likewise, of the plan
    std::optional<Error> failure = std::nullopt; ///< why it ended before its end
};

/// Makes a cluster have what a RestoreSource has. Nothing is written before everything was tried out; it ends at the
/// first write that fails, and can be run again at any time: what is there already is Identical then.
class Restore
{
public:
    /// All have to outlive what runs.
    Restore(KubeClient &client, Changes &changes, Clock &clock, RestoreSource source, RestoreChoices choices,
        Progress progress);

    /// Reads the cluster and has the server try out each write. Notes are added for what could not be looked at.
    [[nodiscard]] Task<RestorePlan> plan(std::stop_token stop);
    /// Carries @p plan out, which must have no conflict. What had to wait for a CRD or a namespace is planned again
    /// when that is there; a conflict then ends it.
    [[nodiscard]] QCoro::Task<RestoreOutcome> perform(RestorePlan plan, std::stop_token stop);
    /// Reads all again: what is not as the source says, a line each. Skipped objects are not looked at.
    [[nodiscard]] Task<QStringList> verify(RestorePlan plan, std::stop_token stop);
    /// Waits until every restored Site and Policy is Ready for its current spec. Gives those that are not, with reason,
    /// when @p limit has passed.
    [[nodiscard]] Task<QStringList> awaitReady(RestorePlan plan, std::chrono::seconds limit, std::stop_token stop);

    [[nodiscard]] const RestoreSource &source() const { return m_source; }
    /// What is written for @p item, which is created or updated.
    [[nodiscard]] static Change changeOf(const RestoreItem &item);

private:
    [[nodiscard]] Task<RestoreFacts> collect(std::stop_token stop);
    [[nodiscard]] Task<void> tryOut(std::shared_ptr<RestorePlan> plan, qsizetype index, std::stop_token stop);
    [[nodiscard]] Task<QList<Object>> present(ResourceType type, std::stop_token stop);
    [[nodiscard]] Task<void> checkAllowed(RestorePlan plan, std::stop_token stop);
    [[nodiscard]] Task<RestorePlan> makePrerequisites(
        RestorePlan plan, std::shared_ptr<RestoreOutcome> outcome, std::stop_token stop);
    [[nodiscard]] Task<void> makeAll(
        QList<RestoreItem> items, std::shared_ptr<RestoreOutcome> outcome, std::stop_token stop);

    KubeClient &m_client;
    Changes &m_changes;
    Clock &m_clock;
    RestoreSource m_source;
    const RestoreChoices m_choices;
    const Progress m_progress;
};

} // namespace patronus
