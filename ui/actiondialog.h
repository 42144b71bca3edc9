// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QDialog>

class KMessageWidget;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QPushButton;
class QSplitter;
class QTabWidget;
class QTimer;

namespace patronus {

class CodeView;

/// One action of a person: where it goes, what it does step by step, what it means; then how it goes, and how it ended.
/// How it is confirmed depends on its tier. It stays on its action, and can be closed at any time and opened again:
/// closing cancels what has not begun, and nothing else.
class ActionDialog : public QDialog
{
    Q_OBJECT

public:
    /// Both have to outlive it.
    ActionDialog(ActionModel &action, ClusterModel &cluster, QWidget *parent = nullptr);

    [[nodiscard]] const ActionModel &action() const { return m_action; }
    void reject() override;

private:
    [[nodiscard]] QWidget *makeHeader();
    [[nodiscard]] QSplitter *makeSteps();
    [[nodiscard]] QWidget *makeConfirmation();
    [[nodiscard]] QLayout *makeButtons();
    void refresh();
    void refreshPlan();
    void refreshButtons();
    void refreshProgress();
    void showStep();
    void tick();
    void onPrimary();
    [[nodiscard]] QString toType() const; ///< what has to be typed; empty: nothing
    [[nodiscard]] bool isLocked() const;
    [[nodiscard]] bool isConfirmable() const;

    ActionModel &m_action;
    ClusterModel &m_cluster;
    ActionModel::Phase m_shown; // what refresh() has laid out
    int m_secondsShown = 0; // since the plan is in view

    QLabel *m_title = nullptr;
    QFormLayout *m_target = nullptr;
    QLabel *m_consequences = nullptr;
    KMessageWidget *m_warning = nullptr;
    KMessageWidget *m_problem = nullptr;
    KMessageWidget *m_result = nullptr;
    QSplitter *m_stepArea = nullptr;
    QListView *m_steps = nullptr;
    QTabWidget *m_details = nullptr;
    CodeView *m_diff = nullptr;
    CodeView *m_preview = nullptr;
    CodeView *m_output = nullptr; // what a program said that did it for us
    QLabel *m_command = nullptr;
    QWidget *m_confirmation = nullptr;
    QLabel *m_typeLabel = nullptr;
    QLineEdit *m_typed = nullptr;
    QPushButton *m_unlock = nullptr;
    QProgressBar *m_bar = nullptr;
    QLabel *m_progress = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_again = nullptr;
    QPushButton *m_halt = nullptr;
    QPushButton *m_next = nullptr;
    QPushButton *m_primary = nullptr;
    QTimer *m_tick = nullptr;
};

} // namespace patronus
