// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chartdialog.h"

#include "ui/keyfields.h"
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

bool isRecovery(const ActionRequest &request)
{
    return request.kind == ActionRequest::Kind::Recover;
}

QLabel *makeHint(const QString &text)
{
    QLabel *hint = makePlainText(text);
    hint->setForegroundRole(QPalette::PlaceholderText);
    return hint;
}

} // namespace

bool ChartDialog::isNeeded(const ActionRequest &request)
{
    using Kind = ActionRequest::Kind;
    return (request.kind == Kind::Upgrade || request.kind == Kind::Recover) && request.chart.isEmpty();
}

ChartDialog::ChartDialog(ClusterModel &cluster, ActionRequest request, QWidget *parent)
    : RequestDialog(cluster, isRecovery(request) ? tr("Recover the operator") : tr("Upgrade the operator"), parent),
      m_request(std::move(request)),
      m_reset(new QCheckBox(tr("Forget the values that the release has"))),
      m_problem(makePlainText())
{
    resize(640, isRecovery(m_request) ? 560 : 460);
    m_reset->setObjectName(u"reset"_s);
    m_problem->setObjectName(u"problem"_s);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    if (isRecovery(m_request)) {
        form->addRow(tr("Backup"), makePlainText(m_request.paths.value(0)));
        form->addRow(QString(),
            makeHint(
                tr("The operator is installed with the values in it; when it runs, its Sites and Policies are made "
                   "again. What is there already stays as it is.")));
    }
    form->addRow(tr("Chart"), makeChart());
    form->addRow(QString(),
        makeHint(tr("Where the operator's chart is: a folder, or the file that helm package makes of one.") + u' '
            + (isRecovery(m_request) ? tr("Its CRDs are made where they are not there.")
                                     : tr("helm leaves the CRDs alone: they have a plan of their own."))));
    form->addRow(tr("Values"), makeValues());
    form->addRow(QString(),
        makeHint(isRecovery(m_request)
                ? tr("Files that come over the backup's values, such as what was left out of them as secret.")
                : tr("Files with what is to be otherwise; a later one wins over an earlier.")));
    if (isRecovery(m_request)) {
        addNamespace(form);
        addKeys(form);
    }
    form->addRow(QString(), m_reset);
    QLabel *onReset = makeHint(tr("Unless this is ticked, what was given before stays, under what the files "
                                  "say. With it, only the chart's own values and the files' count."));
    form->addRow(QString(), onReset);
    m_reset->setHidden(isRecovery(m_request)); // there is no release whose values could be forgotten
    onReset->setHidden(isRecovery(m_request));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_plan = buttons->addButton(tr("Plan…"), QDialogButtonBox::ActionRole);
    m_plan->setObjectName(u"plan"_s);
    m_plan->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form, 1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_plan, &QPushButton::clicked, this, &ChartDialog::requestPlan);
    refresh();
}

void ChartDialog::addNamespace(QFormLayout *form)
{
    const QString watched = cluster().operatorInfo().nameSpace;
    m_nameSpace = new QLineEdit(watched);
    m_nameSpace->setObjectName(u"nameSpace"_s);
    m_nameSpace->setAccessibleName(tr("Namespace of the operator"));
    form->addRow(tr("Namespace"), m_nameSpace);
    QLabel *elsewhere = makeHint(
        tr("This window looks after the operator in %1: patronus-console --operator-namespace looks elsewhere.")
            .arg(watched));
    elsewhere->setObjectName(u"elsewhere"_s);
    form->addRow(QString(), elsewhere);
    const auto refresh = [form, elsewhere, watched](const QString &chosen) {
        form->setRowVisible(elsewhere, !chosen.trimmed().isEmpty() && chosen.trimmed() != watched);
    };
    connect(m_nameSpace, &QLineEdit::textChanged, this, refresh);
    refresh(watched);
}

void ChartDialog::addKeys(QFormLayout *form)
{
    m_verifyKey = makeVerifyKeyField();
    m_decryptKey = makeKeyField(u"decryptKey"_s, tr("Private key that opens the encrypted values"),
        tr("where the backup has all values, encrypted for this key"));
    m_passphrase = makePassphrase(*m_decryptKey);
    form->addRow(tr("Signed by"), m_verifyKey);
    form->addRow(tr("Decrypt with"), m_decryptKey);
    form->addRow(tr("Its passphrase"), m_passphrase);
}

void ChartDialog::requestPlan()
{
    const QString chart = QFileInfo(m_chart->text().trimmed()).absoluteFilePath();
    QSettings().setValue(chartKey, chart);
    ActionRequest complete = m_request;
    complete.paths += files();
    complete.chart = chart;
    complete.resetValues = m_reset->isChecked();
    if (isRecovery(m_request)) {
        complete.nameSpace = m_nameSpace->text().trimmed();
        complete.keys = {.verify = m_verifyKey->path(),
            .decrypt = m_decryptKey->path(),
            .passphrase = takePassphrase(*m_passphrase)};
    }
    request(complete);
}

QLayout *ChartDialog::makeChart()
{
    m_chart = new QLineEdit(QSettings().value(chartKey).toString());
    m_chart->setObjectName(u"chart"_s);
    m_chart->setAccessibleName(tr("Chart"));
    auto *folder = new QPushButton(tr("Folder…"));
    auto *file = new QPushButton(tr("File…"));
    connect(m_chart, &QLineEdit::textChanged, this, &ChartDialog::refresh);
    connect(folder, &QPushButton::clicked, this, &ChartDialog::chooseFolder);
    connect(file, &QPushButton::clicked, this, &ChartDialog::chooseFile);
    auto *row = new QHBoxLayout;
    row->addWidget(m_chart, 1);
    for (QPushButton *button : {folder, file}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    return row;
}

QLayout *ChartDialog::makeValues()
{
    m_files = new QListWidget;
    m_files->setObjectName(u"values"_s);
    m_files->setAccessibleName(tr("Files of values"));
    m_files->setMinimumHeight(fontMetrics().height() * 3);
    m_files->setDragDropMode(QAbstractItemView::InternalMove);
    auto *add = new QPushButton(tr("Add…"));
    m_remove = new QPushButton(tr("Leave out"));
    connect(add, &QPushButton::clicked, this, &ChartDialog::addFiles);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        delete m_files->currentItem();
        refresh();
    });
    connect(m_files, &QListWidget::currentRowChanged, this, &ChartDialog::refresh);
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

void ChartDialog::chooseFolder()
{
    if (const QString folder = QFileDialog::getExistingDirectory(this, tr("The chart's folder"), m_chart->text());
        !folder.isEmpty())
        m_chart->setText(folder);
}

void ChartDialog::chooseFile()
{
    if (const QString file = QFileDialog::getOpenFileName(
            this, tr("A packed chart"), m_chart->text(), tr("Packed charts (*.tgz *.tar.gz);;All files (*)"));
        !file.isEmpty())
        m_chart->setText(file);
}

void ChartDialog::addFiles()
{
    m_files->addItems(QFileDialog::getOpenFileNames(
        this, tr("Files of values"), m_chart->text(), tr("YAML or JSON (*.yaml *.yml *.json);;All files (*)")));
    refresh();
}

QStringList ChartDialog::files() const
{
    QStringList files;
    for (int row = 0; row < m_files->count(); ++row)
        files.append(m_files->item(row)->text());
    return files;
}

QString ChartDialog::problem() const
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

void ChartDialog::refresh()
{
    m_problem->setText(problem());
    m_plan->setEnabled(problem().isEmpty());
    m_remove->setEnabled(m_files->currentRow() >= 0);
}

} // namespace patronus
