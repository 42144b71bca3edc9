// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QSortFilterProxyModel>
#include <QWidget>

#include <functional>

class KMessageWidget;
class QBoxLayout;
class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace patronus {

class CodeView;

/// A report: its findings as a table, what there is to one of them below, and buttons for what can be done about it.
/// It is asked for when it comes into view and is not read yet, and whenever somebody wants it anew.
class ReportView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it. @p what says what is looked into, before there is a report.
    ReportView(ClusterModel &cluster, ClusterModel::Report report, const QString &title, const QString &what,
        QWidget *parent = nullptr);

    /// A place for what belongs above the table.
    [[nodiscard]] QBoxLayout *top() const { return m_top; }

Q_SIGNALS:
    void opened(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key); ///< what a row is about
    void editWanted(const patronus::EditedObject &edit); ///< its base; of none a new one, which begins as its mine says

protected:
    void showEvent(QShowEvent *event) override;

private:
    void refresh();
    void fitColumns();
    [[nodiscard]] QWidget *makePane();
    void showRow();
    void showDetail();
    [[nodiscard]] const ReportModel::Row *currentRow() const; ///< null: none is chosen
    void addButton(const QString &text, bool changes, const std::function<void()> &run);
    void openRow();

    ClusterModel &m_cluster;
    const ClusterModel::Report m_report;
    const QString m_what;
    ReportModel &m_model;
    QSortFilterProxyModel m_proxy;
    QBoxLayout *m_top;
    QLabel *m_summary;
    QLabel *m_time;
    KMessageWidget *m_problem;
    QTableView *m_table;
    bool m_isFitted = false; ///< the columns are as wide as these rows want them
    QWidget *m_pane; ///< with the detail
    QComboBox *m_compare = nullptr;
    CodeView *m_detail = nullptr;
    QBoxLayout *m_remedies;
    QPushButton *m_again;
};

} // namespace patronus
