// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requestdialog.h"

#include "ui/contextchip.h"

using namespace Qt::StringLiterals;

namespace patronus {

RequestDialog::RequestDialog(ClusterModel &cluster, const QString &what, QWidget *parent)
    : QDialog(parent), m_cluster(cluster)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(u"%1 — %2 · %3"_s.arg(what, cluster.context().label(), classText(cluster.context())));
}

void RequestDialog::request(const ActionRequest &request)
{
    m_cluster.requestAction(request);
    const ActionModel *const action = m_cluster.actions().last();
    connect(action, &ActionModel::changed, this, [this, action] {
        if (action->phase() == ActionModel::Phase::Ended && !action->outcome().failure)
            accept(); // it is written: nothing is lost
    });
}

} // namespace patronus
