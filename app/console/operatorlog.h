// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/logfile.h"
#include "core/clock.h"
#include "kube/podlog.h"
#include "models/loglinesmodel.h"
#include "runtime/inflight.h"

#include <QMap>
#include <QSet>

namespace patronus {

/// Fills a LogLinesModel with the operator's log: a file that grows, or the pods that it is told of. A pod's stream
/// that was cut goes on where it was, and a mark among the lines says so, also when lines may be missing.
class OperatorLog : public QObject
{
    Q_OBJECT

public:
    using Range = std::optional<std::chrono::seconds>; ///< how far back; nullopt: to the beginning
    struct Pod {
        ObjectKey key = {};
        QString container = {}; ///< empty: the only one
        qint64 restarts = 0; ///< of that container
    };

    /// @p lines and @p clock have to outlive it.
    OperatorLog(LogLinesModel &lines, Clock &clock);
    ~OperatorLog() override;

    /// Follows @p file, also one that is not there yet, and begins anew when it was truncated.
    void followFile(const QString &file);
    /// Follows exactly @p pods from now on; of one that is left out the stream goes on until it ends. @p client has to
    /// outlive close().
    void followPods(KubeClient &client, const QList<Pod> &pods);
    /// Reads everything anew, so far back.
    void setRange(Range range);
    /// Reads the log before the last restart of each container that has one, once.
    void readPrevious();
    [[nodiscard]] bool hasPrevious() const; ///< whether there is one that is not read yet
    /// What is followed, and what is wrong with it.
    [[nodiscard]] QString description() const;
    /// Ends when nothing is in flight any more.
    [[nodiscard]] QCoro::Task<> close();

Q_SIGNALS:
    void descriptionChanged();

private:
    struct Followed {
        Pod pod;
        bool isStreaming = false;
        QString problem = {}; // why nothing comes now
        qint64 previousRead = 0; // the restart before which the log was read
    };
    QCoro::Task<> follow(KubeClient &client, Pod pod, bool isNew, std::stop_token stop);
    QCoro::Task<> readPrevious(KubeClient &client, Pod pod, std::stop_token stop);
    void start(Followed &followed, bool isNew);
    void onEntry(const QString &pod, int source, const PodLogEntry &entry);
    void onEnded(const QString &pod, const Expected<void> &ended);
    [[nodiscard]] QString timeOfDay() const; // UTC
    void setProblem(const QString &pod, const QString &problem);

    LogLinesModel &m_lines;
    Clock &m_clock;
    std::unique_ptr<LogFile> m_file;
    KubeClient *m_client = nullptr;
    bool m_hasPods = false; // whether it was told of any before
    QMap<QString, Followed> m_pods; // by name
    Range m_range;
    std::stop_source m_reading; // of the streams since the last setRange()
    InFlight m_inFlight;
};

} // namespace patronus
