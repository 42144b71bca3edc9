// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QPlainTextEdit;

namespace patronus {

/// A credential plugin as a person is asked about it.
struct PluginQuestion {
    QString context = {}; ///< whose credentials it is to give
    QString server = {}; ///< where they go
    QString file = {}; ///< the kubeconfig that names it
    QString program = {}; ///< absolute
    QStringList commandLine = {};
    QStringList environment = {}; ///< the names of the variables that the kubeconfig sets
};

/// Asks whether a kubeconfig may run a program. No is what Enter, Escape and the window's closing say.
class PluginLeaveDialog : public QDialog
{
    Q_OBJECT

public:
    explicit PluginLeaveDialog(const PluginQuestion &question, QWidget *parent = nullptr);
};

/// What a credential plugin that runs says, and where it waits for one, a line for it. It comes into view when there
/// is something to read or to wait for, and goes with the plugin.
class PluginRunDialog : public QDialog
{
    Q_OBJECT

public:
    PluginRunDialog(const PluginQuestion &question, bool takesLines, QWidget *parent = nullptr);

    void say(const QString &text); ///< more of what the plugin says

Q_SIGNALS:
    void lineGiven(const QString &line);
    void stopped();

private:
    void giveLine();

    QPlainTextEdit *m_said;
    QLineEdit *m_line = nullptr; ///< null: it takes none
    bool m_isDue = false; ///< it runs for longer than one that needs nobody
};

} // namespace patronus
