// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeView;

namespace patronus {

/// What the selected object is in the Patronus API, beside what its spec says; or why that is not known, and what to
/// do.
class RemoteView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit RemoteView(ClusterModel &cluster, QWidget *parent = nullptr);

Q_SIGNALS:
    void againWanted();

private:
    void refresh();
    void openSignIn();

    ClusterModel &m_cluster;
    QLabel *m_icon;
    QLabel *m_summary;
    QLabel *m_note;
    QTreeView *m_fields;
    QPushButton *m_signIn;
};

} // namespace patronus
