// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/console.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// The old session ends beside the new one: nobody has to wait for a server that no longer answers.
QCoro::Task<> retire(std::unique_ptr<Session> session, [[maybe_unused]] InFlight::Guard guard)
{
    co_await session->close();
    session.reset(); // before the guard
}

ContextEntry entryOf(const Kubeconfig::Summary &summary)
{
    return {.name = summary.name,
        .server = QUrl(summary.server).toString(QUrl::RemoveUserInfo),
        .user = summary.userName,
        .nameSpace = summary.nameSpace,
        .credentials = summary.credentialKind,
        .file = summary.file,
        .problem = summary.problem,
        .isCurrent = summary.isCurrent};
}

} // namespace

Console::Console(ConsoleOptions options, Clock &clock)
    : m_options(std::move(options)), m_clock(clock), m_window(m_contexts)
{
    connect(&m_window, &MainWindow::connectRequested, this, &Console::connectTo);
    connect(&m_window, &MainWindow::contextsWanted, this, &Console::readContexts);
}

Console::~Console()
{
    m_window.setCluster(nullptr);
    if (m_session)
        QCoro::waitFor(m_session->close());
    QCoro::waitFor(m_retiring.ended());
    m_session.reset();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // sockets: no event loop may come after this
}

void Console::start()
{
    if (!m_options.nameSpace.isEmpty())
        m_window.limitToNamespace(m_options.nameSpace);
    m_window.show();
    readContexts();
    if (m_kubeconfig && !m_options.context.isEmpty())
        connectTo(m_options.context);
}

void Console::readContexts()
{
    auto kubeconfig = Kubeconfig::fromEnvironment(QProcessEnvironment::systemEnvironment(), m_options.kubeconfig);
    if (!kubeconfig) {
        m_window.showProblem(tr("The kubeconfig cannot be used."), kubeconfig.error().message);
        return;
    }
    m_kubeconfig = *std::move(kubeconfig);
    QList<ContextEntry> entries;
    for (const Kubeconfig::Summary &summary : m_kubeconfig->contexts())
        entries.append(entryOf(summary));
    m_contexts.setEntries(entries);
}

void Console::connectTo(const QString &name)
{
    const auto context = m_kubeconfig->context(name);
    if (!context) {
        m_window.showProblem(tr("The context %1 cannot be used.").arg(name), context.error().message);
        return;
    }
    const QList<ContextEntry> &entries = m_contexts.entries();
    const auto entry = std::ranges::find(entries, name, &ContextEntry::name);
    auto session
        = Session::open(*context, entry == entries.end() ? ContextEntry{.name = name} : *entry, m_options, m_clock);
    if (!session) {
        m_window.showProblem(tr("There is no connection to %1.").arg(name), session.error().message);
        return;
    }
    m_window.setCluster(&(*session)->model());
    if (auto old = std::exchange(m_session, *std::move(session)))
        retire(std::move(old), m_retiring.enter());
}

} // namespace patronus
