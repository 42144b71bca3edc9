// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/upgradedialog.h"

#include "ui/message.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

const QString chartKey = u"helm/chart"_s;

QLabel *makeHint(const QString &text)
{
    QLabel *hint = makePlainText(text);
    hint->setForegroundRole(QPalette::PlaceholderText);
    return hint;
}

} // namespace

UpgradeDialog::UpgradeDialog(ClusterModel &cluster, QWidget *parent)
    : RequestDialog(cluster, tr("Upgrade the operator"), parent),
      m_reset(new QCheckBox(tr("Forget the values that the release has"))),
      m_problem(makePlainText())
{
    resize(640, 460);
    m_reset->setObjectName(u"reset"_s);
    m_problem->setObjectName(u"problem"_s);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Chart"), makeChart());
    form->addRow(QString(),
        makeHint(tr("Where the new operator's chart is: a folder, or the file that helm package "
                    "makes of one. helm leaves the CRDs alone: they have a plan of their own.")));
    form->addRow(tr("Values"), makeValues());
    form->addRow(QString(), makeHint(tr("Files with what is to be otherwise; a later one wins over an earlier.")));
    form->addRow(QString(), m_reset);
    form->addRow(QString(),
        makeHint(tr("Unless this is ticked, what was given before stays, under what the files "
                    "say. With it, only the chart's own values and the files' count.")));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_plan = buttons->addButton(tr("Plan…"), QDialogButtonBox::ActionRole);
    m_plan->setObjectName(u"plan"_s);
    m_plan->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form, 1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_plan, &QPushButton::clicked, this, [this] {
        const QString chart = QFileInfo(m_chart->text().trimmed()).absoluteFilePath();
        QSettings().setValue(chartKey, chart);
        request({.kind = ActionRequest::Kind::Upgrade,
            .paths = files(),
            .chart = chart,
            .resetValues = m_reset->isChecked()});
    });
    refresh();
}

QLayout *UpgradeDialog::makeChart()
{
    m_chart = new QLineEdit(QSettings().value(chartKey).toString());
    m_chart->setObjectName(u"chart"_s);
    m_chart->setAccessibleName(tr("Chart"));
    auto *folder = new QPushButton(tr("Folder…"));
    auto *file = new QPushButton(tr("File…"));
    connect(m_chart, &QLineEdit::textChanged, this, &UpgradeDialog::refresh);
    connect(folder, &QPushButton::clicked, this, &UpgradeDialog::chooseFolder);
    connect(file, &QPushButton::clicked, this, &UpgradeDialog::chooseFile);
    auto *row = new QHBoxLayout;
    row->addWidget(m_chart, 1);
    for (QPushButton *button : {folder, file}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    return row;
}

QLayout *UpgradeDialog::makeValues()
{
    m_files = new QListWidget;
    m_files->setObjectName(u"values"_s);
    m_files->setAccessibleName(tr("Files of values"));
    m_files->setMinimumHeight(fontMetrics().height() * 3);
    m_files->setDragDropMode(QAbstractItemView::InternalMove);
    auto *add = new QPushButton(tr("Add…"));
    m_remove = new QPushButton(tr("Leave out"));
    connect(add, &QPushButton::clicked, this, &UpgradeDialog::addFiles);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        delete m_files->currentItem();
        refresh();
    });
    connect(m_files, &QListWidget::currentRowChanged, this, &UpgradeDialog::refresh);
    auto *buttons = new QVBoxLayout;
    for (QPushButton *button : {add, m_remove}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    buttons->addStretch();
    auto *row = new QHBoxLayout;
    row->addWidget(m_files, 1);
    row->addLayout(buttons);
    return row;
}

void UpgradeDialog::chooseFolder()
{
    if (const QString folder = QFileDialog::getExistingDirectory(this, tr("The chart's folder"), m_chart->text());
        !folder.isEmpty())
        m_chart->setText(folder);
}

void UpgradeDialog::chooseFile()
{
    if (const QString file = QFileDialog::getOpenFileName(
            this, tr("A packed chart"), m_chart->text(), tr("Packed charts (*.tgz *.tar.gz);;All files (*)"));
        !file.isEmpty())
        m_chart->setText(file);
}

void UpgradeDialog::addFiles()
{
    m_files->addItems(QFileDialog::getOpenFileNames(
        this, tr("Files of values"), m_chart->text(), tr("YAML or JSON (*.yaml *.yml *.json);;All files (*)")));
    refresh();
}

QStringList UpgradeDialog::files() const
{
    QStringList files;
    for (int row = 0; row < m_files->count(); ++row)
        files.append(m_files->item(row)->text());
    return files;
}

QString UpgradeDialog::problem() const
{
    const QFileInfo chart(m_chart->text().trimmed());
    if (chart.filePath().isEmpty())
        return tr("No chart is chosen yet.");
    if (!chart.exists())
        return tr("There is no %1 on this machine.").arg(chart.filePath());
    if (chart.isDir() && !QFileInfo::exists(chart.filePath() + u"/Chart.yaml"_s))
        return tr("The folder %1 is no chart: there is no Chart.yaml in it.").arg(chart.filePath());
    return {};
}

void UpgradeDialog::refresh()
{
    m_problem->setText(problem());
    m_plan->setEnabled(problem().isEmpty());
    m_remove->setEnabled(m_files->currentRow() >= 0);
}

} // namespace patronus
