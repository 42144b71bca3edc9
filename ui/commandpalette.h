// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>

#include <functional>

class QLineEdit;
class QListView;

namespace patronus {

/// Everything that can be done or opened, found by typing: Enter does the first.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    struct Command {
        QString text;
        QString hint; ///< its shortcut, or what it is
        std::function<void()> run;
    };

    explicit CommandPalette(QList<Command> commands, QWidget *parent = nullptr);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void run(const QModelIndex &index);

    const QList<Command> m_commands;
    QStandardItemModel m_model;
    QSortFilterProxyModel m_proxy;
    QLineEdit *m_text;
    QListView *m_list;
};

} // namespace patronus
