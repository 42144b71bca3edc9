// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actiondialog.h"

#include "ui/codeview.h"
#include "ui/contextchip.h"
#include "ui/delegates.h"
#include "ui/message.h"
#include "ui/theme.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Phase = ActionModel::Phase;

constexpr int cancelWindow = 5; // seconds in which what is small can be cancelled
constexpr int holdBack = 2; // seconds before what destroys can be confirmed: nobody has read it sooner

TimelineDelegate::Entry stepEntry(const QModelIndex &row)
{
    const QString title = u"%1. %2"_s.arg(row.row() + 1).arg(row.data().toString());
    switch (row.data(ActionModel::StateRole).value<ActionModel::StepState>()) {
    case ActionModel::StepState::Done:
        return {theme::stateIcon(State::Ready), title, ActionDialog::tr("done"), {}};
    case ActionModel::StepState::NotDone:
        return {theme::stateIcon(State::Failed), title, ActionDialog::tr("not done"), {}};
    case ActionModel::StepState::Waiting:
        break;
    }
    switch (row.data(ActionModel::CheckRole).value<ActionStep::Check>()) {
    case ActionStep::Check::Accepted:
        return {theme::stateIcon(State::Working), title, {}, ActionDialog::tr("The API server accepts it (dry run).")};
    case ActionStep::Check::Refused:
        return {theme::stateIcon(State::Failed), title, {},
            ActionDialog::tr("The API server refuses it: %1").arg(row.data(ActionModel::RemarkRole).toString())};
    case ActionStep::Check::NotSent:
        break;
    }
    return {theme::stateIcon(State::Working), title, {}, ActionDialog::tr("After the step before it.")};
}

QString bullets(const QStringList &lines)
{
    return lines.isEmpty() ? QString() : u"• "_s + lines.join(u"\n• "_s);
}

void tell(KMessageWidget *message, const QString &text)
{
    message->setText(text);
    message->setVisible(!text.isEmpty());
}

} // namespace

ActionDialog::ActionDialog(ActionModel &action, ClusterModel &cluster, QWidget *parent)
    : QDialog(parent), m_action(action), m_cluster(cluster), m_shown(Phase::Planning)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumSize(640, 420);
    resize(760, 620);
    m_consequences = makePlainText();
    m_warning = makeMessage(KMessageWidget::Warning, false);
    m_problem = makeMessage(KMessageWidget::Error, false);
    m_result = makeMessage(KMessageWidget::Positive, false);
    m_result->setObjectName(u"result"_s);
    m_command = makePlainText();
    m_command->setFont(theme::monospace());
    m_bar = new QProgressBar;
    m_bar->setAccessibleName(tr("Progress"));
    m_progress = makePlainText();

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeHeader());
    layout->addWidget(m_problem);
    layout->addWidget(m_result);
    layout->addWidget(m_consequences);
    layout->addWidget(m_warning);
    m_stepArea = makeSteps();
    layout->addWidget(m_stepArea, 1);
    layout->addWidget(m_command);
    layout->addWidget(m_progress);
    layout->addWidget(m_bar);
    m_confirmation = makeConfirmation();
    layout->addWidget(m_confirmation);
    layout->addLayout(makeButtons());

    m_tick = new QTimer(this);
    m_tick->setInterval(1000);
    connect(m_tick, &QTimer::timeout, this, &ActionDialog::tick);
    connect(&action, &ActionModel::changed, this, &ActionDialog::refresh);
    connect(&action, &ActionModel::progressChanged, this, &ActionDialog::refreshProgress);
    connect(&cluster, &ClusterModel::livenessChanged, this, &ActionDialog::refreshButtons);
    refresh();
}

QWidget *ActionDialog::makeHeader()
{
    const ContextEntry &context = m_action.context();
    m_title = makePlainText();
    m_title->setFont(theme::heading(1.3));
    m_title->setObjectName(u"title"_s);
    auto *where = new QLabel(u"%1 · %2"_s.arg(context.label(), classText(context)));
    where->setTextFormat(Qt::PlainText);
    where->setAutoFillBackground(true);
    where->setContentsMargins(10, 4, 10, 4);
    QPalette palette = where->palette();
    palette.setColor(QPalette::Window, theme::contextColor(context.contextClass()));
    palette.setColor(QPalette::WindowText, Qt::white);
    where->setPalette(palette);
    QFont bold = where->font();
    bold.setBold(true);
    where->setFont(bold);

    auto *header = new QWidget;
    auto *layout = new QVBoxLayout(header);
    layout->setContentsMargins({});
    auto *row = new QHBoxLayout;
    row->addWidget(m_title, 1);
    row->addWidget(where, 0, Qt::AlignTop);
    layout->addLayout(row);
    m_target = new QFormLayout;
    m_target->setVerticalSpacing(2);
    layout->addLayout(m_target);
    return header;
}

QSplitter *ActionDialog::makeSteps()
{
    m_steps = makeTimeline(&m_action, stepEntry, tr("Steps"));
    m_steps->setObjectName(u"steps"_s);
    m_diff = new CodeView(u"Diff"_s);
    m_diff->setAccessibleName(tr("What the step changes"));
    m_diff->setPlaceholderText(tr("This step changes nothing but what its line says."));
    m_diff->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    connect(m_steps->selectionModel(), &QItemSelectionModel::currentChanged, this, &ActionDialog::showStep);
    m_preview = new CodeView(u"YAML"_s);
    m_preview->setAccessibleName(tr("What the operator would then do"));
    m_preview->setObjectName(u"preview"_s);
    m_output = new CodeView(QString());
    m_output->setAccessibleName(tr("What was said on the way"));
    m_output->setObjectName(u"output"_s);
    m_details = new QTabWidget;
    m_details->setDocumentMode(true);
    m_details->addTab(m_diff, tr("What the step changes"));
    m_details->addTab(m_preview, tr("What the operator would then do"));
    m_details->addTab(m_output, tr("What helm said"));
    auto *split = new QSplitter(Qt::Vertical);
    split->addWidget(m_steps);
    split->addWidget(m_details);
    split->setChildrenCollapsible(false);
    split->setSizes({150, 120});
    return split;
}

QWidget *ActionDialog::makeConfirmation()
{
    m_typed = new QLineEdit;
    m_typed->setObjectName(u"typed"_s);
    m_typed->setAccessibleName(tr("The name, typed to confirm"));
    connect(m_typed, &QLineEdit::textChanged, this, &ActionDialog::refreshButtons);
    m_typeLabel = makePlainText();
    m_unlock = new QPushButton(tr("Unlock"));
    m_unlock->setObjectName(u"unlock"_s);
    m_unlock->setAutoDefault(false);
    connect(m_unlock, &QPushButton::clicked, this, [this] {
        m_cluster.unlock();
        m_typed->clear(); // what was typed to unlock does not confirm
        m_secondsShown = 0;
        refreshButtons();
    });
    auto *area = new QWidget;
    auto *layout = new QHBoxLayout(area);
    layout->setContentsMargins({});
    layout->addWidget(m_typeLabel, 1);
    layout->addWidget(m_typed, 1);
    layout->addWidget(m_unlock);
    return area;
}

QLayout *ActionDialog::makeButtons()
{
    m_again = new QPushButton(tr("Plan again"));
    m_again->setAutoDefault(false);
    connect(m_again, &QPushButton::clicked, &m_action, &ActionModel::planAgain);
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setDefault(true); // Enter never confirms
    connect(m_cancel, &QPushButton::clicked, this, &ActionDialog::reject);
    m_primary = new QPushButton;
    m_primary->setObjectName(u"primary"_s);
    m_primary->setAutoDefault(false);
    connect(m_primary, &QPushButton::clicked, this, &ActionDialog::onPrimary);
    m_halt = new QPushButton(tr("Begin no further step"));
    m_halt->setObjectName(u"halt"_s);
    m_halt->setAutoDefault(false);
    m_halt->setToolTip(tr("The step under way is ended; what was done stays, and can be gone on with"));
    connect(m_halt, &QPushButton::clicked, &m_action, &ActionModel::cancel);
    m_next = new QPushButton;
    m_next->setObjectName(u"next"_s);
    m_next->setAutoDefault(false);
    connect(m_next, &QPushButton::clicked, this, [this] {
        m_cluster.requestAction(m_action.outcome().next->request);
        accept();
    });
    auto *row = new QHBoxLayout;
    row->addWidget(m_again);
    row->addWidget(m_halt);
    row->addStretch();
    row->addWidget(m_next);
    row->addWidget(m_primary);
    row->addWidget(m_cancel);
    return row;
}

void ActionDialog::refresh()
{
    setWindowTitle(u"%1 — %2"_s.arg(m_action.title(), m_action.context().label()));
    m_title->setText(m_action.title());
    if (m_target->rowCount() != m_action.target().size()) {
        while (m_target->rowCount() > 0)
            m_target->removeRow(0);
        for (const auto &[label, value] : m_action.target()) {
            QLabel *text = makePlainText(value);
            text->setWordWrap(false);
            m_target->addRow(label, text);
        }
    }
    m_shown = m_action.phase();
    m_secondsShown = 0;
    refreshPlan();
    if (m_shown == Phase::Planned) {
        m_tick->start();
        m_cancel->setFocus();
    } else {
        m_tick->stop();
    }
    refreshProgress();
    refreshButtons();
}

void ActionDialog::refreshPlan()
{
    const ActionPlan &plan = m_action.plan();
    const ActionOutcome &outcome = m_action.outcome();
    const bool isEnded = m_shown == Phase::Ended, isPlanned = m_shown == Phase::Planned;
    m_consequences->setText(bullets(plan.consequences));
    m_consequences->setVisible(!plan.consequences.isEmpty() && !isEnded);
    tell(m_warning, isEnded ? QString() : bullets(plan.warnings));
    tell(m_problem,
        m_shown == Phase::Unplanned ? tr("There is no plan: %1").arg(m_action.problem())
            : isPlanned             ? bullets(plan.obstacles)
            : isEnded && outcome.failure
            ? tr("%1: %2").arg(outcome.done.isEmpty() ? tr("Nothing was changed") : tr("It stopped before its end"),
                  outcome.failure->message)
            : QString());
    tell(m_result,
        isEnded && !outcome.failure         ? outcome.result
            : isPlanned && plan.isNothing() ? tr("There is nothing to do: all is as it would be made.")
                                            : QString());
    m_stepArea->setVisible(!plan.steps.isEmpty());
    if (!plan.steps.isEmpty())
        m_steps->setCurrentIndex(m_action.index(0));
    showStep();
    m_preview->setCode(plan.preview.join(u'\n'));
    m_details->setTabVisible(m_details->indexOf(m_preview), !plan.preview.isEmpty());
    m_output->setCode(outcome.output.join(u'\n'));
    m_details->setTabVisible(m_details->indexOf(m_output), !outcome.output.isEmpty());
    if (!outcome.output.isEmpty()) {
        m_details->setCurrentWidget(m_output);
        m_stepArea->setSizes({150, 300});
    }
    m_command->setText(tr("By hand: %1").arg(plan.command));
    m_command->setVisible(!plan.command.isEmpty() && isPlanned);
    m_confirmation->setVisible(isPlanned && plan.isPossible() && !toType().isEmpty());
}

void ActionDialog::refreshProgress()
{
    const bool isWorking = m_shown == Phase::Planning || m_shown == Phase::Running;
    const ActionModel::Progress &progress = m_action.progress();
    m_bar->setVisible(isWorking);
    m_progress->setVisible(isWorking);
    m_bar->setRange(0, int(progress.of));
    m_bar->setValue(int(progress.done));
    m_progress->setText(progress.what.isEmpty()
            ? m_shown == Phase::Planning ? tr("Working out what has to be done…") : tr("Carrying it out…")
            : progress.what);
}

void ActionDialog::refreshButtons()
{
    const ActionPlan &plan = m_action.plan();
    const bool isPlanned = m_shown == Phase::Planned;
    m_primary->setVisible(isPlanned && plan.isPossible() && !isLocked());
    m_primary->setEnabled(isConfirmable());
    m_unlock->setVisible(isLocked());
    m_unlock->setEnabled(m_typed->text().trimmed() == toType());
    const auto minutes = [](std::chrono::seconds left) {
        return u"%1:%2"_s.arg(left.count() / 60).arg(left.count() % 60, 2, 10, QChar(u'0'));
    };
    m_typeLabel->setText(isLocked() ? tr("This is locked. Type %1 to unlock it for 15 minutes").arg(toType())
            : plan.tier == Tier::Locked
            ? tr("Unlocked for %1. Type %2 to confirm").arg(minutes(m_cluster.unlockedFor()), toType())
            : tr("Type %1 to confirm").arg(toType()));
    const int left = cancelWindow - m_secondsShown;
    m_primary->setText(plan.tier == Tier::Reversible ? tr("%1 (in %2 s)").arg(plan.button).arg(left) : plan.button);
    m_again->setVisible((m_shown == Phase::Ended && m_action.outcome().failure) || m_shown == Phase::Unplanned
        || (isPlanned && !plan.isPossible() && !plan.isNothing()));
    m_halt->setVisible(m_shown == Phase::Running);
    const auto &next = m_action.outcome().next;
    m_next->setVisible(m_shown == Phase::Ended && next);
    m_next->setText(next ? next->text : QString());
    m_cancel->setText(m_shown == Phase::Running                      ? tr("Leave it working")
            : m_action.isOver() || (isPlanned && !plan.isPossible()) ? tr("Close")
                                                                     : tr("Cancel"));
    m_primary->setToolTip(m_cluster.worstLiveness().state == Liveness::State::Live
            ? QString()
            : tr("What is shown is not live just now: wait until it is"));
}

bool ActionDialog::isLocked() const
{
    return m_action.plan().tier == Tier::Locked && m_cluster.unlockedFor() == std::chrono::seconds(0);
}

bool ActionDialog::isConfirmable() const
{
    const ActionPlan &plan = m_action.plan();
    if (isLocked())
        return false;
    if (m_shown != Phase::Planned || !plan.isPossible())
        return false;
    if (plan.tier == Tier::Reversible || plan.tier == Tier::Service)
        return true;
    return m_secondsShown >= holdBack && m_typed->text().trimmed() == toType()
        && m_cluster.worstLiveness().state == Liveness::State::Live;
}

QString ActionDialog::toType() const
{
    const ActionPlan &plan = m_action.plan();
    if (plan.tier == Tier::Reversible || plan.tier == Tier::Service)
        return {};
    const ContextClass itsClass = m_action.context().contextClass();
    const bool isSafe = itsClass == ContextClass::Staging || itsClass == ContextClass::Development;
    return isSafe && !plan.object.isEmpty() ? plan.object : m_action.context().name;
}

void ActionDialog::tick()
{
    ++m_secondsShown;
    if (m_action.plan().tier == Tier::Reversible && m_secondsShown >= cancelWindow && isConfirmable()) {
        onPrimary();
        return;
    }
    refreshButtons();
}

void ActionDialog::onPrimary()
{
    if (!isConfirmable()) { // the lock has fallen shut meanwhile
        refreshButtons();
        return;
    }
    m_tick->stop();
    m_action.confirm();
}

void ActionDialog::showStep()
{
    m_diff->setCode(m_steps->currentIndex().data(ActionModel::DiffRole).toStringList().join(u'\n'));
}

void ActionDialog::reject()
{
    if (m_action.phase() != Phase::Running)
        m_action.cancel();
    QDialog::reject();
}

} // namespace patronus
