// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connectdialog.h"

#include "ui/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// The class as a word on its colour.
class ClassDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->backgroundBrush = theme::contextColor(index.data(ContextsModel::ClassRole).value<ContextClass>());
        option->palette.setColor(QPalette::Text, Qt::white);
        option->displayAlignment = Qt::AlignCenter;
        option->font.setBold(true);
    }
};

} // namespace

ConnectDialog::ConnectDialog(ContextsModel &contexts, QWidget *parent) : QDialog(parent), m_contexts(contexts)
{
    setWindowTitle(tr("Connect to a cluster"));
    resize(900, 380);
    m_proxy.setSourceModel(&contexts);
    m_proxy.setFilterKeyColumn(-1);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto *filter = new QLineEdit;
    filter->setPlaceholderText(tr("Find a context, a server, a user"));
    filter->setClearButtonEnabled(true);
    m_table = new QTableView;
    m_table->setModel(&m_proxy);
    m_table->setAccessibleName(tr("Contexts"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 9 / 5);
    m_table->setItemDelegateForColumn(ContextsModel::ClassColumn, new ClassDelegate(m_table));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->resizeColumnsToContents();
    m_table->setColumnWidth(ContextsModel::ClassColumn,
        fontMetrics().horizontalAdvance(contextClassName(ContextClass::Unknown)) * 5 / 4 + 16);
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto *explanation = new QLabel(contexts.entries().isEmpty()
            ? tr("No kubeconfig with a context was found. KUBECONFIG, ~/.kube/config and --kubeconfig are looked at.")
            : tr("Connecting only reads: this console changes nothing in the cluster."));
    explanation->setWordWrap(true);
    explanation->setForegroundRole(QPalette::PlaceholderText);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(filter);
    layout->addWidget(m_table, 1);
    layout->addWidget(explanation);
    layout->addWidget(buttons);

    connect(filter, &QLineEdit::textChanged, &m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTableView::doubleClicked, this, [this] {
        if (!chosen().isEmpty())
            accept();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ConnectDialog::refresh);
    for (int row = 0; row < contexts.entries().size(); ++row)
        if (contexts.entries()[row].isCurrent)
            m_table->selectRow(m_proxy.mapFromSource(contexts.index(row, 0)).row());
    refresh();
}

QString ConnectDialog::chosen() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows(ContextsModel::NameColumn);
    return rows.size() == 1 && rows.first().data(ContextsModel::ProblemRole).toString().isEmpty()
        ? rows.first().data().toString()
        : QString();
}

void ConnectDialog::refresh()
{
    m_connect->setEnabled(!chosen().isEmpty());
    m_connect->setText(chosen().isEmpty() ? tr("Connect") : tr("Connect to %1").arg(chosen()));
}

} // namespace patronus
