// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "ui/actiondialog.h"
#include "ui/connectdialog.h"
#include "ui/contextchip.h"
#include "ui/message.h"
#include "ui/namespacebox.h"
#include "ui/objectview.h"
#include "ui/theme.h"
#include "ui/welcomepage.h"
#include "ui/windowstatus.h"

#include <KActionCollection>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString looksGroup(const ContextEntry &context)
{
    return u"contexts/%1/looks"_s.arg(context.identity);
}

} // namespace

MainWindow::MainWindow(ContextsModel &contexts, QWidget *parent)
    : QMainWindow(parent), m_contexts(contexts), m_actions(new KActionCollection(this))
{
    setWindowIcon(theme::applicationIcon());
    resize(1280, 800);
    setMinimumSize(900, 560);
    setAcceptDrops(true);
    m_frame = new QWidget;
    m_frame->setFixedHeight(4);
    m_frame->setAutoFillBackground(true);
    m_problem = makeMessage(KMessageWidget::Error, true);
    auto *copy = new QAction(tr("Copy"), m_problem);
    connect(copy, &QAction::triggered, this, [this] { QApplication::clipboard()->setText(m_problem->text()); });
    m_problem->addAction(copy);
    m_notice = makeMessage(KMessageWidget::Warning, false);
    m_notice->setObjectName(u"notice"_s);
    m_pages = new QStackedWidget;
    m_pages->addWidget(makeWelcomePage());

    auto *central = new QWidget;
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_frame);
    layout->addWidget(makeToolRow());
    layout->addWidget(m_problem);
    layout->addWidget(m_notice);
    layout->addWidget(m_pages, 1);
    setCentralWidget(central);
    m_status = new WindowStatus;
    setStatusBar(m_status);
    connect(m_status, &WindowStatus::actionWanted, this, &MainWindow::showAction);
    restoreGeometry(QSettings().value(u"window/geometry"_s).toByteArray());
    refreshAll();
}

QWidget *MainWindow::makeWelcomePage()
{
    auto *page = new WelcomePage(m_contexts);
    connect(page, &WelcomePage::choiceRequested, this, [this] { chooseContext(); });
    connect(page, &WelcomePage::connectRequested, this, &MainWindow::connectRequested);
    connect(page, &WelcomePage::newWindowRequested, this, &MainWindow::newWindowRequested);
    return page;
}

QWidget *MainWindow::makeToolRow()
{
    m_chip = new ContextChip;
    connect(m_chip, &QPushButton::clicked, this, [this] { chooseContext(); });
    m_namespaces = new NamespaceBox;
    m_namespaces->setObjectName(u"namespaces"_s);
    connect(m_namespaces, &NamespaceBox::chosen, this, &MainWindow::chooseNamespace);
    auto *namespaceLabel = new QLabel(tr("Na&mespace"));
    namespaceLabel->setBuddy(m_namespaces);
    auto *find = new QPushButton(QIcon::fromTheme(u"search"_s), tr("Find a site, a policy, an action…"));
    find->setFlat(true);
    connect(find, &QPushButton::clicked, this, &MainWindow::openPalette);
    auto *menuButton = new QToolButton;
    menuButton->setText(tr("Menu"));
    menuButton->setPopupMode(QToolButton::InstantPopup);
    menuButton->setMenu(new QMenu(menuButton));
    makeActions();
    const QAction *findAction = m_actions->action(u"find"_s);
    const auto tellKey
        = [find, findAction] { find->setToolTip(findAction->shortcut().toString(QKeySequence::NativeText)); };
    connect(findAction, &QAction::changed, find, tellKey);
    tellKey();
    menuButton->menu()->addActions(actions());

    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->addWidget(m_chip);
    row->addSpacing(8);
    row->addWidget(namespaceLabel);
    row->addWidget(m_namespaces);
    row->addStretch();
    row->addWidget(find);
    row->addWidget(menuButton);
    return tools;
}

bool MainWindow::wantsNotifications() const
{
    return m_notify->isChecked();
}

void MainWindow::setCluster(ClusterModel *cluster)
{
    saveLooks();
    qDeleteAll(findChildren<ActionDialog *>(Qt::FindDirectChildrenOnly)); // they show the old one's
    delete std::exchange(m_page, nullptr);
    if (m_cluster) {
        m_cluster->disconnect(this);
        m_cluster->disconnect(m_status);
    }
    m_cluster = cluster;
    m_status->setCluster(cluster);
    if (cluster) {
        m_page = new ClusterPage(*cluster);
        m_page->setNamespace(m_namespace);
        m_pages->addWidget(m_page);
        m_pages->setCurrentWidget(m_page);
        connect(cluster, &ClusterModel::contextChanged, this, &MainWindow::refreshChip);
        connect(cluster, &ClusterModel::livenessChanged, this, &MainWindow::onScopeChanged);
        connect(cluster, &ClusterModel::actionAdded, this, &MainWindow::showAction);
        connect(cluster, &ClusterModel::namespacesChanged, this, &MainWindow::refreshNamespaces);
        m_problem->hide();
        restoreLooks();
    }
    refreshAll();
}

void MainWindow::refreshAll()
{
    refreshChip();
    refreshNamespaces();
}

void MainWindow::setNamespace(const QString &nameSpace)
{
    m_namespace = nameSpace;
    if (m_page)
        m_page->setNamespace(nameSpace);
    refreshNamespaces();
}

void MainWindow::chooseNamespace(const QString &nameSpace)
{
    setNamespace(nameSpace);
    if (m_cluster)
        m_cluster->requestNamespace(nameSpace);
}

void MainWindow::onScopeChanged()
{
    const Liveness sites = m_cluster->liveness(ClusterModel::Resource::Sites);
    const Liveness policies = m_cluster->liveness(ClusterModel::Resource::Policies);
    const bool isNarrow = !sites.refusal.isEmpty() && !policies.refusal.isEmpty();
    if (isNarrow && sites.nameSpace == policies.nameSpace && sites.nameSpace != m_namespace)
        setNamespace(sites.nameSpace); // "all" would not be true
    else
        refreshNamespaces();
}

void MainWindow::limitToNamespace(const QString &nameSpace)
{
    setNamespace(nameSpace);
    m_namespaces->setEnabled(false);
    m_namespaces->setToolTip(tr("The console was started for this namespace alone"));
}

void MainWindow::showProblem(const QString &what, const QString &why)
{
    m_problem->setText(what + u"\n"_s + why);
    m_problem->show();
}

void MainWindow::setNotice(const QString &text)
{
    m_notice->setText(text);
    m_notice->setVisible(!text.isEmpty());
}

QString MainWindow::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void MainWindow::chooseContext(const QStringList &addedFiles)
{
    Q_EMIT contextsWanted();
    auto *dialog = new ConnectDialog(m_contexts, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (const auto key = dialog->chosen())
            Q_EMIT connectRequested(*key);
    });
    connect(dialog, &ConnectDialog::newWindowRequested, this, &MainWindow::newWindowRequested);
    dialog->addFiles(addedFiles);
    dialog->open();
}

void MainWindow::saveLooks()
{
    QSettings settings;
    settings.setValue(u"window/geometry"_s, saveGeometry());
    if (!m_page || m_cluster->context().identity.isEmpty())
        return;
    settings.beginGroup(looksGroup(m_cluster->context()));
    settings.setValue(u"geometry"_s, saveGeometry());
    if (m_namespaces->isEnabled())
        settings.setValue(u"namespace"_s, m_namespace);
    settings.setValue(u"notify"_s, wantsNotifications());
    m_page->saveLooks(settings);
}

void MainWindow::restoreLooks()
{
    if (m_cluster->context().identity.isEmpty())
        return;
    QSettings settings;
    settings.beginGroup(looksGroup(m_cluster->context()));
    if (std::exchange(m_isNew, false)) // a window that is in use stays where it is
        restoreGeometry(settings.value(u"geometry"_s).toByteArray());
    if (m_namespaces->isEnabled())
        chooseNamespace(settings.value(u"namespace"_s).toString());
    m_notify->setChecked(settings.value(u"notify"_s).toBool());
    m_page->restoreLooks(settings);
}

void MainWindow::showAction(ActionModel *action)
{
    const auto dialogs = findChildren<ActionDialog *>(Qt::FindDirectChildrenOnly);
    const auto shown
        = std::ranges::find_if(dialogs, [action](const ActionDialog *dialog) { return &dialog->action() == action; });
    QDialog *const dialog = shown == dialogs.end() ? new ActionDialog(*action, *m_cluster, this) : *shown;
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

bool MainWindow::mayClose()
{
    if (!m_cluster || !m_cluster->isActing())
        return true;
    QMessageBox question(QMessageBox::Warning, windowTitle(),
        tr("Something is still being carried out on %1. If this window is closed, the step under way is ended and no "
           "further one is begun; it can be gone on with from any console.")
            .arg(m_cluster->context().label()),
        QMessageBox::NoButton, this);
    question.addButton(tr("Close all the same"), QMessageBox::DestructiveRole);
    question.setDefaultButton(question.addButton(tr("Stay"), QMessageBox::RejectRole));
    question.exec();
    return question.buttonRole(question.clickedButton()) == QMessageBox::DestructiveRole;
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!mayClose()) {
        event->ignore();
        return;
    }
    saveLooks();
    QMainWindow::closeEvent(event);
    Q_EMIT closed();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!ConnectDialog::localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    const QStringList files = ConnectDialog::localFiles(*event->mimeData());
    if (files.size() == 1 && QFileInfo(files.first()).isDir())
        Q_EMIT bundleRequested(files.first());
    else
        chooseContext(files);
}

void MainWindow::refreshChip()
{
    m_chip->setContext(m_cluster ? std::optional(m_cluster->context()) : std::nullopt);
    m_frame->setVisible(m_cluster != nullptr);
    if (!m_cluster) {
        setWindowTitle(u"patronus-console"_s);
        return;
    }
    const ContextEntry &context = m_cluster->context();
    setWindowTitle(u"%1 · %2 — patronus-console"_s.arg(context.label(), classText(context)));
    QPalette palette;
    palette.setColor(QPalette::Window, theme::contextColor(context.contextClass()));
    m_frame->setPalette(palette);
}

void MainWindow::refreshNamespaces()
{
    m_namespaces->setNames(m_cluster ? m_cluster->namespaces() : QStringList(), m_namespace);
    const bool wasAsked = m_namespaces->isEditable(), isAsked = m_cluster && m_cluster->asksForNamespace();
    m_namespaces->setTakesTyping(isAsked);
    const auto isRefused = [this](ClusterModel::Resource resource) {
        return m_cluster->liveness(resource).state == Liveness::State::Refused;
    };
    if (isAsked && !wasAsked
        && (isRefused(ClusterModel::Resource::Sites) || isRefused(ClusterModel::Resource::Policies)))
        m_namespaces->ask(); // nothing can be read before it is said
}

} // namespace patronus
