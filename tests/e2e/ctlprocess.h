// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/operatorprocess.h"
#include "support/sourcetree.h"

#include <QFile>

#include <csignal>

namespace patronus {

/// The real `kubectl-patronus` of this build, as a person has it: with a kubeconfig and a home of its own.
class CtlProcess
{
public:
    struct Result {
        int exitCode; ///< -1: a signal ended it
        QByteArray out, err;
    };

    /// Starts it. @p home is where its state goes. With @p typed it has a terminal, at which that is typed, and
    /// what it says comes as one, in Result::out.
    CtlProcess(const QString &kubeconfig, const QString &home, const QStringList &arguments,
        const std::optional<QByteArray> &typed = std::nullopt)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &name : {QStringLiteral("HTTP_PROXY"), QStringLiteral("HTTPS_PROXY")})
            environment.remove(name);
        environment.insert(QStringLiteral("KUBECONFIG"), kubeconfig);
        environment.insert(QStringLiteral("XDG_STATE_HOME"), home);
        m_process.setProcessEnvironment(environment);
        m_process.setStandardOutputFile(m_folder.filePath(QStringLiteral("out"))); // a full pipe would stop it
        m_process.setStandardErrorFile(m_folder.filePath(QStringLiteral("err")));
        const QString program = programPath(u"kubectl-patronus");
        if (typed)
            m_process.start(QStringLiteral("script"),
                {QStringLiteral("-qec"), program + u' ' + arguments.join(u' '), QStringLiteral("/dev/null")});
        else
            m_process.start(program, arguments);
        m_process.waitForStarted();
        if (typed)
            m_process.write(*typed);
    }
    ~CtlProcess()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(CtlProcess)

    void type(const QByteArray &text) { m_process.write(text); } ///< at its terminal
    void kill() { m_process.kill(); }
    void interrupt() const { ::kill(pid_t(m_process.processId()), SIGINT); }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

    [[nodiscard]] QByteArray said() const { return contents(QStringLiteral("out")); } ///< so far, on stdout

    /// Waits for its end, two minutes at most, while the event loop turns.
    [[nodiscard]] Result result()
    {
        if (!eventually([this] { return !isRunning(); }, std::chrono::minutes(2)))
            return {.exitCode = -1, .out = {}, .err = "it did not end"};
        return {.exitCode = m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1,
            .out = contents(QStringLiteral("out")),
            .err = contents(QStringLiteral("err"))};
    }

private:
    [[nodiscard]] QByteArray contents(const QString &name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace patronus
