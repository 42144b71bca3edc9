// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/logbuffer.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace patronus {

namespace {
// With its place among the rows of a model, and what the allocator adds and leaves unused (measured by bench_logs).
constexpr qsizetype lineBytes = sizeof(LogLine) + sizeof(qint64) + 16;
} // namespace

LogBuffer::LogBuffer(qsizetype chunkSize) : m_chunkSize(chunkSize)
{
}

LogLine LogBuffer::keep(LogTime time, int source, LogLevel level, QByteArrayView text)
{
    if (m_chunks.empty() || m_chunks.back().size - m_chunks.back().used < text.size()) {
        const qsizetype size = std::max(m_chunkSize, text.size());
        m_chunks.push_back({.text = std::make_shared_for_overwrite<char[]>(size_t(size)), .size = size});
        m_chunkBytes += size;
    }
    Chunk &chunk = m_chunks.back();
    std::memcpy(chunk.text.get() + chunk.used, text.data(), size_t(text.size()));
    const LogLine line{.time = time,
        .chunk = m_firstChunk + quint32(m_chunks.size() - 1),
        .offset = quint32(chunk.used),
        .size = quint32(text.size()),
        .source = quint16(source),
        .level = level};
    chunk.used += text.size();
    ++chunk.lines;
    return line;
}

qint64 LogBuffer::merge(std::vector<LogLine> lines)
{
    if (lines.empty())
        return end();
    std::ranges::stable_sort(lines, {}, &LogLine::time);
    const auto size = std::ptrdiff_t(m_lines.size());
    const std::ptrdiff_t from
        = std::ranges::upper_bound(m_lines, lines.front().time, {}, &LogLine::time) - m_lines.begin();
    m_lines.insert(m_lines.end(), lines.begin(), lines.end());
    if (from < size)
        std::ranges::inplace_merge(m_lines.begin() + from, m_lines.begin() + size, m_lines.end(), {}, &LogLine::time);
    return m_first + from;
}

qsizetype LogBuffer::bytes() const
{
    return m_chunkBytes + qsizetype(m_lines.size()) * lineBytes;
}

qint64 LogBuffer::linesOver(qsizetype limit) const
{
    const qsizetype over = bytes() - limit;
    qsizetype gained = 0;
    std::unordered_map<quint32, int> gone; // lines, by chunk
    size_t count = 0;
    for (; gained < over && count < m_lines.size(); ++count) {
        const quint32 number = m_lines[count].chunk;
        const Chunk &chunk = m_chunks[number - m_firstChunk];
        gained += lineBytes;
        if (++gone[number] == chunk.lines)
            gained += chunk.size;
    }
    return qint64(count);
}

void LogBuffer::dropFirst(qint64 count)
{
    for (qint64 i = 0; i < count; ++i) {
        Chunk &chunk = m_chunks[m_lines[size_t(i)].chunk - m_firstChunk];
        if (--chunk.lines > 0)
            continue;
        m_chunkBytes -= chunk.size;
        chunk = {};
    }
    m_lines.erase(m_lines.begin(), m_lines.begin() + count);
    m_first += count;
    while (!m_chunks.empty() && !m_chunks.front().text) {
        m_chunks.pop_front();
        ++m_firstChunk;
    }
}

void LogBuffer::clear()
{
    m_first = end();
    m_lines.clear();
    m_firstChunk += quint32(m_chunks.size());
    m_chunks.clear();
    m_chunkBytes = 0;
}

LogSnapshot LogBuffer::snapshot() const
{
    LogSnapshot snapshot{.lines = {m_lines.begin(), m_lines.end()}, .firstChunk = m_firstChunk};
    for (const Chunk &chunk : m_chunks)
        snapshot.chunks.push_back(chunk.text);
    return snapshot;
}

} // namespace patronus
