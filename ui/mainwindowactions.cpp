// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of a window by menu, palette and shortcut.
#include "ui/chartdialog.h"
#include "ui/mainwindow.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"

#include <KActionCollection>
#include <KKeySequenceWidget>
#include <KShortcutsDialog>

#include <QAction>
#include <QApplication>
#include <QChildEvent>
#include <QFileDialog>
#include <QMetaEnum>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Has each line for a key in a shortcuts dialog ask this program's actions alone whether the key is free. It would
/// also ask the daemon of KDE's global shortcuts, and without one, as in other desktops, says of every key that it is
/// taken.
class OwnKeys : public QObject
{
public:
    explicit OwnKeys(KShortcutsDialog &dialog) : QObject(&dialog)
    {
        for (QTreeView *tree : dialog.findChildren<QTreeView *>())
            tree->viewport()->installEventFilter(this); // in which the lines come when somebody opens them
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::ChildPolished)
            for (auto *line : static_cast<QChildEvent *>(event)->child()->findChildren<KKeySequenceWidget *>())
                line->setCheckForConflictsAgainst(KKeySequenceWidget::LocalShortcuts);
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void MainWindow::makeActions()
{
    const auto add = [this](const char *id, const QString &text, const QList<QKeySequence> &keys, auto run) {
        QAction *action = m_actions->addAction(QString::fromLatin1(id), new QAction(text, this));
        KActionCollection::setDefaultShortcuts(action, keys);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        return action;
    };
    add("connect", tr("Connect…"), {QKeySequence(Qt::CTRL | Qt::Key_O)}, [this] { chooseContext(); });
    add("new-window", tr("New window…"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)},
        [this] { Q_EMIT newWindowRequested(std::nullopt); });
    add("bundle", tr("Open a support bundle or a backup…"), {}, [this] { chooseBundle(); });
    add("find", tr("Find anything…"), {QKeySequence(Qt::CTRL | Qt::Key_K)}, [this] { openPalette(); });
    add("filter", tr("Filter"), {QKeySequence(Qt::Key_Slash), QKeySequence(Qt::CTRL | Qt::Key_F)}, [this] {
        if (m_page)
            m_page->focusFilter();
    });
    add("read-again", tr("Read everything again"), {QKeySequence(Qt::Key_F5)}, [this] {
        if (m_cluster)
            m_cluster->requestResync();
    });
    for (const ClusterPage::View view : ClusterPage::allViews)
        add(QMetaEnum::fromType<ClusterPage::View>().valueToKey(int(view)), ClusterPage::viewName(view),
            {int(view) < 9 ? QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + int(view)))
                           : QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + int(view) - 9))},
            [this, view] {
                if (m_page)
                    m_page->showView(view);
            });
    add("rows", tr("Back to the table"), {QKeySequence(Qt::Key_Escape)}, [this] {
        if (m_page)
            m_page->focusRows();
    });
    for (const auto &[id, text, resource] : {std::tuple("new-site", tr("New Site…"), ClusterModel::Resource::Sites),
             std::tuple("new-policy", tr("New Policy…"), ClusterModel::Resource::Policies)})
        add(id, text, {}, [this, resource] {
            if (m_page && m_cluster->mayChange())
                m_page->edit(resource, {});
        });
    add("upgrade", tr("Upgrade the operator's release…"), {}, [this] {
        if (m_page && m_cluster->mayChange())
            (new ChartDialog(*m_cluster, {.kind = ActionRequest::Kind::Upgrade}, m_page))->show();
    });
    using Kind = ActionRequest::Kind;
    for (const auto &[id, text, kind] : {std::tuple("hold", tr("Hold the operator at 1 replica…"), Kind::Hold),
             std::tuple("stop", tr("Stop the operator…"), Kind::Stop),
             std::tuple("bring-back", tr("Bring the operator back…"), Kind::BringBack),
             std::tuple("restart", tr("Restart the operator…"), Kind::Restart),
             std::tuple("roll-back", tr("Roll the operator's release back…"), Kind::RollBack),
             std::tuple("undo-rollout", tr("Set the operator's pods back…"), Kind::UndoRollout),
             std::tuple("migrate", tr("Migrate from the replaced operator…"), Kind::Migrate),
             std::tuple("upgrade-crds", tr("Upgrade the CRDs…"), Kind::UpgradeCrds),
             std::tuple("uninstall", tr("Uninstall the operator and all Sites and Policies…"), Kind::Uninstall)})
        add(id, text, {}, [this, kind] {
            if (m_cluster)
                m_cluster->requestAction(m_cluster->savingRequest(kind));
        });
    add("prometheus", tr("Where the charts' numbers come from…"), {}, [this] {
        if (m_page && m_cluster->prometheusChoice())
            (new PrometheusDialog(*m_cluster, m_page))->open();
    });
    m_notify = add("notify", tr("Notify me when a Site or Policy changes its state"), {}, [] { });
    m_notify->setCheckable(true);
    add("light", tr("Light"), {}, [] { theme::choose(theme::Scheme::Light); });
    add("dark", tr("Dark"), {}, [] { theme::choose(theme::Scheme::Dark); });
    add("system-colours", tr("Light or dark as the system"), {}, [] { theme::choose(theme::Scheme::System); });
    add("shortcuts", tr("Shortcuts…"), {}, [this] { configureShortcuts(); });
    add("close", tr("Close this window"), {QKeySequence::Close}, [this] { close(); });
    add("quit", tr("Quit"), {QKeySequence::Quit}, [] { QApplication::closeAllWindows(); });
    m_actions->readSettings();
}

void MainWindow::chooseBundle()
{
    if (const QString folder
        = QFileDialog::getExistingDirectory(this, tr("A folder of kubectl patronus bundle, or backup"));
        !folder.isEmpty())
        Q_EMIT bundleRequested(folder);
}

void MainWindow::configureShortcuts()
{
    auto *dialog = new KShortcutsDialog(KShortcutsEditor::WindowAction, KShortcutsEditor::LetterShortcutsAllowed, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->addCollection(m_actions, tr("Patronus Console"));
    new OwnKeys(*dialog);
    connect(dialog, &KShortcutsDialog::saved, this, [] {
        for (QWidget *window : QApplication::topLevelWidgets())
            if (auto *other = qobject_cast<MainWindow *>(window))
                other->m_actions->readSettings();
    });
    dialog->configure();
}

void MainWindow::openPalette()
{
    QList<CommandPalette::Command> commands;
    for (QAction *action : actions())
        commands.append(
            {action->text(), action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); }});
    if (m_page)
        commands.append(m_page->commands());
    (new CommandPalette(commands, this))->open();
}

} // namespace patronus
