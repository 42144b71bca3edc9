// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

#include <chrono>
#include <functional>
#include <optional>

namespace patronus {

/// Turns the event loop until @p done or @p limit, and gives what @p done says at the end. It is asked every 100 ms, so
/// that it may itself ask a server.
[[nodiscard]] bool eventually(
    const std::function<bool()> &done, std::chrono::milliseconds limit = std::chrono::seconds(60));

/// Turns the event loop for @p time: for tests in which nothing may happen meanwhile.
void letPass(std::chrono::milliseconds time);

/// How long a test looks: @p usual, or the seconds in an environment variable of a person who wants to look longer.
[[nodiscard]] std::chrono::seconds lookingTime(const char *variable, std::chrono::seconds usual);

/// The real `patronus-operator` of this build, as a process on ports of its own.
///
/// Its environment is this one's without what names other clusters and proxies. It is killed when the object goes, and
/// also when the test dies in any other way. Calls that wait keep the event loop turning, so that a simulator in the
/// test's process answers meanwhile.
class OperatorProcess
{
public:
    struct Options {
        QString kubeconfig;
        QUrl apiUrl = {}; ///< empty: the operator's own default
        QStringList arguments = {}; ///< further flags, or the command "check"
        QMap<QString, QString> environment = {}; ///< variables beside those of this process
    };

    /// Starts it and does not wait for anything.
    explicit OperatorProcess(const Options &options);
    ~OperatorProcess();
    Q_DISABLE_COPY_MOVE(OperatorProcess)

    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    void signal(int number); ///< SIGTERM, SIGKILL, SIGSTOP, SIGCONT
    /// Waits for its end and gives the exit code; -1 when a signal ended it, nullopt when it still runs.
    [[nodiscard]] std::optional<int> awaitEnd(std::chrono::milliseconds limit = std::chrono::seconds(60));
    /// SIGTERM, then awaitEnd().
    [[nodiscard]] std::optional<int> stop();

    /// All that it has written so far: its log (standard error), and standard output.
    [[nodiscard]] QByteArray log() const;
    [[nodiscard]] QString logPath() const; ///< of its log, for who follows it
    [[nodiscard]] QByteArray output() const;
    /// The lines of the log that have @p text in them.
    [[nodiscard]] QByteArrayList logged(const QByteArray &text) const;
    /// How often @p text stands in the log.
    [[nodiscard]] qsizetype countInLog(const QByteArray &text) const;

    /// The status that its health port gives for @p path ("/readyz"); 0 when nothing answers within a second.
    [[nodiscard]] int probe(const QString &path) const;
    [[nodiscard]] bool isReady() const { return probe(QStringLiteral("/readyz")) == 200; }
    /// /metrics; empty when nothing answers within a second.
    [[nodiscard]] QByteArray metrics() const;
    /// One series of /metrics as it is written there: `leader_election_master_status{name="patronus-operator"}`, labels
    /// in alphabetical order. Nullopt: there is no such series.
    [[nodiscard]] std::optional<double> metric(const QByteArray &series) const;
    /// The sum over all series of @p name, whatever their labels; 0 when there are none.
    [[nodiscard]] double metricSum(const QByteArray &name) const;

private:
    struct Answer {
        int status = 0;
        QByteArray body = {};
    };
    [[nodiscard]] Answer get(const QByteArray &portName, const QString &path) const;

    QTemporaryDir m_folder;
    QProcess m_process;
    pid_t m_pid = 0; // kept: QProcess forgets it at the end
};

} // namespace patronus
