// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/accessreview.h"
#include "kube/client.h"
#include "operations/journal.h"

namespace patronus {

/// One write of a person to the cluster, decided and not made yet.
struct Change {
    enum class Verb {
        Create, ///< of @c body
        Patch, ///< JSON merge patch @c body
        Scale, ///< to @c replicas
        Remove, ///< deletes it
    };
    Verb verb;
    ResourceType type;
    ObjectKey key;
    QJsonObject body = {};
    int replicas = 0;
    Object before = {}; ///< what is changed, as it was seen: its UID and resourceVersion have to be the same still
    QStringList shown = {}; ///< in place of diff(), where that would say it badly
    bool waits = false; ///< cannot be tried out before the changes before it are in force

    /// "create Site default/hq".
    [[nodiscard]] QString text() const;
    /// What becomes of the object, a line each: "- spec.replicas: 3", "+ spec.replicas: 1". Without secrets.
    [[nodiscard]] QStringList diff() const;
    /// What the user has to be allowed for it.
    [[nodiscard]] AccessQuestion permission() const;
};

/// The one door through which operations change a cluster: what goes through it is in the journal.
class Changes
{
public:
    /// @p client and @p clock have to outlive it; @p target is where @p client leads. The journal @p journalPath is
    /// opened by the first make(): who only tries out needs none.
    Changes(KubeClient &client, QString journalPath, Target target, Clock &clock);

    /// Has the server check @p change, with permissions, admission and schema, and keep nothing of it.
    [[nodiscard]] Task<Object> tryOut(Change change, std::stop_token stop);
    /// Writes it down and makes it; where it cannot be written down (Invalid), it is not made. Conflict: the object is
    /// not the one that was seen, or is there already; plan again.
    [[nodiscard]] Task<Object> make(Change change, std::stop_token stop);
    /// What another program is about to write by itself, such as helm: writes it down, and gives the entry's id. Where
    /// that fails it must not be begun. Time and target of @p entry are put in.
    [[nodiscard]] Expected<QString> announce(JournalEntry entry);
    /// How that ended: "done", or what went wrong.
    [[nodiscard]] Expected<void> conclude(const QString &id, const QString &outcome);
    /// newestDone() of @p verb on this cluster, by whatever program.
    [[nodiscard]] Expected<std::optional<JournalEntry>> newestDone(const QString &verb) const;

private:
    [[nodiscard]] Expected<void> openJournal();

    KubeClient &m_client;
    const std::unique_ptr<KubeClient> m_dryRun;
    const QString m_journalPath;
    const Target m_target;
    Clock &m_clock;
    std::unique_ptr<Journal> m_journal;
};

} // namespace patronus
