// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/process.h"

#include "kube/moment.h"
#include "kube/processtalk.h"

#include <QPointer>
#include <QProcess>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr int firstInherited = 3; // of ProcessRequest::descriptors in the child

Error unreachable(const QString &message)
{
    return {Error::Kind::Unreachable, message};
}

// One run. It deletes itself when the process is gone, so that a killed one leaves no zombie.
class Run : public QObject
{
public:
    struct Outcome {
        Expected<ProcessResult> result = ProcessResult{};
        Moment end;
    };

    Run(ProcessRequest request, Clock &clock)
        : m_request(std::move(request)),
          m_timer(clock.makeTimer([this] { kill(unreachable(u"it did not end within %1 s"_s.arg(seconds()))); }))
    {
        connect(&m_process, &QProcess::readyReadStandardOutput, this, &Run::onOutput);
        connect(&m_process, &QProcess::readyReadStandardError, this, &Run::onErrorOutput);
        connect(&m_process, &QProcess::errorOccurred, this, &Run::onError);
        connect(&m_process, &QProcess::finished, this, &Run::onFinished);
        if (const ProcessTalk *talk = m_request.talk.get()) {
            connect(talk, &ProcessTalk::stopped, this, [this] { kill(unreachable(u"it was stopped"_s)); });
            connect(talk, &ProcessTalk::lineGiven, this, [this](const QByteArray &line) { m_process.write(line); });
        }
    }

    std::shared_ptr<Outcome> start()
    {
        const auto outcome = m_outcome;
        m_process.setProgram(m_request.program);
        m_process.setArguments(m_request.arguments);
        m_process.setProcessEnvironment(m_request.environment);
        QProcess::UnixProcessParameters parameters;
        parameters.flags
            = QProcess::UnixProcessFlag::ResetSignalHandlers | QProcess::UnixProcessFlag::CloseFileDescriptors;
        if (m_request.hasTerminal) {
            m_process.setInputChannelMode(QProcess::ForwardedInputChannel);
            m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        } else {
            if (!m_request.takesLines)
                m_process.setStandardInputFile(QProcess::nullDevice());
            parameters.flags |= QProcess::UnixProcessFlag::CreateNewSession; // its children can be killed with it
        }
        if (!m_request.descriptors.isEmpty()) {
            const int count = int(m_request.descriptors.size()), end = firstInherited + count;
            parameters.lowestFileDescriptorToClose = end;
            std::vector<int> copies(m_request.descriptors.begin(), m_request.descriptors.end());
            m_process.setChildProcessModifier([copies, end]() mutable { // after fork(): system calls alone
                for (int &copy : copies) // out of each other's way
                    copy = ::fcntl(copy, F_DUPFD, end);
                for (size_t i = 0; i < copies.size(); ++i)
                    if (::dup2(copies[i], firstInherited + int(i)) < 0)
                        ::_exit(127);
            });
        }
        m_process.setUnixProcessParameters(parameters);
        m_timer->start(m_request.timeLimit);
        m_process.start();
        return outcome;
    }

    // Ends the process, with @p error as the outcome.
    void kill(const Error &error)
    {
        if (const auto pid = static_cast<pid_t>(m_process.processId()); pid > 0) {
            ::kill(m_request.hasTerminal ? pid : -pid, SIGKILL);
            m_process.kill(); // its session may not stand yet
        }
        finish(std::unexpected(error));
    }

private:
    double seconds() const { return std::chrono::duration<double>(m_request.timeLimit).count(); }

    // The first outcome counts. Last act of its callers: it resumes who waits.
    void finish(Expected<ProcessResult> result)
    {
        m_timer->stop();
        const auto outcome = std::exchange(m_outcome, nullptr);
        if (!outcome)
            return;
        outcome->result = std::move(result);
        if (m_request.talk)
            Q_EMIT m_request.talk->ended();
        outcome->end.come();
    }

    void onOutput()
    {
        m_result.output += m_process.readAllStandardOutput();
        if (m_result.output.size() > m_request.outputLimit)
            kill(unreachable(u"it printed more than %1 KiB"_s.arg(m_request.outputLimit / 1024)));
    }

    void onErrorOutput()
    {
        const QByteArray said = m_process.readAllStandardError();
        if (m_request.talk)
            Q_EMIT m_request.talk->said(said);
        m_result.errorOutput += said;
        m_result.errorOutput = m_result.errorOutput.right(m_request.errorLimit);
    }

    void onError(QProcess::ProcessError error)
    {
        if (error != QProcess::FailedToStart)
            return;
        deleteLater();
        finish(std::unexpected(unreachable(u"it could not be started: "_s + m_process.errorString())));
    }

    void onFinished(int exitCode, QProcess::ExitStatus status)
    {
        deleteLater();
        m_result.exitCode = exitCode;
        if (status == QProcess::CrashExit)
            finish(std::unexpected(unreachable(u"it was ended by signal %1"_s.arg(exitCode))));
        else
            finish(m_result);
    }

    const ProcessRequest m_request;
    ProcessResult m_result;
    std::shared_ptr<Outcome> m_outcome = std::make_shared<Outcome>(); // null once it is given
    QProcess m_process;
    const std::unique_ptr<Timer> m_timer;
};

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the clock outlives it
Task<ProcessResult> runProcess(ProcessRequest request, Clock &clock, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return std::unexpected(Error{Error::Kind::Cancelled, u"stopped"_s});
    const QPointer<Run> run = new Run(std::move(request), clock); // deletes itself
    const auto outcome = run->start();
    const std::stop_callback onStop(stop, [run] {
        if (run)
            run->kill({Error::Kind::Cancelled, u"stopped"_s});
    });
    co_await outcome->end;
    co_return std::move(outcome->result);
}

} // namespace patronus
