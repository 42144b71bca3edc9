// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logexport.h"
#include "ui/loglist.h"
#include "ui/logsearch.h"

#include <QPointer>
#include <QWidget>

class KMessageWidget;
class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QProgressBar;
class QPushButton;

namespace patronus {

class ClusterModel;

/// The operator's log: all its pods merged by time. What is shown is chosen by level and by regular expressions; what
/// is searched for is highlighted; all that is held can be exported.
class LogView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit LogView(ClusterModel &cluster, QWidget *parent = nullptr);

    void focusSearch();
    void focusLines();
    /// Writes all that is held to @p file, with progress and a button to cancel.
    void exportTo(const QString &file);
    [[nodiscard]] LogList &lines() { return *m_list; }

private:
    QHBoxLayout *makeSourceRow();
    QHBoxLayout *makeFilterRow();
    QWidget *makeExportRow();
    QMenu *makeMenu();
    void makeShortcuts();
    void applyFilter();
    void search(bool forward);
    void onFound(const QModelIndex &index);
    void onMissed();
    void chooseExport();
    void onExported(const QString &problem);
    void refresh();
    [[nodiscard]] QString emptyText() const;

    ClusterModel &m_cluster;
    LogLinesModel &m_log;
    LogSearch m_finder;
    LogList *m_list;
    QComboBox *m_range = nullptr, *m_level = nullptr;
    QCheckBox *m_follow = nullptr, *m_pause = nullptr, *m_wrap = nullptr;
    QPushButton *m_previous = nullptr;
    QLineEdit *m_include = nullptr, *m_exclude = nullptr, *m_search = nullptr;
    QLabel *m_searchState = nullptr, *m_status;
    KMessageWidget *m_problem; // with an expression
    KMessageWidget *m_outcome; // of the last export
    QWidget *m_exportRow = nullptr;
    QProgressBar *m_progress = nullptr;
    QPointer<LogExport> m_export;
};

} // namespace patronus
