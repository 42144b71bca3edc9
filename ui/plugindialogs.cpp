// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plugindialogs.h"

#include "models/commandline.h"
#include "ui/message.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr auto quietTime = 1500ms; // what ends before that needs nobody
constexpr auto patience = 4s; // what runs for longer is shown, though it says nothing
constexpr int saidLimit = 64 * 1024;
constexpr int dialogWidth = 640, charactersInALine = 60, mostLines = 12;

QPlainTextEdit *readOnlyText(const QString &text, const QString &name, int lines)
{
    auto *edit = new QPlainTextEdit(text);
    edit->setReadOnly(true);
    edit->setTabChangesFocus(true);
    edit->setFont(theme::monospace());
    edit->setWordWrapMode(QTextOption::WrapAnywhere); // nothing stands where one would have to scroll to
    edit->setAccessibleName(name);
    edit->setFixedHeight(QFontMetrics(theme::monospace()).lineSpacing() * lines + 16);
    return edit;
}

} // namespace

PluginLeaveDialog::PluginLeaveDialog(const PluginQuestion &question, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Run a program for %1?").arg(question.context));
    setModal(true);
    auto *heading = makePlainText(tr("The credentials of %1 come from a program.").arg(question.context));
    heading->setFont(theme::heading(1.2));
    auto *explanation = makePlainText(
        tr("The kubeconfig says that this program is to run on this machine, as you, and what it prints is sent to the "
           "server. Allow it only if you know where the kubeconfig is from."));
    const QString line = commandLineText(question.commandLine);
    auto *command = readOnlyText(
        line, tr("Whole command line"), int(std::clamp<qsizetype>(line.size() / charactersInALine + 1, 2, mostLines)));

    auto *form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Kubeconfig"), makePlainText(commandLineText({question.file})));
    form->addRow(tr("Program"), makePlainText(commandLineText({question.program})));
    form->addRow(tr("Command line"), command);
    form->addRow(tr("Variables set"),
        makePlainText(question.environment.isEmpty() ? tr("none") : commandLineText(question.environment)));
    form->addRow(tr("Server"), makePlainText(question.server));
    auto *after = makePlainText(tr("You are asked again when any of this changes, or the program's file does."));
    after->setForegroundRole(QPalette::PlaceholderText);

    auto *buttons = new QDialogButtonBox;
    auto *run = buttons->addButton(tr("&Run it, now and later"), QDialogButtonBox::AcceptRole);
    auto *refuse = buttons->addButton(tr("&Do not run it"), QDialogButtonBox::RejectRole);
    run->setAutoDefault(false);
    run->setDefault(false);
    refuse->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(layout->spacing() + 6);
    layout->addWidget(heading);
    layout->addWidget(explanation);
    layout->addLayout(form);
    layout->addWidget(after);
    layout->addWidget(buttons);
    resize(dialogWidth, layout->totalHeightForWidth(dialogWidth));
    refuse->setFocus();
}

PluginRunDialog::PluginRunDialog(const PluginQuestion &question, bool takesLines, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Signing in to %1").arg(question.context));
    auto *heading
        = makePlainText(takesLines ? tr("The program that signs in to %1 asks for something.").arg(question.context)
                                   : tr("The program that signs in to %1 is running.").arg(question.context));
    heading->setFont(theme::heading(1.1));
    auto *explanation = makePlainText(takesLines
            ? tr("It gets the lines that you give here. If it insists on a terminal, run it in one first:")
            : tr("It may be waiting for you elsewhere, in a browser or on a phone; this goes by itself when it is "
                 "done. If it never is, run it in a terminal first:"));
    auto *command = makePlainText(commandLineText(question.commandLine));
    command->setFont(theme::monospace());
    m_said = readOnlyText({}, tr("What the program says"), 5);
    m_said->setPlaceholderText(tr("It has said nothing yet."));
    m_said->setMaximumBlockCount(1000);
    auto *buttons = new QDialogButtonBox;
    auto *stop = buttons->addButton(tr("&Stop it"), QDialogButtonBox::RejectRole);
    connect(stop, &QPushButton::clicked, this, &QDialog::reject);
    connect(this, &QDialog::rejected, this, &PluginRunDialog::stopped);

    auto *layout = new QVBoxLayout(this);
    for (QWidget *widget : std::initializer_list<QWidget *>{heading, explanation, command, m_said})
        layout->addWidget(widget);
    if (takesLines) {
        stop->setAutoDefault(false);
        m_line = new QLineEdit;
        m_line->setEchoMode(QLineEdit::Password); // it may be one
        m_line->setAccessibleName(tr("Line for the program"));
        auto *show = new QCheckBox(tr("S&how what I type"));
        connect(show, &QCheckBox::toggled, m_line,
            [this](bool on) { m_line->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
        auto *give = buttons->addButton(tr("&Give it the line"), QDialogButtonBox::ActionRole);
        give->setDefault(true);
        connect(give, &QPushButton::clicked, this, &PluginRunDialog::giveLine);
        layout->addWidget(m_line);
        layout->addWidget(show);
        m_line->setFocus();
    }
    layout->addWidget(buttons);
    resize(dialogWidth, layout->totalHeightForWidth(dialogWidth));
    if (takesLines) {
        m_isDue = true;
        show();
        return;
    }
    QTimer::singleShot(quietTime, this, [this] {
        m_isDue = true;
        if (!m_said->document()->isEmpty())
            show();
    });
    QTimer::singleShot(patience, this, &QWidget::show);
}

void PluginRunDialog::say(const QString &text)
{
    m_said->moveCursor(QTextCursor::End);
    m_said->insertPlainText(text.right(saidLimit));
    m_said->ensureCursorVisible();
    if (m_isDue)
        show();
}

void PluginRunDialog::giveLine()
{
    const QString line = m_line->text();
    m_line->clear();
    Q_EMIT lineGiven(line);
}

} // namespace patronus
