// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"

#include <QDialog>
#include <QSortFilterProxyModel>

class QPushButton;
class QTableView;

namespace patronus {

/// Chooses a context. Nothing is connected to before its button is pressed.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p contexts has to outlive it.
    explicit ConnectDialog(ContextsModel &contexts, QWidget *parent = nullptr);

    [[nodiscard]] QString chosen() const; ///< the context's name; empty: none

private:
    void refresh();

    ContextsModel &m_contexts;
    QSortFilterProxyModel m_proxy;
    QTableView *m_table;
    QPushButton *m_connect;
};

} // namespace patronus
