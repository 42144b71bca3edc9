// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logview.h"

#include "models/clustermodel.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

class LevelFilter : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setWorst(LogLevel least)
    {
        m_least = least;
        invalidateRowsFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        const auto level = sourceModel()->index(row, 0, parent).data(LogLinesModel::LevelRole).value<LogLevel>();
        // A line without a level belongs to the one before it: it is only hidden when levels are asked for.
        return level <= m_least && QSortFilterProxyModel::filterAcceptsRow(row, parent);
    }

private:
    LogLevel m_least = LogLevel::Other;
};

class LineDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (const QColor color = theme::levelColor(index.data(LogLinesModel::LevelRole).value<LogLevel>());
            color.isValid())
            option->palette.setColor(QPalette::Text, color);
        option->textElideMode = Qt::ElideRight;
    }
};

} // namespace

LogView::LogView(ClusterModel &cluster, QWidget *parent) : QWidget(parent), m_cluster(cluster)
{
    auto *heading = new QLabel(tr("Logs"));
    heading->setFont(theme::heading(1.3));
    auto *filter = new QLineEdit;
    filter->setPlaceholderText(tr("Only lines with this text"));
    filter->setClearButtonEnabled(true);
    filter->setAccessibleName(tr("Filter of the log"));
    auto *level = new QComboBox;
    level->setAccessibleName(tr("Least level"));
    level->addItem(tr("All levels"), QVariant::fromValue(LogLevel::Other));
    level->addItem(tr("Info and worse"), QVariant::fromValue(LogLevel::Info));
    level->addItem(tr("Warnings and errors"), QVariant::fromValue(LogLevel::Warn));
    level->addItem(tr("Errors"), QVariant::fromValue(LogLevel::Error));
    m_follow = new QCheckBox(tr("Follow"));
    m_follow->setChecked(true);
    auto *copy = new QPushButton(tr("Copy all"));
    m_status = new QLabel;
    m_status->setForegroundRole(QPalette::PlaceholderText);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *proxy = new LevelFilter(this);
    m_proxy = proxy;
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_proxy->setSourceModel(&cluster.log());
    m_list = new QListView;
    m_list->setModel(m_proxy);
    m_list->setItemDelegate(new LineDelegate(m_list));
    m_list->setFont(theme::monospace());
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Lines of the operator's log"));

    auto *tools = new QHBoxLayout;
    tools->addWidget(filter, 1);
    tools->addWidget(level);
    tools->addWidget(m_follow);
    tools->addWidget(copy);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(heading);
    layout->addLayout(tools);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_status);

    connect(filter, &QLineEdit::textChanged, m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(level, &QComboBox::currentIndexChanged, this,
        [proxy, level] { proxy->setWorst(level->currentData().value<LogLevel>()); });
    connect(
        copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_cluster.log().text()); });
    connect(&cluster.log(), &QAbstractItemModel::rowsInserted, this, &LogView::refresh);
    connect(&cluster, &ClusterModel::descriptionsChanged, this, &LogView::refresh);
    connect(m_follow, &QCheckBox::toggled, this, &LogView::refresh);
    // Who scrolls up wants to read: following ends until the end is reached again.
    connect(m_list->verticalScrollBar(), &QScrollBar::sliderMoved, this,
        [this](int value) { m_follow->setChecked(value == m_list->verticalScrollBar()->maximum()); });
    refresh();
}

void LogView::refresh()
{
    const LogLinesModel &log = m_cluster.log();
    QString status = m_cluster.logDescription();
    if (log.rowCount() > 0)
        status += tr(" · lines: %1").arg(log.rowCount());
    if (log.dropped() > 0)
        status += tr(" · %1 older ones were dropped to bound the memory").arg(log.dropped());
    m_status->setText(status);
    if (m_follow->isChecked())
        m_list->scrollToBottom();
}

} // namespace patronus
