// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/commandpalette.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace patronus {

CommandPalette::CommandPalette(QList<Command> commands, QWidget *parent)
    : QDialog(parent), m_commands(std::move(commands))
{
    setWindowTitle(tr("Find an action or an object"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(560, 360);
    for (int i = 0; i < m_commands.size(); ++i) {
        const Command &command = m_commands[i];
        auto *item
            = new QStandardItem(command.hint.isEmpty() ? command.text : u"%1    %2"_s.arg(command.text, command.hint));
        item->setData(i);
        item->setEditable(false);
        m_model.appendRow(item);
    }
    m_proxy.setSourceModel(&m_model);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_text = new QLineEdit;
    m_text->setPlaceholderText(tr("A site, a policy, a view, an action"));
    m_text->installEventFilter(this);
    m_list = new QListView;
    m_list->setModel(&m_proxy);
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("What was found"));
    m_list->setCurrentIndex(m_proxy.index(0, 0));
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_text);
    layout->addWidget(m_list, 1);
    connect(m_text, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_proxy.setFilterFixedString(text);
        m_list->setCurrentIndex(m_proxy.index(0, 0));
    });
    connect(m_text, &QLineEdit::returnPressed, this, [this] { run(m_list->currentIndex()); });
    connect(m_list, &QListView::activated, this, &CommandPalette::run);
    m_text->setFocus();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown)
            return QCoreApplication::sendEvent(m_list, event);
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::run(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    const auto command = m_commands[index.data(Qt::UserRole + 1).toInt()].run;
    accept();
    command();
}

} // namespace patronus
