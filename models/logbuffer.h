// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/logtime.h"
#include "models/loglevel.h"

#include <QStringList>

#include <deque>
#include <memory>
#include <vector>

namespace patronus {

/// One line as a LogBuffer holds it; its text is in a chunk.
struct LogLine {
    /// What the filter says. Held back: nobody has asked it, since the view is paused.
    enum class State : quint8 { HeldBack, Unchecked, Hidden, Shown };

    LogTime time;
    quint32 chunk = 0, offset = 0, size = 0;
    quint16 source = 0;
    LogLevel level : 4 = LogLevel::Other;
    State state : 2 = State::HeldBack;
    bool isMark : 1 = false; ///< a line of ours: what happened to the log
};

/// The text of many lines in one piece of memory.
using LogChunk = std::shared_ptr<char[]>; // NOLINT(modernize-avoid-c-arrays)

/// All lines at one moment, for who takes longer than a turn of the event loop.
struct LogSnapshot {
    std::vector<LogLine> lines = {};
    std::vector<LogChunk> chunks = {};
    quint32 firstChunk = 0;
    QStringList sources = {};
    qint64 dropped = 0; ///< older lines that are not held any more

    [[nodiscard]] QByteArrayView text(const LogLine &line) const
    {
        return {chunks[line.chunk - firstChunk].get() + line.offset, qsizetype(line.size)};
    }
};

/// Lines in the order of their times, those of one time in the order in which they came. A line is known by its
/// position, which counts from the first that ever was: the oldest can go and the others keep theirs. Texts are bytes
/// in chunks, since a QString for each line would take more memory than the log.
class LogBuffer
{
public:
    /// @p chunkSize: bytes.
    explicit LogBuffer(qsizetype chunkSize);

    /// Takes @p text in; the line is not in the order before merge().
    [[nodiscard]] LogLine keep(LogTime time, int source, LogLevel level, QByteArrayView text);
    /// Puts lines where they belong; gives the first position whose line is not the one of before.
    qint64 merge(std::vector<LogLine> lines);

    [[nodiscard]] qint64 begin() const { return m_first; }
    [[nodiscard]] qint64 end() const { return m_first + qint64(m_lines.size()); }
    [[nodiscard]] LogLine &at(qint64 position) { return m_lines[size_t(position - m_first)]; }
    [[nodiscard]] const LogLine &at(qint64 position) const { return m_lines[size_t(position - m_first)]; }
    [[nodiscard]] QByteArrayView text(const LogLine &line) const
    {
        return {m_chunks[line.chunk - m_firstChunk].text.get() + line.offset, qsizetype(line.size)};
    }

    [[nodiscard]] qsizetype bytes() const; ///< all that is held
    /// How many of the oldest lines have to go for bytes() to be @p limit at most.
    [[nodiscard]] qint64 linesOver(qsizetype limit) const;
    void dropFirst(qint64 count);
    void clear();
    [[nodiscard]] LogSnapshot snapshot() const; ///< without names

private:
    struct Chunk {
        LogChunk text = {}; // null: all its lines are gone
        qsizetype size = 0, used = 0;
        int lines = 0;
    };

    const qsizetype m_chunkSize;
    std::deque<Chunk> m_chunks;
    quint32 m_firstChunk = 0;
    qsizetype m_chunkBytes = 0;
    std::deque<LogLine> m_lines;
    qint64 m_first = 0;
};

} // namespace patronus
