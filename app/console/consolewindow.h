// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/bundlesession.h"
#include "app/console/kubeconfigfiles.h"
#include "app/console/notifier.h"
#include "app/console/session.h"
#include "runtime/inflight.h"
#include "ui/mainwindow.h"

namespace patronus {

/// A window, and the session of the context that was chosen in it. It stays with that context and its server, whatever
/// becomes of the files; only the credentials are taken from them anew.
class ConsoleWindow : public QObject
{
    Q_OBJECT

public:
    /// All that it is given has to outlive it; @p retiring counts the sessions that end.
    ConsoleWindow(const ConsoleOptions &options, ContextsModel &contexts, KubeconfigFiles &files, InFlight &retiring,
        Clock &clock);
    ~ConsoleWindow() override; ///< its session ends beside it

    /// Connects, or says in the window why not; then it stays as it was.
    void connectTo(const ContextKey &key);
    /// Shows what is in @p folder (BundleSession), or says in the window why not; then it stays as it was.
    void openBundle(const QString &folder);
    [[nodiscard]] MainWindow &window() { return m_window; }
    [[nodiscard]] Session *session() { return m_session.get(); } ///< null: not connected

Q_SIGNALS:
    void connected(); ///< it has a session, or another one

private:
    void onFilesRead();
    /// One of them, or neither, in place of what there was.
    void setSession(std::unique_ptr<Session> session, std::unique_ptr<BundleSession> bundle = nullptr);

    const ConsoleOptions &m_options;
    ContextsModel &m_contexts;
    KubeconfigFiles &m_files;
    InFlight &m_retiring;
    Clock &m_clock;
    MainWindow m_window;
    Notifier m_notifier{m_window};
    std::unique_ptr<Session> m_session;
    std::unique_ptr<BundleSession> m_bundle; // in place of a session
};

} // namespace patronus
