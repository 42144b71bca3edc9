// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logexport.h"

#include <algorithm>
#include <format>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr size_t sliceLines = 5000; // of one turn of the event loop: a few milliseconds
}

LogExport::LogExport(LogSnapshot log, const QString &file, QObject *parent)
    : QObject(parent), m_log(std::move(log)), m_file(file)
{
    connect(&m_timer, &QTimer::timeout, this, &LogExport::step);
    m_timer.start(0);
}

void LogExport::step()
{
    if (!m_file.isOpen()) {
        if (!m_file.open(QIODevice::WriteOnly))
            return end(fileProblem());
        if (m_log.dropped > 0)
            m_file.write(
                "# older lines that were dropped to bound the memory: " + QByteArray::number(m_log.dropped) + '\n');
    }
    QByteArray text;
    const size_t last = std::min(m_written + sliceLines, m_log.lines.size());
    for (; m_written < last; ++m_written) {
        const LogLine &line = m_log.lines[m_written];
        text += std::format("{:%FT%T}Z ", line.time);
        text += m_log.sources[line.source].toUtf8() + (line.isMark ? " # " : " ");
        text += m_log.text(line);
        text += '\n';
    }
    if (m_file.write(text) != text.size())
        return end(fileProblem());
    Q_EMIT progressed(qint64(m_written));
    if (m_written < m_log.lines.size())
        return;
    end(m_file.commit() ? QString() : fileProblem());
}

QString LogExport::fileProblem() const
{
    return u"%1: %2"_s.arg(m_file.fileName(), m_file.errorString());
}

void LogExport::end(const QString &problem)
{
    m_timer.stop();
    Q_EMIT ended(problem);
}

} // namespace patronus
