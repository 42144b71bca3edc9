// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/backupview.h"

#include "ui/keyfields.h"
#include "ui/pathfield.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace patronus {

BackupView::BackupView(ClusterModel &cluster, QWidget *parent)
    : ReportView(cluster, ClusterModel::Report::Backups, tr("Backups"),
          tr("Sites, Policies, CRDs and the operator's values, in a folder that kubectl and helm can use as well."),
          parent),
      m_cluster(cluster)
{
    auto *form = new QFormLayout;
    form->addRow(tr("Folder"), makeFolder());
    addKeys(form);
    form->addRow(tr("On restoring"), makeRestore());
    top()->addLayout(form);
    setRestoreChoices();
    cluster.setBackupFolder(m_folder->path());
    cluster.setBackupReaders(m_encryptFor->path());
}

QLayout *BackupView::makeFolder()
{
    m_folder = new PathField(PathField::Of::Folder, u"folder"_s, tr("Folder of the backups"));
    m_folder->remember(u"backup/folder"_s);
    if (m_folder->path().isEmpty())
        m_folder->line().setText(QDir::homePath());
    connect(m_folder, &PathField::chosen, &m_cluster, &ClusterModel::setBackupFolder);
    auto *make = new QPushButton(tr("Back up now…"));
    make->setObjectName(u"backup"_s);
    connect(make, &QPushButton::clicked, this, &BackupView::backUp);
    auto *row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(make);
    return row;
}

/// What few need takes no place, but for what is in force.
void BackupView::addKeys(QFormLayout *form)
{
    m_showKeys = new QToolButton;
    m_showKeys->setObjectName(u"keys"_s);
    m_showKeys->setText(tr("Sign, encrypt, verify"));
    m_showKeys->setToolTip(tr("By keys and certificates in PEM, as openssl makes them"));
    m_showKeys->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_showKeys->setAutoRaise(true);
    m_showKeys->setCheckable(true);
    form->addRow(tr("Keys"), m_showKeys);
    const int first = form->rowCount();
    m_signKey = makeKeyField(u"signKey"_s, tr("Private key that signs"), tr("nobody can then change a backup unseen"));
    m_passphrase = makePassphrase(*m_signKey);
    m_encryptFor = makeKeyField(u"encryptFor"_s, tr("Certificates of who may read all values"),
        tr("secrets among the Helm values then come along, for the holders of these alone"));
    m_encryptFor->remember(u"backup/encryptFor"_s);
    m_encryptFor->setToolTip(tr("Also of the backups that are made before a migration, other CRDs or an uninstall"));
    connect(m_encryptFor, &PathField::changed, &m_cluster, &ClusterModel::setBackupReaders);
    m_verifyKey = makeVerifyKeyField();
    form->addRow(tr("Sign with"), m_signKey);
    form->addRow(tr("Its passphrase"), m_passphrase);
    form->addRow(tr("Encrypt values for"), m_encryptFor);
    form->addRow(tr("Restore if signed by"), m_verifyKey);
    const int end = form->rowCount();
    const auto show = [this, form, first, end](bool isShown) {
        for (int row = first; row < end; ++row)
            form->setRowVisible(row, isShown);
        m_showKeys->setArrowType(isShown ? Qt::DownArrow : Qt::RightArrow);
    };
    connect(m_showKeys, &QToolButton::toggled, this, show);
    connect(m_verifyKey, &PathField::chosen, this, &BackupView::setRestoreChoices);
    m_showKeys->setChecked(!m_encryptFor->path().isEmpty() || !m_verifyKey->path().isEmpty());
    show(m_showKeys->isChecked());
}

QLayout *BackupView::makeRestore()
{
    m_update = new QCheckBox(tr("change objects that are there and differ"));
    m_namespaces = new QCheckBox(tr("make missing namespaces"));
    m_skip = new QCheckBox(tr("leave conflicts out"));
    m_stop = new QCheckBox(tr("stop the operator first"));
    m_stop->setToolTip(tr("It stays stopped: look at what it would do, then bring it back"));
    auto *files = new QPushButton(tr("Restore from files…"));
    connect(files, &QPushButton::clicked, this, &BackupView::restoreFiles);
    auto *row = new QHBoxLayout;
    for (QCheckBox *box : {m_update, m_namespaces, m_skip, m_stop}) {
        connect(box, &QCheckBox::toggled, this, &BackupView::setRestoreChoices);
        row->addWidget(box);
    }
    row->addStretch();
    row->addWidget(files);
    return row;
}

void BackupView::backUp()
{
    m_cluster.requestAction({.kind = ActionRequest::Kind::Backup,
        .paths = {m_folder->path()},
        .keys = {.sign = m_signKey->path(),
            .encryptFor = m_encryptFor->path(),
            .passphrase = takePassphrase(*m_passphrase)}});
}

void BackupView::setRestoreChoices()
{
    m_cluster.setRestoreChoices({.update = m_update->isChecked(),
        .createNamespaces = m_namespaces->isChecked(),
        .skipConflicts = m_skip->isChecked(),
        .stopOperator = m_stop->isChecked(),
        .verifyKey = m_verifyKey->path()});
}

void BackupView::restoreFiles()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Files as kubectl writes them"), m_folder->path(),
        tr("YAML or JSON (*.yaml *.yml *.json);;All files (*)"));
    if (!files.isEmpty())
        m_cluster.requestAction(m_cluster.restoreRequest(files));
}

} // namespace patronus
