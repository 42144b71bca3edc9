// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"
#include "models/filterproxy.h"

#include <QWidget>

class KMessageWidget;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QSettings;
class QStackedWidget;
class QTableView;

namespace patronus {

/// A table of one resource's objects with its filter. What is selected is held by UID: rows come, go and move, and the
/// selection never slips to another object. While the pointer is over the table, rows do not move.
class ObjectView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it. @p chips are filters offered for the mouse: label, filter word.
    ObjectView(ClusterModel &cluster, ClusterModel::Resource resource, const QString &title,
        const QList<std::pair<QString, QString>> &chips, QWidget *parent = nullptr);
    ~ObjectView() override;

    [[nodiscard]] Object selected() const; ///< null when not exactly one object is selected
    [[nodiscard]] QList<Object> allSelected() const;
    void select(const QString &uid);
    void setFilter(const QString &text);
    void focusFilter();
    void focusTable();
    void setNamespace(const QString &nameSpace);
    [[nodiscard]] const FilterProxy &rows() const { return m_proxy; }
    /// Filter, sorting, and the columns' order, widths and visibility, in a group of its own.
    void saveLooks(QSettings &settings) const;
    void restoreLooks(QSettings &settings); ///< what was saved of the same columns; else all stays as it is

Q_SIGNALS:
    void selectionChanged(); ///< another object, or the selected one has changed

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeTable(const QString &title);
    [[nodiscard]] QWidget *makeEmptyPage();
    /// Needs the table.
    [[nodiscard]] QLayout *makeFilterRow(const QString &title, const QList<std::pair<QString, QString>> &chips);
    void onFilterChanged();
    void onSelected();
    void refresh();
    void fillColumnMenu(QMenu &menu); ///< which are shown, and where the current one stands
    enum class Fit { Anew, Wider }; ///< Wider: none becomes narrower, so that little moves
    void fitColumns(Fit fit = Fit::Anew); ///< each to what is in it, but fillWidth()
    void fillWidth(); ///< the widest column takes what the others leave
    [[nodiscard]] int widestColumn() const;

    ClusterModel &m_cluster;
    const ClusterModel::Resource m_resource;
    FilterProxy m_proxy;
    QLineEdit *m_filter = nullptr;
    QLabel *m_count = nullptr;
    KMessageWidget *m_problem = nullptr;
    QLabel *m_scope = nullptr;
    QStackedWidget *m_pages = nullptr;
    QTableView *m_table = nullptr;
    QLabel *m_empty = nullptr;
    QPushButton *m_clear = nullptr;
    bool m_ownWidths = false, m_fitting = false;
    int m_fittedTo = 0; // objects that there were when columns were last fitted
    QString m_uid;
    QString m_seenVersion; // of the selected object, to tell its changes from others'
};

} // namespace patronus
