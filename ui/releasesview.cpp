// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/releasesview.h"

#include "ui/chartdialog.h"
#include "ui/pathfield.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace patronus {

ReleasesView::ReleasesView(ClusterModel &cluster, QWidget *parent)
    : ReportView(cluster, ClusterModel::Report::Releases, tr("Releases"),
          tr("The revisions of the operator that Helm and its Deployment keep."), parent),
      m_cluster(cluster)
{
    auto *form = new QFormLayout;
    form->addRow(tr("helm program"), makeHelm());
    form->addRow(tr("Go on to"), makeChanges());
    m_acceptLoss = new QCheckBox(tr("fields that the new CRDs do not know may go; a backup is made first"));
    m_acceptLoss->setObjectName(u"acceptLoss"_s);
    form->addRow(QString(), m_acceptLoss);
    top()->addLayout(form);
}

QWidget *ReleasesView::makeHelm()
{
    auto *helm = new PathField(PathField::Of::File, u"helm"_s, tr("helm program"));
    helm->line().setPlaceholderText(tr("what the variable HELM says, or helm in PATH"));
    helm->remember(u"helm/program"_s);
    m_cluster.setHelmProgram(helm->path());
    connect(helm, &PathField::changed, &m_cluster, &ClusterModel::setHelmProgram);
    return helm;
}

QLayout *ReleasesView::makeChanges()
{
    auto *row = new QHBoxLayout;
    const auto add = [&](const QString &name, const QString &text, const QString &what, auto run) {
        auto *button = new QPushButton(text);
        button->setObjectName(name);
        const auto refresh = [this, button, what] {
            button->setEnabled(m_cluster.mayChange());
            button->setToolTip(m_cluster.mayChange() ? what : tr("This window is read-only"));
        };
        connect(&m_cluster, &ClusterModel::contextChanged, button, refresh);
        connect(button, &QPushButton::clicked, this, run);
        row->addWidget(button);
        refresh();
    };
    add(u"upgrade"_s, tr("Another chart or values…"), tr("Upgrades the operator's Helm release"),
        [this] { (new ChartDialog(m_cluster, {.kind = ActionRequest::Kind::Upgrade}, this))->show(); });
    add(u"upgradeCrds"_s, tr("This program's CRDs…"), tr("Every object is held against them first"),
        [this] { request(ActionRequest::Kind::UpgradeCrds); });
    add(u"migrate"_s, tr("This operator, from the replaced one…"),
        tr("Stops it, makes a backup, and converts its Sites, Policies and CRDs"),
        [this] { request(ActionRequest::Kind::Migrate); });
    row->addStretch();
    return row;
}

void ReleasesView::request(ActionRequest::Kind kind)
{
    ActionRequest request = m_cluster.savingRequest(kind);
    request.acceptLoss = m_acceptLoss->isChecked();
    m_cluster.requestAction(request);
}

} // namespace patronus
