// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/loglinesmodel.h"

#include <QFile>
#include <QObject>

namespace patronus {

/// Follows a file that somebody writes a log to, also one that is not there yet; begins anew when it was truncated or
/// replaced.
class LogFile : public QObject
{
    Q_OBJECT

public:
    /// Nothing is read before readSince(). @p lines and @p clock have to outlive it.
    LogFile(const QString &file, LogLinesModel &lines, Clock &clock);
    ~LogFile() override;

    /// Reads it from its beginning, the lines since @p from (by the times that they begin with), or all.
    void readSince(std::optional<LogTime> from);
    void close();
    [[nodiscard]] QString fileName() const { return m_file.fileName(); }
    [[nodiscard]] QString problem() const { return m_problem; } ///< why it cannot be read; empty: it can

Q_SIGNALS:
    void problemChanged();

private:
    void read();
    void open();
    void addLines();
    void addLine(QByteArrayView line);

    LogLinesModel &m_lines;
    const int m_source;
    std::unique_ptr<Timer> m_next;
    QFile m_file;
    QByteArray m_rest; // a line that has not ended yet
    std::optional<LogTime> m_from;
    bool m_isBefore = false; // the last line that had a time is older than m_from
    QString m_problem;
};

} // namespace patronus
