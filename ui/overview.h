// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QWidget>

class QLabel;

namespace patronus {

/// "Is it well?" in one look: what is not ready, the operator, and the two charts that show trouble first. Each number
/// leads to the view behind it.
class Overview : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit Overview(ClusterModel &cluster, QWidget *parent = nullptr);

Q_SIGNALS:
    void asked(patronus::ClusterModel::Resource resource, const QString &filter); ///< a number was clicked

private:
    void refresh();
    void refreshKind(QLabel *label, ClusterModel::Resource resource) const;

    ClusterModel &m_cluster;
    QLabel *m_icon;
    QLabel *m_verdict;
    QLabel *m_why;
    QLabel *m_sites;
    QLabel *m_policies;
    QLabel *m_operator;
};

/// In a sentence whether all is well, and the state that this is.
struct Verdict {
    State state;
    QString text, why;
};
[[nodiscard]] Verdict verdictOf(const ClusterModel &cluster);

} // namespace patronus
