// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace patronus {

/// What a window shows that is not connected: nothing is asked of any cluster before somebody says so. The contexts
/// that were open when the console was last used are one press away.
class WelcomePage : public QWidget
{
    Q_OBJECT

public:
    /// @p contexts has to outlive it.
    explicit WelcomePage(const ContextsModel &contexts, QWidget *parent = nullptr);

Q_SIGNALS:
    void choiceRequested(); ///< among all contexts
    void connectRequested(const patronus::ContextKey &context);
    void newWindowRequested(const patronus::ContextKey &context); ///< to be connected to in a window of its own

private:
    void refresh();
    void openAll();

    const ContextsModel &m_contexts;
    QList<ContextKey> m_last; // that were open when the console was last used
    QLabel *m_heading;
    QVBoxLayout *m_buttons;
    QPushButton *m_all;
};

} // namespace patronus
