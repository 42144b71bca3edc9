// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state.h"
#include "operations/actionrequest.h"

#include <QAbstractTableModel>
#include <QDateTime>

#include <functional>

namespace patronus {

/// What was looked into on request: a row a finding, with what can be done about it. It is as old as it says.
class ReportModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role { DetailRole = Qt::UserRole + 50 }; ///< StateRole has the state
    enum class Phase { Unread, Reading, Read, Failed };
    /// A way to write about a finding: what its button says, and where the person begins.
    struct Writing {
        QString text;
        EditedObject edit;
    };
    /// A finding beside another of its kind: "revision 3", and how that one became this.
    struct Comparison {
        QString with;
        std::function<QString()> text; ///< worked out when somebody looks
    };
    struct Row {
        State state = State::Ready;
        QStringList cells = {}; ///< one a heading
        QString detail = {}; ///< evidence, differences: several lines, for who looks closer
        QList<Comparison> comparisons = {}; ///< in place of the detail; the first is shown first
        QList<Writing> writings = {};
        QList<ActionOffer> remedies = {};
        std::optional<ChosenObject> object = std::nullopt; ///< the Site or Policy that it is about
    };

    explicit ReportModel(QStringList headings, QObject *parent = nullptr);

    void begin();
    void finish(QList<Row> rows, const QString &summary, const QDateTime &time);
    void fail(const QString &why); ///< the rows of before stay

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] QString summary() const { return m_summary; } ///< in a sentence; of Failed the reason
    [[nodiscard]] QDateTime time() const { return m_time; } ///< UTC: of which moment the rows are; invalid: never
    [[nodiscard]] const Row &row(int row) const { return m_rows[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void phaseChanged();

private:
    const QStringList m_headings;
    Phase m_phase = Phase::Unread;
    QList<Row> m_rows;
    QString m_summary;
    QDateTime m_time;
};

} // namespace patronus
