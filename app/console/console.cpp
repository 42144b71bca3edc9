// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/console.h"

#include "app/console/memory.h"

#include <QCoreApplication>

namespace patronus {

Console::Console(ConsoleOptions options, Clock &clock)
    : m_options(std::move(options)), m_clock(clock), m_files(m_contexts, m_options.kubeconfig)
{
    openWindow();
}

Console::~Console()
{
    m_windows.clear();
    QCoro::waitFor(m_retiring.ended());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // sockets: no event loop may come after this
}

void Console::start()
{
    window().show();
    m_files.read();
    if (!m_options.bundle.isEmpty())
        m_windows.front()->openBundle(m_options.bundle);
    if (m_options.context.isEmpty())
        return;
    if (const auto key = m_files.find(m_options.context))
        m_windows.front()->connectTo(*key);
    else
        window().showProblem(tr("The context %1 cannot be used.").arg(m_options.context), key.error().message);
}

ConsoleWindow &Console::openWindow()
{
    auto &opened
        = *m_windows.emplace_back(std::make_unique<ConsoleWindow>(m_options, m_contexts, m_files, m_retiring, m_clock));
    connect(&opened.window(), &MainWindow::newWindowRequested, this, &Console::onNewWindow);
    // The last one stays: the program ends with it.
    const auto onClosed = [this, &opened] {
        if (m_windows.size() > 1)
            std::erase_if(m_windows, [&](const auto &window) { return window.get() == &opened; });
        remember();
    };
    connect(&opened.window(), &MainWindow::closed, this, onClosed, Qt::QueuedConnection);
    connect(&opened, &ConsoleWindow::connected, this, &Console::remember);
    return opened;
}

void Console::remember() const
{
    QStringList identities;
    for (const auto &window : m_windows)
        if (Session *session = window->session(); session && window->window().isVisible())
            identities.append(session->model().context().identity);
    if (!identities.isEmpty()) // else all have been closed at once: they are what was open
        memory::setOpenContexts(identities);
}

void Console::onNewWindow(const std::optional<ContextKey> &key)
{
    ConsoleWindow &opened = openWindow();
    opened.window().show();
    if (key)
        opened.connectTo(*key);
    else
        opened.window().chooseContext();
}

} // namespace patronus
