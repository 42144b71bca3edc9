// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "sdwan/step.h"

#include <QAbstractListModel>

namespace patronus {

/// One step of a preview: what would be done, and what was learned of it without doing it.
struct PlannedStep {
    Step step;
    enum class Check {
        Accepted, ///< the API server took it as a dry run
        Refused, ///< the API server would refuse it
        NotSent, ///< only computed: the Patronus API knows no dry run, and a step may build on one before it
    } check
        = Check::NotSent;
    QString remark = {}; ///< the server's words where it refused
};

/// The steps that the operator would take next for one object, in order.
class PlanModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { PayloadRole = Qt::UserRole, CheckRole, RemarkRole };
    enum class Phase { Idle, Computing, Done, Failed };

    using QAbstractListModel::QAbstractListModel;

    void clear();
    void begin(const ObjectKey &object); ///< the answer is on its way
    /// @p note is what the reader must know of it ("without the API's side"); @p outcome is the error in which the
    /// reconcile would end.
    void finish(const QList<PlannedStep> &steps, const std::optional<Error> &outcome, const QString &note);
    void fail(const QString &why); ///< no preview could be made

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] ObjectKey object() const { return m_object; }
    [[nodiscard]] QString summary() const; ///< in a sentence
    [[nodiscard]] QString note() const { return m_note; }
    [[nodiscard]] const QList<PlannedStep> &steps() const { return m_steps; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void phaseChanged();

private:
    void enter(Phase phase, const QList<PlannedStep> &steps);

    Phase m_phase = Phase::Idle;
    ObjectKey m_object;
    QList<PlannedStep> m_steps;
    QString m_note, m_failure;
    std::optional<Error> m_outcome;
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::PlannedStep::Check)
