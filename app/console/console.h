// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/consolewindow.h"

#include <vector>

namespace patronus {

/// The contexts, and the windows, each of which shows one of them.
class Console : public QObject
{
    Q_OBJECT

public:
    /// @p clock has to outlive it.
    Console(ConsoleOptions options, Clock &clock);
    ~Console() override; ///< ends the sessions, with what they have in flight

    /// Reads the kubeconfig files, shows the first window, and connects it where a context was given.
    void start();
    [[nodiscard]] MainWindow &window() { return m_windows.front()->window(); } ///< the first
    [[nodiscard]] Session *session() { return m_windows.front()->session(); } ///< of the first; null: not connected
    /// All of them, never none.
    [[nodiscard]] const std::vector<std::unique_ptr<ConsoleWindow>> &windows() const { return m_windows; }

private:
    ConsoleWindow &openWindow();
    void remember() const;
    void onNewWindow(const std::optional<ContextKey> &key);

    const ConsoleOptions m_options;
    Clock &m_clock;
    ContextsModel m_contexts;
    KubeconfigFiles m_files;
    InFlight m_retiring; // sessions that end
    std::vector<std::unique_ptr<ConsoleWindow>> m_windows;
};

} // namespace patronus
