// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"
#include "sdwan/effects.h"

#include <QSet>

namespace patronus {

/// Shows what would be done: Kubernetes steps go to the server with dryRun=All, so that RBAC, admission and schema
/// errors show up for real; Patronus steps and the status are recorded only. It holds no client that could change
/// anything.
class PreviewEffects : public Effects
{
public:
    /// One step that would be performed.
    struct Entry {
        enum class Checked {
            Recorded, ///< computed; nobody was asked
            DryRun, ///< the server accepted it as a dry run
            Refused, ///< the server refused it as a dry run
        };
        Step step;
        Checked checked = Checked::Recorded;
        QString refusal = {}; ///< the server's words, when Refused
    };

    /// @p dryRun (KubeClient::Mode::DryRun) has to outlive it. One that only reads is asked nothing, nor is any about
    /// the objects with UIDs in @p assumed: the server does not have them as they are here.
    explicit PreviewEffects(KubeClient &dryRun, QSet<QString> assumed = {});

    Task<void> perform(QList<Step> steps, std::stop_token stop) override;
    /// What was asked for since the last take, in order.
    [[nodiscard]] QList<Entry> takeEntries();

private:
    [[nodiscard]] bool isFirstOf(const Object &object);

    KubeClient &m_dryRun;
    const QSet<QString> m_assumed; // UIDs
    QList<Entry> m_entries;
    QSet<QString> m_changed; // UIDs: a dry run leaves nothing behind, so a second step on the same object cannot be one
};

} // namespace patronus
