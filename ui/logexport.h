// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/logbuffer.h"

#include <QSaveFile>
#include <QTimer>

namespace patronus {

/// Writes all lines of a log to a file, `TIME SOURCE TEXT` each: a slice of them in each turn of the event loop. The
/// file is there when it is whole, or not at all; destroying the export before its end cancels it.
class LogExport : public QObject
{
    Q_OBJECT

public:
    LogExport(LogSnapshot log, const QString &file, QObject *parent = nullptr);

    [[nodiscard]] qint64 lineCount() const { return qint64(m_log.lines.size()); }
    [[nodiscard]] QString fileName() const { return m_file.fileName(); }

Q_SIGNALS:
    void progressed(qint64 lines);
    void ended(const QString &problem); ///< empty: it is written

private:
    void step();
    void end(const QString &problem);
    [[nodiscard]] QString fileProblem() const;

    const LogSnapshot m_log;
    QSaveFile m_file;
    QTimer m_timer;
    size_t m_written = 0; // lines
};

} // namespace patronus
