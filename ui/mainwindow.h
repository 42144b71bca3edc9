// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/clusterpage.h"

#include <QMainWindow>

class KActionCollection;
class KMessageWidget;
class QAction;
class QStackedWidget;

namespace patronus {

class ContextChip;
class NamespaceBox;
class WindowStatus;

/// A window on one cluster. It asks for what it wants by signals, and shows what the models say. How it looks is
/// remembered for each context: its place, the view, the namespace, filters and columns.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// @p contexts has to outlive it.
    explicit MainWindow(ContextsModel &contexts, QWidget *parent = nullptr);

    /// The cluster shown from now on; null: none. It has to live until another is set, or the window is gone.
    void setCluster(ClusterModel *cluster);
    [[nodiscard]] ClusterPage *page() { return m_page; } ///< null while not connected
    void chooseContext(const QStringList &addedFiles = {}); ///< opens the dialog, with files to be added
    void setNamespace(const QString &nameSpace); ///< of those that are read; empty: all
    void limitToNamespace(const QString &nameSpace); ///< no other is read, so no other can be chosen
    /// What went wrong, in view until it is dismissed.
    void showProblem(const QString &what, const QString &why);
    /// What the person has to know of what is shown, as long as it is so; empty: nothing.
    void setNotice(const QString &text);
    [[nodiscard]] QString problem() const; ///< that is in view; empty: none
    [[nodiscard]] bool wantsNotifications() const; ///< of what changes its state in the cluster that is shown

Q_SIGNALS:
    void connectRequested(const patronus::ContextKey &context);
    /// To be connected to in a window of its own; nullopt: let the person choose there.
    void newWindowRequested(const std::optional<patronus::ContextKey> &context);
    void bundleRequested(const QString &folder); ///< a support bundle or a backup is to be shown
    void closed();
    void contextsWanted(); ///< the contexts are about to be shown: time to read them anew

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override; ///< kubeconfig files: shown in the dialog, and no more; or a bundle

private:
    [[nodiscard]] QWidget *makeWelcomePage();
    [[nodiscard]] QWidget *makeToolRow();
    void makeActions();
    void configureShortcuts();
    void chooseNamespace(const QString &nameSpace);
    void openPalette();
    void chooseBundle();
    void showAction(ActionModel *action); ///< in a dialog of its own
    [[nodiscard]] bool mayClose(); ///< asks where something is being carried out
    void saveLooks();
    void restoreLooks();
    void onScopeChanged();
    void refreshAll();
    void refreshChip();
    void refreshNamespaces();

    ContextsModel &m_contexts;
    KActionCollection *m_actions; ///< with the shortcuts that the user gave them
    QAction *m_notify = nullptr;
    ClusterModel *m_cluster = nullptr;
    ClusterPage *m_page = nullptr;
    QString m_namespace;
    bool m_isNew = true; ///< nothing has been shown in it yet
    QWidget *m_frame = nullptr; ///< a band in the colour of the context's class
    ContextChip *m_chip = nullptr;
    NamespaceBox *m_namespaces = nullptr;
    KMessageWidget *m_problem = nullptr;
    KMessageWidget *m_notice = nullptr;
    QStackedWidget *m_pages = nullptr;
    WindowStatus *m_status = nullptr;
};

} // namespace patronus
