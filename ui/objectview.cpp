// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/objectview.h"

#include "ui/delegates.h"
#include "ui/message.h"
#include "ui/statustext.h"
#include "ui/theme.h"

#include <KColumnHeadersModel>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString columnId(const QAbstractItemModel &model, int column)
{
    return model.headerData(column, Qt::Horizontal, Qt::UserRole).toString();
}

QStringList columnIds(const QAbstractItemModel &model)
{
    QStringList ids;
    for (int column = 0; column < model.columnCount(); ++column)
        ids.append(columnId(model, column));
    return ids;
}

/// What a table is sorted by until somebody sorts it otherwise: what is wrong on top, Policies as they decide, Events
/// as they came.
int firstSortColumn(ClusterModel::Resource resource, const QAbstractItemModel &model)
{
    return resource == ClusterModel::Resource::Sites   ? 0
        : resource == ClusterModel::Resource::Policies ? int(columnIds(model).indexOf(u"priority"_s))
                                                       : model.columnCount() - 1;
}

} // namespace

ObjectView::ObjectView(ClusterModel &cluster, ClusterModel::Resource resource, const QString &title,
    const QList<std::pair<QString, QString>> &chips, QWidget *parent)
    : QWidget(parent), m_cluster(cluster), m_resource(resource)
{
    setObjectName(title);
    m_proxy.setSourceModel(cluster.table(resource));

    auto *heading = new QLabel(title);
    heading->setFont(theme::heading(1.3));
    m_count = new QLabel;
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    // Of one size: it changes with each letter of the filter, and the window is not laid out anew for it.
    m_count->setFixedSize(m_count->fontMetrics().horizontalAdvance(tr("%1 of %2").arg(888'888).arg(888'888)),
        m_count->fontMetrics().height());
    m_problem = makeMessage(KMessageWidget::Warning, false);

    m_scope = new QLabel;
    m_scope->setWordWrap(true);
    m_scope->setTextFormat(Qt::PlainText);
    m_scope->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_scope->hide();

    makeTable(title);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_table);
    m_pages->addWidget(makeEmptyPage());

    auto *top = new QHBoxLayout;
    top->addWidget(heading);
    top->addStretch();
    top->addWidget(m_count);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addLayout(makeFilterRow(title, chips));
    layout->addWidget(m_problem);
    layout->addWidget(m_scope);
    layout->addWidget(m_pages, 1);

    connect(m_filter, &QLineEdit::textChanged, &m_proxy, &FilterProxy::setText);
    connect(m_clear, &QPushButton::clicked, m_filter, &QLineEdit::clear);
    connect(&m_proxy, &FilterProxy::filterChanged, this, &ObjectView::onFilterChanged);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ObjectView::onSelected);
    connect(&cluster.store(resource), &StoreModel::flushed, this, &ObjectView::refresh);
    connect(&cluster, &ClusterModel::livenessChanged, this, &ObjectView::refresh);

    m_table->sortByColumn(firstSortColumn(resource, m_proxy), Qt::AscendingOrder);
    if (resource == ClusterModel::Resource::Policies) // their state says it, until somebody wants to see it in full
        for (const QString &id : {u"phase"_s, u"ready"_s, u"active"_s})
            m_table->setColumnHidden(int(columnIds(m_proxy).indexOf(id)), true);
    // Beside the reason, where no scrolling is needed; the model's order is what settings are kept by.
    QHeaderView *header = m_table->horizontalHeader();
    for (const QString &id : {u"ready"_s, u"drift"_s})
        if (const qsizetype column = columnIds(m_proxy).indexOf(id); column >= 0)
            header->moveSection(
                header->visualIndex(int(column)), header->visualIndex(int(columnIds(m_proxy).indexOf(u"phase"_s))));
    // Who drags a border has decided.
    connect(header, &QHeaderView::sectionResized, this, [this] { m_ownWidths = !m_fitting; });
    refresh();
}

ObjectView::~ObjectView() = default;

void ObjectView::makeTable(const QString &title)
{
    m_table = makeRowTable(&m_proxy, title);
    // Not SingleSelection: that would select a neighbour when the selected row goes.
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->setTextElideMode(Qt::ElideMiddle); // names differ at their ends
    m_table->horizontalHeader()->setSectionsMovable(true);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->viewport()->installEventFilter(this);
}

QWidget *ObjectView::makeEmptyPage()
{
    m_empty = makePlainText();
    m_empty->setAlignment(Qt::AlignCenter);
    m_clear = new QPushButton(tr("Clear the filter"));
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->addStretch();
    layout->addWidget(m_empty);
    layout->addWidget(m_clear, 0, Qt::AlignHCenter);
    layout->addStretch();
    return page;
}

QLayout *ObjectView::makeFilterRow(const QString &title, const QList<std::pair<QString, QString>> &chips)
{
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(m_resource == ClusterModel::Resource::Events
            ? tr("Filter: text, reason:InvalidSpec, ns:prod, -Normal   ( / )")
            : tr("Filter: text, phase:Failed, ns:prod, label:region=eu, -ready   ( / )"));
    m_filter->setToolTip(tr("All words have to hold, in any order:\n"
                            "text – it stands somewhere in the row; \"two words\"\n"
                            "name:  ns:  phase:  reason:  state:  ready: – a field\n"
                            "label:region=eu, label:region – a label has this value, or is there\n"
                            "condition:Synced=False, condition:Stalled – a condition's status or reason; it is True\n"
                            "/^branch-[0-9]+$/, name:/^br/ – a regular expression, in place of any value\n"
                            "-word – it must not hold"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter of %1").arg(title));
    auto *row = new QHBoxLayout;
    row->addWidget(m_filter, 1);
    for (const auto &[label, word] : chips) {
        auto *chip = new QToolButton;
        chip->setText(label);
        chip->setCheckable(true);
        chip->setToolTip(word);
        connect(chip, &QToolButton::clicked, this, [this, word](bool on) {
            QStringList words = m_filter->text().split(u' ', Qt::SkipEmptyParts);
            words.removeAll(word);
            if (on)
                words.append(word);
            m_filter->setText(words.join(u' '));
        });
        connect(m_filter, &QLineEdit::textChanged, chip,
            [chip, word](const QString &text) { chip->setChecked(text.split(u' ').contains(word)); });
        row->addWidget(chip);
    }
    auto *columns = new QToolButton;
    columns->setText(tr("Columns"));
    columns->setToolTip(tr("Which columns are shown, and in which order"));
    columns->setPopupMode(QToolButton::InstantPopup);
    columns->setMenu(new QMenu(columns));
    row->addWidget(columns);
    QHeaderView *header = m_table->horizontalHeader();
    connect(header, &QHeaderView::customContextMenuRequested, this,
        [header, menu = columns->menu()](const QPoint &position) { menu->popup(header->mapToGlobal(position)); });
    connect(columns->menu(), &QMenu::aboutToShow, this, [this, menu = columns->menu()] { fillColumnMenu(*menu); });
    return row;
}

Object ObjectView::selected() const
{
    const QModelIndex row = m_proxy.indexOfUid(m_uid);
    return row.isValid() ? row.data(SourceObjectRole).value<Object>() : Object();
}

QList<Object> ObjectView::allSelected() const
{
    QList<Object> objects;
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &row : rows)
        objects.append(row.data(SourceObjectRole).value<Object>());
    return objects;
}

void ObjectView::select(const QString &uid)
{
    const QModelIndex row = m_proxy.indexOfUid(uid);
    if (!row.isValid())
        return;
    m_table->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(row);
}

void ObjectView::setFilter(const QString &text)
{
    m_filter->setText(text);
}

void ObjectView::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void ObjectView::focusTable()
{
    m_table->setFocus();
}

void ObjectView::setNamespace(const QString &nameSpace)
{
    m_proxy.setNamespace(nameSpace);
}

bool ObjectView::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Enter)
        m_proxy.setHeld(true);
    else if (event->type() == QEvent::Leave)
        m_proxy.setHeld(false);
    else if (event->type() == QEvent::Resize)
        fillWidth();
    return QWidget::eventFilter(watched, event);
}

void ObjectView::onFilterChanged()
{
    m_problem->setText(m_proxy.problem());
    m_problem->setVisible(!m_proxy.problem().isEmpty());
    refresh();
}

void ObjectView::onSelected()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    m_uid = rows.size() == 1 ? rows.first().data(UidRole).toString() : QString();
    m_seenVersion = selected().resourceVersion();
    Q_EMIT selectionChanged();
}

void ObjectView::refresh()
{
    const StoreModel &store = m_cluster.store(m_resource);
    const int all = store.rowCount(), shown = m_proxy.rowCount();
    m_count->setText(all == shown ? tr("%1 in all").arg(all) : tr("%1 of %2").arg(shown).arg(all));
    const Liveness liveness = m_cluster.liveness(m_resource);
    m_count->setVisible(store.isSynced() && !liveness.isBlind());
    m_pages->setCurrentIndex(shown > 0 && !liveness.isBlind() ? 0 : 1);
    m_clear->setVisible(all > 0 && !liveness.isBlind() && !m_filter->text().isEmpty());
    m_scope->setText(
        tr("Only the namespace %1 is read. The API server says of all: %2").arg(liveness.nameSpace, liveness.refusal));
    m_scope->setVisible(!liveness.refusal.isEmpty() && !liveness.nameSpace.isEmpty() && !liveness.isBlind());
    if (const QString absence = absenceText(liveness, store.isSynced()); !absence.isEmpty())
        m_empty->setText(absence);
    else if (all > 0)
        m_empty->setText(tr("The filter or the namespace hides all %1.").arg(all));
    else
        m_empty->setText(tr("There is nothing here yet. What is created in this cluster appears by itself."));

    // Of thousands that come one after another, a few hundred more need no other widths.
    if (shown > 0 && all != m_fittedTo && (all < 1000 || all > 2 * m_fittedTo || all < m_fittedTo / 2)) {
        m_fittedTo = all;
        fitColumns();
    } else if (all < 1000) { // what is in them may have become longer
        fitColumns(Fit::Wider);
    }

    if (const Object object = selected();
        !object.isNull() && object.resourceVersion() != std::exchange(m_seenVersion, object.resourceVersion()))
        Q_EMIT selectionChanged();
}

void ObjectView::fillColumnMenu(QMenu &menu)
{
    menu.clear();
    KColumnHeadersModel columns;
    columns.setSourceModel(&m_proxy);
    const auto title = [&](int column) { return columns.index(column, 0).data().toString(); };
    for (int column = 1; column < columns.rowCount(); ++column) { // the state stays
        QAction *action = menu.addAction(title(column));
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) {
            m_table->setColumnHidden(column, !on);
            fitColumns();
        });
    }
    const int current = m_table->currentIndex().column();
    if (current < 1)
        return;
    menu.addSeparator();
    QHeaderView *header = m_table->horizontalHeader();
    const int place = header->visualIndex(current);
    const auto add = [&](const QString &text, int to) {
        menu.addAction(text.arg(title(current)), this, [header, place, to] { header->moveSection(place, to); })
            ->setEnabled(to > 0 && to < header->count());
    };
    add(tr("Move “%1” to the left"), place - 1);
    add(tr("Move “%1” to the right"), place + 1);
}

void ObjectView::saveLooks(QSettings &settings) const
{
    settings.beginGroup(objectName());
    settings.setValue(u"filter"_s, m_filter->text());
    settings.setValue(u"columns"_s, columnIds(m_proxy));
    settings.setValue(u"header"_s, m_table->horizontalHeader()->saveState());
    settings.setValue(u"ownWidths"_s, m_ownWidths);
    settings.endGroup();
}

void ObjectView::restoreLooks(QSettings &settings)
{
    settings.beginGroup(objectName());
    setFilter(settings.value(u"filter"_s).toString());
    if (settings.value(u"columns"_s).toStringList() == columnIds(m_proxy)) { // not another version's
        m_fitting = true;
        m_table->horizontalHeader()->restoreState(settings.value(u"header"_s).toByteArray());
        m_fitting = false;
        m_ownWidths = settings.value(u"ownWidths"_s).toBool();
        fitColumns();
    }
    settings.endGroup();
}

void ObjectView::fitColumns(Fit fit)
{
    if (m_ownWidths || m_proxy.rowCount() == 0)
        return;
    m_fitting = true;
    static const QHash<QString, int> most{{u"namespace"_s, 16}, {u"object"_s, 28}, {u"site"_s, 16}}; // letters
    const int letter = fontMetrics().averageCharWidth(), widest = widestColumn();
    for (int column = 0; column < m_proxy.columnCount(); ++column) {
        if (m_table->isColumnHidden(column) || column == widest)
            continue;
        const int before = fit == Fit::Wider ? m_table->columnWidth(column) : 0;
        m_table->resizeColumnToContents(column);
        const int limit = most.value(columnId(m_proxy, column), 24) * letter;
        m_table->setColumnWidth(column, std::max(before, std::min(m_table->columnWidth(column), limit)));
    }
    m_fitting = false;
    fillWidth();
}

void ObjectView::fillWidth()
{
    if (m_ownWidths || m_proxy.rowCount() == 0)
        return;
    m_fitting = true;
    const int widest = widestColumn();
    const int others = m_table->horizontalHeader()->length() - m_table->columnWidth(widest);
    m_table->setColumnWidth(
        widest, std::max(18 * fontMetrics().averageCharWidth(), m_table->viewport()->width() - others));
    m_fitting = false;
}

int ObjectView::widestColumn() const
{
    return int(columnIds(m_proxy).indexOf(m_resource == ClusterModel::Resource::Events ? u"message"_s : u"name"_s));
}

} // namespace patronus
