// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolewindow.h"

#include "app/console/plugingate.h"

namespace patronus {

namespace {

/// The old session ends beside the new one: nobody has to wait for a server that no longer answers.
QCoro::Task<> retire(std::unique_ptr<Session> session, [[maybe_unused]] InFlight::Guard guard)
{
    co_await session->close();
    session.reset(); // before the guard
}

} // namespace

ConsoleWindow::ConsoleWindow(
    const ConsoleOptions &options, ContextsModel &contexts, KubeconfigFiles &files, InFlight &retiring, Clock &clock)
    : m_options(options), m_contexts(contexts), m_files(files), m_retiring(retiring), m_clock(clock), m_window(contexts)
{
    connect(&m_window, &MainWindow::connectRequested, this, &ConsoleWindow::connectTo);
    connect(&m_window, &MainWindow::bundleRequested, this, &ConsoleWindow::openBundle);
    connect(&m_window, &MainWindow::contextsWanted, &m_files, &KubeconfigFiles::read);
    connect(&m_files, &KubeconfigFiles::filesRead, this, &ConsoleWindow::onFilesRead);
    if (!options.nameSpace.isEmpty())
        m_window.limitToNamespace(options.nameSpace);
}

ConsoleWindow::~ConsoleWindow()
{
    m_window.setCluster(nullptr);
    setSession(nullptr);
}

void ConsoleWindow::setSession(std::unique_ptr<Session> session, std::unique_ptr<BundleSession> bundle)
{
    m_bundle = std::move(bundle);
    if (auto old = std::exchange(m_session, std::move(session)))
        retire(std::move(old), m_retiring.enter());
}

void ConsoleWindow::connectTo(const ContextKey &key)
{
    if (m_session && m_session->model().isActing()) { // it stays in view, on its cluster
        Q_EMIT m_window.newWindowRequested(key);
        return;
    }
    const auto context = m_files.context(key);
    if (!context) {
        m_window.showProblem(tr("The context %1 cannot be used.").arg(key.name), context.error().message);
        return;
    }
    const ContextEntry entry = m_contexts.find(key).value_or(ContextEntry{.name = key.name, .scope = key.scope});
    auto session = Session::open(*context, entry, m_options, pluginsWithLeave(m_window), m_clock);
    if (!session) {
        m_window.showProblem(tr("There is no connection to %1.").arg(entry.label()), session.error().message);
        return;
    }
    ClusterModel &model = (*session)->model();
    m_window.setCluster(&model);
    connect(&model.stateChanges(), &StateChanges::changed, this, [this, &model](const QList<StateChange> &changes) {
        if (m_window.wantsNotifications())
            m_notifier.tell(model.context(), changes);
    });
    connect(&model, &ClusterModel::livenessChanged, this, [this, &model] { // which tells the time as well
        m_notifier.tellOverdue(model.context(), model.operatorInfo().held, m_clock.wallTime());
    });
    m_window.setNotice({});
    setSession(*std::move(session));
    Q_EMIT connected();
}

void ConsoleWindow::openBundle(const QString &folder)
{
    if (m_session && m_session->model().isActing()) {
        m_window.showProblem(tr("%1 is not opened here.").arg(folder),
            tr("Something is being carried out in this window: open it in another one (Ctrl+Shift+N)."));
        return;
    }
    auto bundle = BundleSession::open(folder, m_clock);
    if (!bundle) {
        m_window.showProblem(tr("The folder cannot be shown."), bundle.error().message);
        return;
    }
    m_window.setCluster(&(*bundle)->model());
    m_window.setNotice(tr("This is a folder: %1. Nothing here is live, and nothing can be changed.")
            .arg((*bundle)->model().context().label()));
    setSession(nullptr, *std::move(bundle));
}

void ConsoleWindow::onFilesRead()
{
    if (!m_session)
        return;
    const ContextEntry shown = m_session->model().context();
    const auto entry = m_contexts.find(shown.key());
    if (entry && entry->identity == shown.identity) {
        ContextEntry now = *entry;
        now.isReadOnly = shown.isReadOnly; // until it is connected to anew
        m_session->model().setContext(now);
    }
    const auto renewed = m_files.context(shown.key()).and_then([this](const KubeContext &context) {
        return m_session->renew(context);
    });
    m_window.setNotice(renewed ? QString()
            : entry && entry->server != shown.server
            ? tr("%1 now means another server, %2. This window stays on %3; connect again to go there.")
                  .arg(shown.label(), entry->server, shown.server)
            : tr("The kubeconfig of %1 has changed, and this window stays as it is connected: %2")
                  .arg(shown.label(), renewed.error().message));
}

} // namespace patronus
