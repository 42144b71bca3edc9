// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"

#include <QDialog>
#include <QSortFilterProxyModel>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QMimeData;
class QPushButton;
class QTableView;

namespace patronus {

/// Chooses a context, and says which files contexts come from: files are added by a button or dropped in. Nothing is
/// connected to before its button is pressed, and no file makes anything run.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p contexts has to outlive it.
    explicit ConnectDialog(ContextsModel &contexts, QWidget *parent = nullptr);

    [[nodiscard]] std::optional<ContextKey> chosen() const; ///< one that can be used
    /// Adds @p files to the list and selects what the first of them has.
    void addFiles(const QStringList &files);
    /// The files of a drag, or none.
    [[nodiscard]] static QStringList localFiles(const QMimeData &data);

Q_SIGNALS:
    void newWindowRequested(const std::optional<patronus::ContextKey> &context); ///< for what is chosen

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    [[nodiscard]] QWidget *makeClassRow();
    void chooseFiles();
    void onClassChosen();
    void onModelReset();
    void refresh();
    void selectRow(int sourceRow);
    [[nodiscard]] const ContextEntry *selected() const; ///< also one that cannot be used

    ContextsModel &m_contexts;
    QSortFilterProxyModel m_proxy;
    QLineEdit *m_filter;
    QTableView *m_table;
    QLabel *m_explanation;
    QComboBox *m_class;
    QCheckBox *m_readOnly;
    QPushButton *m_remove;
    QPushButton *m_newWindow;
    QPushButton *m_connect;
    std::optional<ContextKey> m_selected; // what the selection goes back to when the list was read anew
};

} // namespace patronus
