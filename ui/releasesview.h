// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/reportview.h"

class QCheckBox;

namespace patronus {

/// The revisions that Helm and the Deployment keep of the operator, ways back to each, and ways on: another chart,
/// other CRDs, from the operator that this one replaces.
class ReleasesView : public ReportView
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit ReleasesView(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeHelm();
    [[nodiscard]] QLayout *makeChanges();
    void request(ActionRequest::Kind kind);

    ClusterModel &m_cluster;
    QCheckBox *m_acceptLoss = nullptr;
};

} // namespace patronus
