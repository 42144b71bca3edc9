// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/helmfacts.h"
#include "operations/helmprogram.h"

namespace patronus {

/// How helm is found, and of which release it is asked.
struct HelmChoice {
    QString program = {}; ///< empty: HELM, or helm in PATH
    QString release = {}; ///< empty: the one of the operator's chart
    std::chrono::seconds limit = std::chrono::minutes(5); ///< of the wait for ready replicas
};

/// An action that the helm program carries out: planned by what is known of the release, tried out object by object,
/// written down in the journal, and ended when the operator's replicas are ready.
class HelmAction : public Action
{
public:
    /// @p connection is what world.client was made of; it has to outlive what runs.
    HelmAction(ActionWorld world, KubeConnection &connection, HelmChoice choice);

protected:
    /// NotFound where there is no release.
    [[nodiscard]] Task<HelmFacts> readFacts(std::stop_token stop);
    /// The same where there need be no release: all but the history.
    [[nodiscard]] Task<HelmFacts> readSurroundings(std::stop_token stop);
    /// Adds a step for each of @p differences, tried out where that can be, and what the user may not do. What is made
    /// in a namespace that is not there yet is not tried out.
    [[nodiscard]] Task<ActionPlan> withObjects(
        ActionPlan plan, QList<ManifestDifference> differences, QList<ResourceType> types, std::stop_token stop);
    /// What helm would make of @p arguments, by the server's own dry run.
    [[nodiscard]] Task<HelmRelease> render(QStringList arguments, std::stop_token stop);
    /// Conflict where that is not @p rendered any more: charts and files of values lie where anybody may change them.
    [[nodiscard]] Task<void> checkRendersTheSame(QStringList arguments, HelmRelease rendered, std::stop_token stop);
    /// Conflict where the release is not as @p planned any more.
    [[nodiscard]] Task<void> checkUnchanged(HelmRelease planned, std::stop_token stop);
    /// Has helm do @p arguments, with an entry of @p verb in the journal: @p from one revision, or none (0), @p to
    /// another, or to none. What it says goes into the outcome, and to the progress.
    [[nodiscard]] QCoro::Task<ActionOutcome> haveHelm(
        QStringList arguments, QString verb, HelmRelease from, std::optional<HelmRelease> to, std::stop_token stop);
    /// The same, and waits for the operator's replicas.
    [[nodiscard]] QCoro::Task<ActionOutcome> haveHelmAndWait(
        QStringList arguments, QString verb, HelmRelease from, HelmRelease to, std::stop_token stop);

    void setSecretValues(const QByteArray &yaml) { m_secretValues = yaml; } ///< what helm gets as its secretFile

    [[nodiscard]] const HelmChoice &choice() const { return m_choice; }
    [[nodiscard]] const QString &program() const { return m_program; } ///< of the last readFacts(); may be empty
    [[nodiscard]] KubeConnection &connection() const { return m_connection; }

private:
    [[nodiscard]] Task<HelmProgram::Said> runHelm(
        QStringList arguments, JournalEntry entry, std::shared_ptr<ActionOutcome> outcome, std::stop_token stop);
    /// Waits for the operator's replicas, and says what the release is then.
    [[nodiscard]] Task<QString> settled(std::stop_token stop);
    [[nodiscard]] Task<void> addObject(std::shared_ptr<ActionPlan> plan, ManifestDifference difference,
        std::optional<ResourceType> type, qsizetype index, std::stop_token stop);

    KubeConnection &m_connection;
    const HelmChoice m_choice;
    QString m_program;
    QByteArray m_secretValues;
};

/// The type of @p apiVersion and @p kind among @p types, of any version of the group.
[[nodiscard]] std::optional<ResourceType> typeOf(
    const QList<ResourceType> &types, const QString &apiVersion, const QString &kind);

/// What the journal keeps of a revision: the secrets among the values are left out there.
[[nodiscard]] QJsonObject journalOf(const HelmRelease &release);

} // namespace patronus
