// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/backupview.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
const QString folderKey = u"backup/folder"_s;
}

BackupView::BackupView(ClusterModel &cluster, QWidget *parent)
    : ReportView(cluster, ClusterModel::Report::Backups, tr("Backups"),
          tr("Sites, Policies, CRDs and the operator's values, in a folder that kubectl and helm can use as well."),
          parent),
      m_cluster(cluster)
{
    m_folder = new QLineEdit(QSettings().value(folderKey, QDir::homePath()).toString());
    m_folder->setObjectName(u"folder"_s);
    m_folder->setAccessibleName(tr("Folder of the backups"));
    cluster.setBackupFolder(m_folder->text());
    auto *choose = new QPushButton(tr("Choose…"));
    auto *make = new QPushButton(tr("Back up now…"));
    make->setObjectName(u"backup"_s);
    auto *files = new QPushButton(tr("Restore from files…"));
    m_update = new QCheckBox(tr("change objects that are there and differ"));
    m_namespaces = new QCheckBox(tr("make missing namespaces"));
    m_skip = new QCheckBox(tr("leave conflicts out"));
    m_stop = new QCheckBox(tr("stop the operator first"));
    m_stop->setToolTip(tr("It stays stopped: look at what it would do, then bring it back"));

    auto *folderRow = new QHBoxLayout;
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(choose);
    folderRow->addWidget(make);
    auto *restoreRow = new QHBoxLayout;
    for (QCheckBox *box : {m_update, m_namespaces, m_skip, m_stop})
        restoreRow->addWidget(box);
    restoreRow->addStretch();
    restoreRow->addWidget(files);
    auto *form = new QFormLayout;
    form->addRow(tr("Folder"), folderRow);
    form->addRow(tr("On restoring"), restoreRow);
    top()->addLayout(form);

    connect(choose, &QPushButton::clicked, this, &BackupView::chooseFolder);
    connect(m_folder, &QLineEdit::editingFinished, this, [this] {
        QSettings().setValue(folderKey, m_folder->text());
        m_cluster.setBackupFolder(m_folder->text());
    });
    connect(make, &QPushButton::clicked, this,
        [this] { m_cluster.requestAction({.kind = ActionRequest::Kind::Backup, .paths = {m_folder->text()}}); });
    connect(files, &QPushButton::clicked, this, &BackupView::restoreFiles);
    for (const QCheckBox *box : {m_update, m_namespaces, m_skip, m_stop})
        connect(box, &QCheckBox::toggled, this, [this] {
            m_cluster.setRestoreChoices({.update = m_update->isChecked(),
                .createNamespaces = m_namespaces->isChecked(),
                .skipConflicts = m_skip->isChecked(),
                .stopOperator = m_stop->isChecked()});
        });
}

void BackupView::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of the backups"), m_folder->text());
    if (folder.isEmpty())
        return;
    m_folder->setText(folder);
    Q_EMIT m_folder->editingFinished();
}

void BackupView::restoreFiles()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Files as kubectl writes them"), m_folder->text(),
        tr("YAML or JSON (*.yaml *.yml *.json);;All files (*)"));
    if (!files.isEmpty())
        m_cluster.requestAction(m_cluster.restoreRequest(files));
}

} // namespace patronus
