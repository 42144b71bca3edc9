// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/releasesview.h"

#include "ui/chartdialog.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
const QString helmKey = u"helm/program"_s;
}

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

QLayout *ReleasesView::makeHelm()
{
    m_helm = new QLineEdit(QSettings().value(helmKey).toString());
    m_helm->setObjectName(u"helm"_s);
    m_helm->setAccessibleName(tr("helm program"));
    m_helm->setPlaceholderText(tr("what the variable HELM says, or helm in PATH"));
    m_cluster.setHelmProgram(m_helm->text());
    connect(m_helm, &QLineEdit::textChanged, this, [this](const QString &program) {
        QSettings().setValue(helmKey, program.trimmed());
        m_cluster.setHelmProgram(program.trimmed());
    });
    auto *choose = new QPushButton(tr("Choose…"));
    connect(choose, &QPushButton::clicked, this, [this] {
        if (const QString file = QFileDialog::getOpenFileName(this, tr("The helm program"), m_helm->text());
            !file.isEmpty())
            m_helm->setText(file);
    });
    auto *row = new QHBoxLayout;
    row->addWidget(m_helm, 1);
    row->addWidget(choose);
    return row;
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
    m_cluster.requestAction(
        {.kind = kind, .paths = {m_cluster.backupFolder()}, .acceptLoss = m_acceptLoss->isChecked()});
}

} // namespace patronus
