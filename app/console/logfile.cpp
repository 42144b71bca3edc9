// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/logfile.h"

#include <QFileInfo>

#include <sys/stat.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds pollInterval(500);
constexpr qint64 pieceBytes = 1 << 20; // of one turn of the event loop
constexpr qsizetype longestLine = 32 << 10;

/// As the operator writes it: the first word, or "time" of a JSON line.
std::optional<LogTime> timeOf(QByteArrayView line)
{
    if (line.startsWith('{'))
        return logTimeFrom(jsonMember(line, "time"));
    const qsizetype blank = line.indexOf(' ');
    return logTimeFrom(blank < 0 ? line : line.first(blank));
}

/// Whether the name is that of another file by now, as after a rotation.
bool isReplaced(const QFile &file)
{
    struct stat opened{}, named{};
    return fstat(file.handle(), &opened) == 0 && stat(QFile::encodeName(file.fileName()).constData(), &named) == 0
        && opened.st_ino != named.st_ino;
}

} // namespace

LogFile::LogFile(const QString &file, LogLinesModel &lines, Clock &clock)
    : m_lines(lines), m_source(lines.source(u"operator"_s)), m_next(clock.makeTimer([this] { read(); })), m_file(file)
{
}

LogFile::~LogFile() = default;

void LogFile::readSince(std::optional<LogTime> from)
{
    m_from = from;
    m_isBefore = false;
    m_file.close();
    m_rest.clear();
    read();
}

void LogFile::close()
{
    m_next->stop();
}

void LogFile::open()
{
    if (!m_file.open(QIODevice::ReadOnly))
        return;
    m_file.seek(std::max<qint64>(m_file.size() - m_lines.byteLimit(), 0)); // more would not stay
    if (m_file.pos() > 0)
        m_file.readLine(); // the rest of a line whose beginning is left out
}

void LogFile::read()
{
    if (m_file.isOpen() && m_file.atEnd() && isReplaced(m_file))
        m_file.close();
    if (!m_file.isOpen())
        open();
    const QString problem = m_file.isOpen() ? QString() : m_file.errorString();
    bool isAtEnd = true;
    if (m_file.isOpen()) {
        if (m_file.size() < m_file.pos()) { // truncated: somebody began a new log
            m_file.seek(0);
            m_rest.clear();
        }
        const QByteArray piece = m_file.read(pieceBytes);
        isAtEnd = piece.size() < pieceBytes;
        m_rest += piece;
        addLines();
    }
    m_next->start(isAtEnd ? pollInterval : std::chrono::milliseconds(0));
    if (std::exchange(m_problem, problem) != problem)
        Q_EMIT problemChanged();
}

void LogFile::addLines()
{
    qsizetype from = 0;
    for (qsizetype newline = m_rest.indexOf('\n'); newline >= 0; newline = m_rest.indexOf('\n', from)) {
        addLine(QByteArrayView(m_rest).sliced(from, newline - from));
        from = newline + 1;
    }
    m_rest.remove(0, from);
    if (m_rest.size() > longestLine) { // no line: it must not grow for ever
        addLine(m_rest + " …");
        m_rest.clear();
    }
}

void LogFile::addLine(QByteArrayView line)
{
    const auto time = timeOf(line);
    if (time)
        m_isBefore = m_from && *time < *m_from;
    if (!m_isBefore)
        m_lines.add(m_source, time, line);
}

} // namespace patronus
