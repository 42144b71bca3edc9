// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connectdialog.h"

#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// The class as a word on its colour; what cannot be used is faint.
class ContextDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!index.data(ContextsModel::ProblemRole).toString().isEmpty()) {
            option->palette.setColor(QPalette::Text, theme::faintText());
        } else if (index.column() == ContextsModel::ClassColumn) {
            option->state &= ~QStyle::State_Selected; // its colour is to be seen above all where it is chosen
            option->backgroundBrush = theme::contextColor(index.data(ContextsModel::ClassRole).value<ContextClass>());
            option->palette.setColor(QPalette::Text, Qt::white);
            option->displayAlignment = Qt::AlignCenter;
            option->font.setBold(true);
        }
    }
};

/// A choice that the wheel does not change by the way: what a context is called decides how careful people are with it.
class SteadyComboBox : public QComboBox
{
protected:
    void wheelEvent(QWheelEvent *event) override { event->ignore(); }
};

} // namespace

ConnectDialog::ConnectDialog(ContextsModel &contexts, QWidget *parent) : QDialog(parent), m_contexts(contexts)
{
    setWindowTitle(tr("Connect to a cluster"));
    setAcceptDrops(true);
    resize(980, 440);
    m_proxy.setSourceModel(&contexts);
    m_proxy.setFilterKeyColumn(-1);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(tr("Find a context, a server, a user"));
    m_filter->setAccessibleName(tr("Filter of the contexts"));
    m_filter->setClearButtonEnabled(true);
    m_table = new QTableView;
    m_table->setModel(&m_proxy);
    m_table->setAccessibleName(tr("Contexts"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 9 / 5);
    m_table->setItemDelegate(new ContextDelegate(m_table));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_explanation = new QLabel;
    m_explanation->setWordWrap(true);
    m_explanation->setTextFormat(Qt::PlainText);
    m_explanation->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    m_newWindow = buttons->addButton(tr("Connect in a &new window"), QDialogButtonBox::ActionRole);
    auto *add = buttons->addButton(tr("&Add a file…"), QDialogButtonBox::ActionRole);
    m_remove = buttons->addButton(tr("&Remove the file"), QDialogButtonBox::ActionRole);
    m_remove->setToolTip(tr("Takes a file that was added out of this list; the file itself stays"));

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_filter);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_explanation);
    layout->addWidget(makeClassRow());
    layout->addWidget(buttons);

    connect(m_filter, &QLineEdit::textChanged, &m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_newWindow, &QPushButton::clicked, this, [this] {
        const auto key = chosen();
        reject();
        Q_EMIT newWindowRequested(key);
    });
    connect(add, &QPushButton::clicked, this, &ConnectDialog::chooseFiles);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const ContextEntry *entry = selected())
            m_contexts.requestRemoval(QString(entry->scope)); // a copy: the entry goes
    });
    connect(m_table, &QTableView::doubleClicked, this, [this] {
        if (chosen())
            accept();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ConnectDialog::refresh);
    connect(&contexts, &ContextsModel::modelAboutToBeReset, this, [this] {
        const ContextEntry *entry = selected();
        m_selected = entry ? std::optional(entry->key()) : std::nullopt;
    });
    connect(&m_proxy, &QAbstractItemModel::modelReset, this, &ConnectDialog::onModelReset);
    onModelReset();
    for (int row = 0; row < contexts.entries().size(); ++row)
        if (const ContextEntry &entry = contexts.entries()[row]; entry.isCurrent && entry.scope.isEmpty())
            selectRow(row);
    m_table->setFocus();
}

QWidget *ConnectDialog::makeClassRow()
{
    m_class = new SteadyComboBox;
    m_class->setFocusPolicy(Qt::StrongFocus);
    m_class->setAccessibleName(tr("Class of the selected context"));
    m_class->setObjectName(u"class"_s);
    m_class->addItem({});
    for (const ContextClass c : {ContextClass::Production, ContextClass::Staging, ContextClass::Development})
        m_class->addItem(contextClassName(c), QVariant::fromValue(c));
    connect(m_class, &QComboBox::activated, this, &ConnectDialog::onClassChosen);
    m_readOnly = new QCheckBox(tr("Always rea&d-only"));
    m_readOnly->setToolTip(tr("From the next connection on nothing but reads is sent to it, not even dry runs"));
    connect(m_readOnly, &QCheckBox::clicked, this, [this](bool on) {
        if (const auto key = chosen())
            m_contexts.requestReadOnly(*key, on);
    });
    auto *label = new QLabel(tr("C&lass of this context:"));
    label->setBuddy(m_class);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(label);
    layout->addWidget(m_class);
    layout->addSpacing(16);
    layout->addWidget(m_readOnly);
    layout->addStretch();
    return row;
}

const ContextEntry *ConnectDialog::selected() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.size() == 1 ? &m_contexts.entries()[m_proxy.mapToSource(rows.first()).row()] : nullptr;
}

std::optional<ContextKey> ConnectDialog::chosen() const
{
    const ContextEntry *entry = selected();
    return entry && entry->problem.isEmpty() ? std::optional(entry->key()) : std::nullopt;
}

void ConnectDialog::selectRow(int sourceRow)
{
    m_table->selectRow(m_proxy.mapFromSource(m_contexts.index(sourceRow, 0)).row());
}

void ConnectDialog::onModelReset()
{
    m_table->resizeColumnsToContents();
    m_table->setColumnWidth(ContextsModel::ClassColumn,
        fontMetrics().horizontalAdvance(contextClassName(ContextClass::Unknown)) * 5 / 4 + 16);
    for (const int column : {int(ContextsModel::ServerColumn), int(ContextsModel::CredentialsColumn)})
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column), fontMetrics().averageCharWidth() * 36));
    for (int row = 0; m_selected && row < m_contexts.entries().size(); ++row)
        if (m_contexts.entries()[row].key() == m_selected)
            selectRow(row);
    refresh();
}

void ConnectDialog::refresh()
{
    const ContextEntry *entry = selected();
    const bool usable = chosen().has_value();
    m_connect->setEnabled(usable);
    m_newWindow->setEnabled(usable);
    m_connect->setText(usable ? tr("Connect to %1").arg(entry->label()) : tr("Connect"));
    m_remove->setEnabled(entry && !entry->scope.isEmpty());
    m_class->setEnabled(usable && !entry->identity.isEmpty());
    m_readOnly->setEnabled(m_class->isEnabled());
    m_readOnly->setChecked(usable && entry->isReadOnly);
    m_class->setItemText(0, usable ? tr("by its name: %1").arg(contextClassName(classify(entry->name))) : QString());
    m_class->setCurrentIndex(usable && entry->ownClass ? m_class->findData(QVariant::fromValue(*entry->ownClass)) : 0);
    m_explanation->setForegroundRole(entry && !usable ? QPalette::WindowText : QPalette::PlaceholderText);
    m_explanation->setText(entry && !usable ? tr("This cannot be used: %1").arg(entry->problem)
            : m_contexts.entries().isEmpty()
            ? tr("No kubeconfig with a context was found. KUBECONFIG, ~/.kube/config and --kubeconfig are looked at; "
                 "others can be added here, also by dropping them on this window.")
            : tr("Connecting only reads: this console changes nothing in the cluster."));
}

void ConnectDialog::onClassChosen()
{
    if (const auto key = chosen()) {
        const QVariant own = m_class->currentData();
        m_contexts.requestClass(*key, own.isValid() ? std::optional(own.value<ContextClass>()) : std::nullopt);
    }
}

void ConnectDialog::chooseFiles()
{
    auto *files = new QFileDialog(this, tr("Add kubeconfig files"));
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setFileMode(QFileDialog::ExistingFiles);
    files->setFilter(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot); // ~/.kube
    connect(files, &QFileDialog::filesSelected, this, &ConnectDialog::addFiles);
    files->open();
}

void ConnectDialog::addFiles(const QStringList &files)
{
    if (files.isEmpty())
        return;
    m_filter->clear();
    m_contexts.requestFiles(files);
    const QString first = QFileInfo(files.first()).absoluteFilePath();
    for (int row = 0; row < m_contexts.entries().size(); ++row)
        if (m_contexts.entries()[row].file == first) {
            selectRow(row);
            break;
        }
}

QStringList ConnectDialog::localFiles(const QMimeData &data)
{
    QStringList files;
    for (const QUrl &url : data.urls())
        if (url.isLocalFile())
            files.append(url.toLocalFile());
    return files;
}

void ConnectDialog::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ConnectDialog::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    addFiles(localFiles(*event->mimeData()));
}

} // namespace patronus
