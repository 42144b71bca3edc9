// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/podlog.h"
#include "models/loglinesmodel.h"
#include "runtime/inflight.h"

#include <QFile>
#include <QMap>

namespace patronus {

/// Fills a LogLinesModel with the operator's log: a file that grows, or the pods that it is told of. A pod's stream
/// that was cut goes on where it was, and a line of ours says so, also when lines may be missing.
class OperatorLog : public QObject
{
    Q_OBJECT

public:
    /// @p lines and @p clock have to outlive it.
    OperatorLog(LogLinesModel &lines, Clock &clock);
    ~OperatorLog() override;

    /// Follows @p file, also one that is not there yet, and begins anew when it was truncated.
    void followFile(const QString &file);
    /// Follows @p pods from now on besides those that it follows already. @p client has to outlive close().
    void followPods(KubeClient &client, const QList<ObjectKey> &pods);
    /// What is followed, and what is wrong with it.
    [[nodiscard]] QString description() const;
    /// Ends when nothing is in flight any more.
    [[nodiscard]] QCoro::Task<> close();

Q_SIGNALS:
    void descriptionChanged();

private:
    void readFile();
    QCoro::Task<> followPod(KubeClient &client, ObjectKey pod);
    void add(const QString &source, const QString &line);
    void flush();

    LogLinesModel &m_lines;
    Clock &m_clock;
    std::unique_ptr<Timer> m_poll, m_batch;
    QMap<QString, QStringList> m_added; // since the last flush, by source
    QFile m_file;
    QByteArray m_rest; // of the file: a line that has not ended yet
    QString m_fileProblem;
    QMap<ObjectKey, QString> m_pods; // and why one is no longer followed; empty: it is
    std::stop_source m_closing;
    InFlight m_inFlight;
};

} // namespace patronus
