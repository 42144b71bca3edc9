// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reportview.h"

#include "models/units.h"
#include "ui/chartdialog.h"
#include "ui/codeview.h"
#include "ui/delegates.h"
#include "ui/message.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr int mostLetters = 48; // of a column, unless somebody wants it wider

} // namespace

ReportView::ReportView(
    ClusterModel &cluster, ClusterModel::Report report, const QString &title, const QString &what, QWidget *parent)
    : QWidget(parent), m_cluster(cluster), m_report(report), m_what(what), m_model(cluster.report(report))
{
    auto *heading = new QLabel(title);
    heading->setFont(theme::heading(1.3));
    m_time = new QLabel;
    m_time->setForegroundRole(QPalette::PlaceholderText);
    m_again = new QPushButton(tr("Look again"));
    auto *head = new QHBoxLayout;
    head->addWidget(heading);
    head->addStretch();
    head->addWidget(m_time);
    head->addWidget(m_again);
    m_summary = makePlainText();
    m_summary->setObjectName(u"summary"_s);
    m_problem = makeMessage(KMessageWidget::Error, false);

    auto *filter = new QLineEdit;
    filter->setPlaceholderText(tr("Filter"));
    filter->setAccessibleName(tr("Filter"));
    filter->setClearButtonEnabled(true);
    m_proxy.setSourceModel(&m_model);
    m_proxy.setFilterKeyColumn(-1);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table = makeRowTable(&m_proxy, title);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_pane = makePane();
    auto *split = new QSplitter(Qt::Vertical);
    split->addWidget(m_table);
    split->addWidget(m_pane);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);

    m_top = new QVBoxLayout;
    m_remedies = new QHBoxLayout;
    m_remedies->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addLayout(m_top);
    layout->addWidget(m_summary);
    layout->addWidget(m_problem);
    layout->addWidget(filter);
    layout->addWidget(split, 1);
    layout->addLayout(m_remedies);

    connect(filter, &QLineEdit::textChanged, &m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_again, &QPushButton::clicked, this, [this] { m_cluster.requestReport(m_report); });
    connect(&m_model, &ReportModel::phaseChanged, this, &ReportView::refresh);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ReportView::showRow);
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] {
        showRow();
        m_isFitted = false;
        fitColumns();
    });
    connect(m_table, &QTableView::doubleClicked, this, &ReportView::openRow);
    auto *enter = new QShortcut(QKeySequence(Qt::Key_Return), m_table);
    enter->setContext(Qt::WidgetShortcut);
    connect(enter, &QShortcut::activated, this, &ReportView::openRow);
    auto *clock = new QTimer(this); // of the age
    connect(clock, &QTimer::timeout, this, &ReportView::refresh);
    clock->start(5000);
    refresh();
    showRow();
}

QWidget *ReportView::makePane()
{
    m_compare = new QComboBox;
    m_compare->setObjectName(u"compare"_s);
    m_compare->setAccessibleName(tr("Compared with"));
    connect(m_compare, &QComboBox::activated, this, &ReportView::showDetail);
    m_detail = new CodeView(u"Diff"_s);
    m_detail->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_detail->setAccessibleName(tr("More about the row"));
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins({});
    layout->addWidget(m_compare, 0, Qt::AlignLeft);
    layout->addWidget(m_detail, 1);
    return pane;
}

void ReportView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_model.phase() == ReportModel::Phase::Unread)
        m_cluster.requestReport(m_report);
    fitColumns(); // it may have been read while nobody looked
}

void ReportView::refresh()
{
    using Phase = ReportModel::Phase;
    const Phase phase = m_model.phase();
    m_summary->setText(phase == Phase::Reading ? tr("Looking…")
            : phase == Phase::Read             ? m_model.summary()
            : phase == Phase::Failed           ? tr("It could not be looked into.")
                                               : m_what);
    m_problem->setText(m_model.summary());
    m_problem->setVisible(phase == Phase::Failed);
    m_again->setEnabled(phase != Phase::Reading);
    m_time->setText(m_model.time().isValid()
            ? tr("%1 ago").arg(units::age(m_model.time(), m_cluster.clock().wallTime()))
            : QString());
}

/// Once for each report: who drags a border then has decided.
void ReportView::fitColumns()
{
    if (m_isFitted || !isVisible() || m_model.rowCount() == 0)
        return;
    m_isFitted = true;
    for (int column = 0; column + 1 < m_model.columnCount(); ++column) {
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(
            column, std::min(m_table->columnWidth(column), mostLetters * fontMetrics().averageCharWidth()));
    }
}

void ReportView::showRow()
{
    while (m_remedies->count() > 1) { // all but the stretch
        QLayoutItem *item = m_remedies->takeAt(1);
        item->widget()->hide(); // at once: what it would do is of another row
        item->widget()->deleteLater();
        delete item;
    }
    const ReportModel::Row *const row = currentRow();
    m_compare->clear();
    m_pane->setVisible(row && !(row->detail.isEmpty() && row->comparisons.isEmpty()));
    if (!row)
        return;
    for (const ReportModel::Comparison &comparison : row->comparisons)
        m_compare->addItem(tr("From %1 to this one").arg(comparison.with));
    m_compare->setVisible(!row->comparisons.isEmpty());
    showDetail();
    for (const ReportModel::Writing &writing : row->writings)
        addButton(writing.text, true, [this, edit = writing.edit] { Q_EMIT editWanted(edit); });
    for (const ActionOffer &remedy : row->remedies)
        addButton(remedy.text, true, [this, request = remedy.request] {
            if (ChartDialog::isNeeded(request))
                (new ChartDialog(m_cluster, request, this))->show();
            else
                m_cluster.requestAction(request);
        });
    if (row->object)
        addButton(tr("Show %1").arg(row->object->key.name), false, [this] { openRow(); });
}

void ReportView::showDetail()
{
    const ReportModel::Row *const row = currentRow();
    const int chosen = m_compare->currentIndex();
    m_detail->setCode(row && chosen >= 0 && chosen < row->comparisons.size() ? row->comparisons[chosen].text()
            : row                                                            ? row->detail
                                                                             : QString());
}

const ReportModel::Row *ReportView::currentRow() const
{
    const QModelIndex current = m_proxy.mapToSource(m_table->currentIndex());
    return current.isValid() ? &m_model.row(current.row()) : nullptr;
}

void ReportView::addButton(const QString &text, bool changes, const std::function<void()> &run)
{
    auto *button = new QPushButton(text);
    button->setEnabled(!changes || m_cluster.mayChange());
    connect(button, &QPushButton::clicked, this, run);
    m_remedies->addWidget(button);
}

void ReportView::openRow()
{
    if (const ReportModel::Row *row = currentRow(); row && row->object)
        Q_EMIT opened(ClusterModel::resourceOf(row->object->type), row->object->key);
}

} // namespace patronus
