// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QDialog>

namespace patronus {

/// A dialog in which something is written down that ends in a plan. Nothing is changed by it; it stays open, with what
/// was written, until a plan of it was carried out.
class RequestDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p what it is for stands in its title, with the context. @p cluster has to outlive it.
    RequestDialog(ClusterModel &cluster, const QString &what, QWidget *parent);

protected:
    [[nodiscard]] ClusterModel &cluster() const { return m_cluster; }
    void request(const ActionRequest &request);

private:
    ClusterModel &m_cluster;
};

} // namespace patronus
