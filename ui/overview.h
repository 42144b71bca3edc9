// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"
#include "models/troublesmodel.h"

#include <QWidget>

class QLabel;

namespace patronus {

/// "Is it well?" in one look: what is not ready and why, the operator, and the two charts that show trouble first. Each
/// number and each object leads to the view behind it.
class Overview : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit Overview(ClusterModel &cluster, QWidget *parent = nullptr);

Q_SIGNALS:
    void asked(patronus::ClusterModel::Resource resource, const QString &filter); ///< a number was clicked
    void opened(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key); ///< an object was
    void reportWanted(patronus::ClusterModel::Report report); ///< what it says was clicked

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void refresh();
    void refreshKind(QLabel *label, ClusterModel::Resource resource) const;
    [[nodiscard]] QWidget *makeTroubles();

    ClusterModel &m_cluster;
    TroublesModel m_troubles;
    QWidget *m_troubleCard;
    QLabel *m_leftOut = nullptr; // how many troubles the list does not hold
    QWidget *m_errors; // the chart that goes where there is no room for two
    QLabel *m_icon;
    QLabel *m_verdict;
    QLabel *m_why;
    QLabel *m_sites;
    QLabel *m_policies;
    QLabel *m_operator;
    QLabel *m_care; // of what is looked into now and then
    bool m_ready = false; // before, a change of the palette needs nothing
};

/// In a sentence whether all is well, and the state that this is.
struct Verdict {
    State state;
    QString text, why = {};
};
[[nodiscard]] Verdict verdictOf(const ClusterModel &cluster);
/// How many objects have drifted, as of the last look.
[[nodiscard]] Verdict driftVerdict(ClusterModel &cluster);
/// How old the last backup is: Degraded from a week on, and where there is none.
[[nodiscard]] Verdict backupVerdict(const ClusterModel &cluster);

} // namespace patronus
