// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logview.h"

#include "models/clustermodel.h"
#include "ui/message.h"
#include "ui/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr qsizetype mebibyte = 1 << 20;
const QString memoryKey = u"logs/memoryMiB"_s, wrapKey = u"logs/wrap"_s, timesKey = u"logs/times"_s;

QString number(qint64 value)
{
    return QLocale().toString(value);
}

QLineEdit *makeField(const QString &name, const QString &placeholder, const QString &tip)
{
    auto *field = new QLineEdit;
    field->setAccessibleName(name);
    field->setPlaceholderText(placeholder);
    field->setToolTip(tip);
    field->setClearButtonEnabled(true);
    return field;
}

} // namespace

LogView::LogView(ClusterModel &cluster, QWidget *parent)
    : QWidget(parent), m_cluster(cluster), m_log(cluster.log()), m_finder(m_log)
{
    m_log.setByteLimit(
        QSettings().value(memoryKey, qint64(LogLinesModel::defaultByteLimit / mebibyte)).toLongLong() * mebibyte);
    m_list = new LogList(m_log);
    m_list->setAccessibleName(tr("Lines of the operator's log"));
    m_problem = makeMessage(KMessageWidget::Warning, false);
    m_outcome = makeMessage(KMessageWidget::Positive, true);
    m_status = new QLabel;
    m_status->setForegroundRole(QPalette::PlaceholderText);
    m_status->setTextFormat(Qt::PlainText); // a server's words
    m_status->setWordWrap(true);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

    auto *layout = new QVBoxLayout(this);
    layout->addLayout(makeSourceRow());
    layout->addLayout(makeFilterRow());
    layout->addWidget(m_problem);
    layout->addWidget(m_list, 1);
    layout->addWidget(makeExportRow());
    layout->addWidget(m_outcome);
    layout->addWidget(m_status);
    makeShortcuts();

    connect(&m_log, &LogLinesModel::changed, this, &LogView::refresh);
    connect(&m_log, &QAbstractItemModel::modelReset, this, &LogView::refresh);
    connect(&cluster, &ClusterModel::descriptionsChanged, this, &LogView::refresh);
    connect(&m_finder, &LogSearch::found, this, &LogView::onFound);
    connect(&m_finder, &LogSearch::missed, this, &LogView::onMissed);
    refresh();
}

/// What is read, and how it is shown.
QHBoxLayout *LogView::makeSourceRow()
{
    auto *heading = new QLabel(tr("Logs"));
    heading->setFont(theme::heading(1.3));
    m_range = new QComboBox;
    m_range->setAccessibleName(tr("How far back the log is read"));
    const QList<std::pair<QString, std::chrono::seconds>> ranges{{tr("Last 5 minutes"), 5min},
        {tr("Last 15 minutes"), 15min}, {tr("Last hour"), 1h}, {tr("Last 6 hours"), 6h}, {tr("Last 24 hours"), 24h},
        {tr("All"), 0s}};
    for (const auto &[text, range] : ranges)
        m_range->addItem(text, qint64(range.count()));
    m_range->setCurrentIndex(m_range->findData(qint64(m_cluster.logRange().value_or(0s).count())));
    m_follow = new QCheckBox(tr("F&ollow"));
    m_follow->setToolTip(tr("Stay at the end (End); scrolling up ends it"));
    m_follow->setChecked(true);
    m_pause = new QCheckBox(tr("&Pause"));
    m_pause->setToolTip(tr("Show nothing new for now; new lines are kept and wait"));
    m_wrap = new QCheckBox(tr("&Wrap"));
    m_previous = new QPushButton(tr("P&revious containers"));
    m_previous->setToolTip(tr("Read what was logged before the last restart, where a container was restarted"));
    auto *exporting = new QPushButton(tr("&Export…"));
    exporting->setToolTip(tr("Write all lines that are held to a file, also those that are not shown"));
    auto *menu = new QToolButton;
    menu->setText(u"⋯"_s);
    menu->setAccessibleName(tr("More about the log"));
    menu->setToolTip(menu->accessibleName());
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setMenu(makeMenu());

    connect(m_range, &QComboBox::activated, this, [this] {
        const std::chrono::seconds range(m_range->currentData().toLongLong());
        m_cluster.requestLogRange(range == 0s ? std::nullopt : std::optional(range));
    });
    connect(m_follow, &QCheckBox::toggled, m_list, &LogList::setFollowing);
    connect(m_list, &LogList::followingChanged, m_follow, &QCheckBox::setChecked);
    connect(m_pause, &QCheckBox::toggled, this, [this](bool paused) { m_log.setPaused(paused); });
    connect(m_wrap, &QCheckBox::toggled, this, [this](bool wraps) {
        m_list->setWrapping(wraps);
        QSettings().setValue(wrapKey, wraps);
    });
    connect(m_previous, &QPushButton::clicked, &m_cluster, &ClusterModel::requestPreviousLogs);
    connect(exporting, &QPushButton::clicked, this, &LogView::chooseExport);
    m_pause->setChecked(m_log.isPaused());
    m_wrap->setChecked(QSettings().value(wrapKey, false).toBool());

    auto *row = new QHBoxLayout;
    row->addWidget(heading);
    row->addStretch();
    for (QWidget *widget :
        std::initializer_list<QWidget *>{m_range, m_follow, m_pause, m_wrap, m_previous, exporting, menu})
        row->addWidget(widget);
    return row;
}

/// Which of it is shown, and what is searched for.
QHBoxLayout *LogView::makeFilterRow()
{
    m_level = new QComboBox;
    m_level->setAccessibleName(tr("Least level"));
    m_level->addItem(tr("All levels"), QVariant::fromValue(LogLevel::Other));
    m_level->addItem(tr("Info and worse"), QVariant::fromValue(LogLevel::Info));
    m_level->addItem(tr("Warnings and errors"), QVariant::fromValue(LogLevel::Warn));
    m_level->addItem(tr("Errors"), QVariant::fromValue(LogLevel::Error));
    const QString expression = tr("A regular expression; upper and lower case are the same");
    m_include = makeField(tr("Show only lines that match"), tr("Only lines with…"), expression);
    m_exclude = makeField(tr("Hide lines that match"), tr("Without lines with…"), expression);
    m_search = makeField(
        tr("Search in the log"), tr("Search   ( / )"), tr("Text; F3 finds the next, Shift+F3 the one before"));
    m_searchState = new QLabel;
    m_searchState->setForegroundRole(QPalette::PlaceholderText);
    auto *row = new QHBoxLayout;
    row->addWidget(m_level);
    row->addWidget(m_include, 1);
    row->addWidget(m_exclude, 1);
    row->addWidget(m_search, 1);
    for (const bool forward : {false, true}) {
        auto *button = new QToolButton;
        button->setArrowType(forward ? Qt::DownArrow : Qt::UpArrow);
        button->setAccessibleName(forward ? tr("Find the next") : tr("Find the one before"));
        button->setToolTip(button->accessibleName() + (forward ? u" (F3)"_s : u" (Shift+F3)"_s));
        connect(button, &QToolButton::clicked, this, [this, forward] { search(forward); });
        row->addWidget(button);
    }
    row->addWidget(m_searchState);

    connect(m_level, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(m_include, &QLineEdit::textChanged, this, &LogView::applyFilter);
    connect(m_exclude, &QLineEdit::textChanged, this, &LogView::applyFilter);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_finder.stop();
        m_searchState->clear();
        m_list->setHighlight(text);
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { search(true); });
    return row;
}

QWidget *LogView::makeExportRow()
{
    m_exportRow = new QWidget;
    m_progress = new QProgressBar;
    m_progress->setAccessibleName(tr("Lines exported"));
    auto *cancel = new QPushButton(tr("Cancel the export"));
    connect(cancel, &QPushButton::clicked, this, [this] {
        delete m_export;
        m_exportRow->hide();
    });
    auto *row = new QHBoxLayout(m_exportRow);
    row->setContentsMargins({});
    row->addWidget(m_progress, 1);
    row->addWidget(cancel);
    m_exportRow->hide();
    return m_exportRow;
}

QMenu *LogView::makeMenu()
{
    auto *menu = new QMenu(this);
    QAction *times = menu->addAction(tr("Show the time of each line (UTC)"));
    times->setCheckable(true);
    connect(times, &QAction::toggled, this, [this](bool shows) {
        m_list->setShowsTimes(shows);
        QSettings().setValue(timesKey, shows);
    });
    times->setChecked(QSettings().value(timesKey, false).toBool());
    menu->addSection(tr("Memory for lines"));
    auto *sizes = new QActionGroup(menu);
    for (const qint64 size : {16, 64, 256, 1024}) {
        QAction *action = menu->addAction(tr("%1 MiB").arg(size));
        action->setCheckable(true);
        action->setChecked(m_log.byteLimit() == size * mebibyte);
        sizes->addAction(action);
        connect(action, &QAction::triggered, this, [this, size] {
            m_log.setByteLimit(size * mebibyte);
            QSettings().setValue(memoryKey, size);
        });
    }
    return menu;
}

void LogView::makeShortcuts()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto run) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
    };
    add(tr("Find the next"), QKeySequence(Qt::Key_F3), [this] { search(true); });
    add(tr("Find the one before"), QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { search(false); });
}

void LogView::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LogView::focusLines()
{
    m_list->setFocus();
}

void LogView::applyFilter()
{
    LogLineFilter filter{.least = m_level->currentData().value<LogLevel>()};
    QStringList problems;
    const auto read = [&](const QLineEdit *field, const QRegularExpression &before) {
        const QRegularExpression expression(field->text(), QRegularExpression::CaseInsensitiveOption);
        if (expression.isValid())
            return expression;
        problems.append(tr("“%1” is no regular expression: %2, at character %3. What was there before still holds.")
                .arg(field->text(), expression.errorString())
                .arg(expression.patternErrorOffset() + 1));
        return before;
    };
    filter.include = read(m_include, m_log.filter().include);
    filter.exclude = read(m_exclude, m_log.filter().exclude);
    m_problem->setText(problems.join(u'\n'));
    m_problem->setVisible(!problems.isEmpty());
    m_log.setFilter(filter);
}

void LogView::search(bool forward)
{
    if (m_search->text().isEmpty())
        return focusSearch();
    m_searchState->setText(tr("searching…"));
    m_finder.find(m_search->text(), m_list->currentIndex(), forward);
}

void LogView::onFound(const QModelIndex &index)
{
    m_searchState->clear();
    m_list->showRow(index);
}

void LogView::onMissed()
{
    m_searchState->setText(tr("not found"));
}

void LogView::chooseExport()
{
    auto *dialog
        = new QFileDialog(this, tr("Export all lines that are held"), QString(), tr("Logs (*.log);;All files (*)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"log"_s);
    dialog->selectFile(u"patronus-operator-%1.log"_s.arg(m_cluster.clock().wallTime().toString(u"yyyyMMdd-HHmmss"_s)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &LogView::exportTo);
    dialog->open();
}

void LogView::exportTo(const QString &file)
{
    delete m_export;
    m_export = new LogExport(m_log.snapshot(), file, this);
    m_progress->setRange(0, int(m_export->lineCount()));
    m_progress->setValue(0);
    m_exportRow->show();
    m_outcome->hide();
    connect(m_export, &LogExport::progressed, m_progress, [this](qint64 lines) { m_progress->setValue(int(lines)); });
    connect(m_export, &LogExport::ended, this, &LogView::onExported);
}

void LogView::onExported(const QString &problem)
{
    m_exportRow->hide();
    m_outcome->setMessageType(problem.isEmpty() ? KMessageWidget::Positive : KMessageWidget::Error);
    m_outcome->setText(problem.isEmpty() ? tr("%1 line(s) are in %2.", nullptr, int(m_export->lineCount()))
                                               .arg(number(m_export->lineCount()), m_export->fileName())
                                         : tr("The log was not exported. %1").arg(problem));
    m_outcome->show();
    m_export->deleteLater();
}

QString LogView::emptyText() const
{
    if (m_log.lineCount() == 0)
        return m_cluster.logDescription() + u"\n\n"_s + tr("There are no lines yet. What is logged appears by itself.");
    if (m_log.isFiltering())
        return tr("Looking through %1 line(s)…", nullptr, int(m_log.lineCount())).arg(number(m_log.lineCount()));
    if (m_log.lineCount() == 1)
        return tr("The filter hides the only line.");
    return tr("The filter hides all %1 lines.").arg(number(m_log.lineCount()));
}

void LogView::refresh()
{
    const qint64 held = m_log.lineCount(), rows = m_log.rowCount(), waiting = m_log.waiting();
    QStringList parts{m_cluster.logDescription()};
    if (rows < held - waiting)
        parts.append(tr("%1 of %2 line(s)", nullptr, int(held)).arg(number(rows), number(held)));
    else if (held > 0)
        parts.append(tr("%1 line(s)", nullptr, int(held)).arg(number(held)));
    if (m_log.isFiltering())
        parts.append(tr("looking through older ones…"));
    if (m_log.isPaused())
        parts.append(tr("paused, %1 new line(s) wait", nullptr, int(waiting)).arg(number(waiting)));
    if (m_log.dropped() > 0)
        parts.append(tr("%1 older line(s) were dropped to stay within %2 MiB", nullptr, int(m_log.dropped()))
                .arg(number(m_log.dropped()), number(m_log.byteLimit() / mebibyte)));
    m_status->setText(parts.join(u" · "_s));
    m_list->setEmptyText(emptyText());
    m_previous->setEnabled(m_cluster.hasPreviousLogs());
}

} // namespace patronus
