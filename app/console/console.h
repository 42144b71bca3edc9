// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/kubeconfigfiles.h"
#include "app/console/session.h"
#include "runtime/inflight.h"
#include "ui/mainwindow.h"

namespace patronus {

/// The contexts, the window, and the session of the context that was chosen.
class Console : public QObject
{
    Q_OBJECT

public:
    /// @p clock has to outlive it.
    Console(ConsoleOptions options, Clock &clock);
    ~Console() override; ///< ends the session, with what it has in flight

    /// Reads the kubeconfig files, shows the window, and connects where a context was given.
    void start();
    [[nodiscard]] MainWindow &window() { return m_window; }
    [[nodiscard]] Session *session() { return m_session.get(); } ///< null: not connected

private:
    void connectTo(const ContextKey &key);
    void onFilesRead();

    const ConsoleOptions m_options;
    Clock &m_clock;
    ContextsModel m_contexts;
    KubeconfigFiles m_files;
    MainWindow m_window;
    std::unique_ptr<Session> m_session;
    InFlight m_retiring; // sessions that end
};

} // namespace patronus
