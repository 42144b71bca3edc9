// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loglinesmodel.h"

#include <algorithm>
#include <format>
#include <limits>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds batchInterval(50);
constexpr qint64 sliceLines = 4000; // that a new filter looks at in one turn of the event loop: a few milliseconds
constexpr qsizetype smallestChunk = 1 << 10,
                    largestChunk = (256 << 10) - 64; // with malloc's own a round number of pages
constexpr size_t mostIncoming = 20'000; // lines of one batch
constexpr qint64 never = std::numeric_limits<qint64>::max();

/// Without the escape sequences that colour a terminal.
QByteArray withoutColours(QByteArrayView text)
{
    QByteArray plain;
    plain.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] != '\x1b') {
            plain.append(text[at]);
        } else if (at + 1 < text.size() && text[at + 1] == '[') {
            for (at += 2; at < text.size() && (text[at] < '@' || text[at] > '~');)
                ++at;
        }
    }
    return plain;
}

/// What no font can show is a blank.
QString shown(QByteArrayView text)
{
    QString shown = QString::fromUtf8(text);
    for (QChar &c : shown)
        if (c.unicode() < 0x20 || c.unicode() == 0x7f)
            c = u' ';
    return shown;
}

} // namespace

bool LogLineFilter::shows(LogLevel level, QByteArrayView text) const
{
    if (level > least)
        return false;
    const bool asksInclude = !include.pattern().isEmpty(), asksExclude = !exclude.pattern().isEmpty();
    if (!asksInclude && !asksExclude)
        return true;
    const QString string = QString::fromUtf8(text);
    return (!asksInclude || include.matchView(string).hasMatch())
        && (!asksExclude || !exclude.matchView(string).hasMatch());
}

LogLinesModel::LogLinesModel(Clock &clock, qsizetype byteLimit, QObject *parent)
    : QAbstractListModel(parent),
      m_clock(clock),
      m_byteLimit(byteLimit),
      m_lines(std::clamp(byteLimit / 16, smallestChunk, largestChunk)),
      m_heldBackFrom(never),
      m_batch(clock.makeTimer([this] { flush(); })),
      m_slice(clock.makeTimer([this] { checkMore(); }))
{
}

LogLinesModel::~LogLinesModel() = default;

int LogLinesModel::source(const QString &name)
{
    if (const qsizetype known = m_sources.indexOf(name); known >= 0)
        return int(known);
    m_sources.append(name);
    m_last.emplace_back();
    Q_EMIT sourcesChanged();
    return int(m_sources.size()) - 1;
}

QStringList LogLinesModel::shortSources() const
{
    QStringList names;
    for (const QString &name : m_sources)
        names.append(name.sliced(name.lastIndexOf(u'-') + 1));
    return QSet<QString>(names.begin(), names.end()).size() == names.size() ? names : m_sources;
}

void LogLinesModel::add(int source, std::optional<LogTime> time, QByteArrayView text)
{
    if (text.contains('\x1b'))
        return add(source, time, withoutColours(text));
    LogLevel level = logLevelOf(text);
    Last &last = m_last[size_t(source)];
    if (level == LogLevel::Other)
        level = last.level;
    last.level = level;
    keep(source, time, level, text, false);
}

void LogLinesModel::addMark(int source, std::optional<LogTime> time, const QString &text)
{
    keep(source, time, LogLevel::Other, text.toUtf8(), true);
}

void LogLinesModel::keep(int source, std::optional<LogTime> time, LogLevel level, QByteArrayView text, bool isMark)
{
    Last &last = m_last[size_t(source)];
    if (!time)
        time = last.time != LogTime() ? last.time
                                      : LogTime(std::chrono::milliseconds(m_clock.wallTime().toMSecsSinceEpoch()));
    last.time = std::max(last.time, *time); // a clock that was set back must not turn lines around
    if (m_incoming.empty())
        m_batch->start(batchInterval);
    m_incoming.push_back(m_lines.keep(last.time, source, level, text));
    m_incoming.back().isMark = isMark;
    if (m_incoming.size() >= mostIncoming || m_lines.bytes() > m_byteLimit + m_byteLimit / 8)
        flush();
}

void LogLinesModel::clear()
{
    m_batch->stop();
    m_slice->stop();
    beginResetModel();
    m_incoming.clear();
    m_lines.clear();
    m_rows.clear();
    m_last.assign(m_last.size(), {});
    m_uncheckedEnd = m_lines.begin();
    m_heldBackFrom = never;
    m_heldBack = m_dropped = 0;
    endResetModel();
    Q_EMIT changed();
}

void LogLinesModel::flush()
{
    m_batch->stop();
    if (m_incoming.empty())
        return;
    const qint64 end = m_lines.end();
    m_heldBack += qint64(m_incoming.size());
    const qint64 from = m_lines.merge(std::exchange(m_incoming, {}));
    if (from < end)
        renumber(from);
    m_heldBackFrom = std::min(m_heldBackFrom, from);
    if (!m_paused)
        admit(m_heldBackFrom);
    makeRoom();
    Q_EMIT changed();
}

/// After lines were put in at @p from: the rows that follow point to the lines that they showed.
void LogLinesModel::renumber(qint64 from)
{
    auto row = std::ranges::lower_bound(m_rows, from);
    for (qint64 position = from; position < m_lines.end(); ++position) {
        const LogLine::State state = m_lines.at(position).state;
        if (state == LogLine::State::Shown)
            *row++ = position;
        else if (state == LogLine::State::Unchecked)
            m_uncheckedEnd = position + 1;
    }
}

/// Makes rows of what is held back at @p from and later, where the filter shows it.
void LogLinesModel::admit(qint64 from)
{
    std::vector<qint64> shown;
    for (qint64 position = std::max(from, m_lines.begin()); position < m_lines.end(); ++position) {
        LogLine &line = m_lines.at(position);
        if (line.state != LogLine::State::HeldBack)
            continue;
        if (position < m_uncheckedEnd) { // its turn comes
            line.state = LogLine::State::Unchecked;
            continue;
        }
        line.state = shows(line) ? LogLine::State::Shown : LogLine::State::Hidden;
        if (line.state == LogLine::State::Shown)
            shown.push_back(position);
    }
    m_heldBackFrom = never;
    m_heldBack = 0;
    addRows(shown);
}

void LogLinesModel::addRows(const std::vector<qint64> &positions)
{
    if (positions.empty())
        return;
    const auto size = std::ptrdiff_t(m_rows.size());
    const auto from = std::ranges::lower_bound(m_rows, positions.front()) - m_rows.begin();
    beginInsertRows({}, int(size), int(size) + int(positions.size()) - 1);
    m_rows.insert(m_rows.end(), positions.begin(), positions.end());
    endInsertRows();
    if (from < size)
        mergeRows(from, size);
}

/// Sorts the rows from @p from on, of which those up to @p middle and those after it are sorted: the views are told of
/// one change, however many lines were late.
void LogLinesModel::mergeRows(std::ptrdiff_t from, std::ptrdiff_t middle)
{
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<qint64> positions;
    for (const QModelIndex &index : before)
        positions.push_back(m_rows[size_t(index.row())]);
    std::ranges::inplace_merge(m_rows.begin() + from, m_rows.begin() + middle, m_rows.end());
    QModelIndexList after;
    for (const qint64 position : positions)
        after.append(index(int(std::ranges::lower_bound(m_rows, position) - m_rows.begin())));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void LogLinesModel::setFilter(const LogLineFilter &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    beginResetModel();
    for (qint64 position = m_lines.begin(); position < m_lines.end(); ++position)
        if (LogLine &line = m_lines.at(position); line.state != LogLine::State::HeldBack)
            line.state = LogLine::State::Unchecked;
    m_rows.clear();
    m_uncheckedEnd = m_lines.end();
    endResetModel();
    checkMore();
}

void LogLinesModel::checkMore()
{
    const qint64 first = std::max(m_lines.begin(), m_uncheckedEnd - sliceLines);
    std::vector<qint64> shown;
    for (qint64 position = first; position < m_uncheckedEnd; ++position) {
        LogLine &line = m_lines.at(position);
        if (line.state != LogLine::State::Unchecked)
            continue;
        line.state = shows(line) ? LogLine::State::Shown : LogLine::State::Hidden;
        if (line.state == LogLine::State::Shown)
            shown.push_back(position);
    }
    m_uncheckedEnd = first;
    if (!shown.empty()) {
        beginInsertRows({}, 0, int(shown.size()) - 1);
        m_rows.insert(m_rows.begin(), shown.begin(), shown.end());
        endInsertRows();
    }
    if (isFiltering())
        m_slice->start({});
    Q_EMIT changed();
}

bool LogLinesModel::isFiltering() const
{
    return m_uncheckedEnd > m_lines.begin();
}

void LogLinesModel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    flush();
    m_paused = paused;
    if (!paused)
        admit(m_heldBackFrom);
    Q_EMIT changed();
}

void LogLinesModel::setByteLimit(qsizetype limit)
{
    m_byteLimit = limit;
    makeRoom();
    Q_EMIT changed();
}

void LogLinesModel::makeRoom()
{
    const qint64 gone = m_lines.linesOver(m_byteLimit);
    if (gone == 0)
        return;
    const qint64 end = m_lines.begin() + gone;
    for (qint64 position = m_lines.begin(); m_heldBack > 0 && position < end; ++position)
        if (m_lines.at(position).state == LogLine::State::HeldBack)
            --m_heldBack;
    const auto rows = std::ranges::lower_bound(m_rows, end) - m_rows.begin();
    if (rows > 0)
        beginRemoveRows({}, 0, int(rows) - 1);
    m_rows.erase(m_rows.begin(), m_rows.begin() + rows);
    m_lines.dropFirst(gone);
    m_dropped += gone;
    if (rows > 0)
        endRemoveRows();
}

bool LogLinesModel::shows(const LogLine &line) const
{
    return line.isMark || m_filter.shows(line.level, m_lines.text(line));
}

LogSnapshot LogLinesModel::snapshot()
{
    flush();
    LogSnapshot snapshot = m_lines.snapshot();
    snapshot.sources = m_sources;
    snapshot.dropped = m_dropped;
    return snapshot;
}

int LogLinesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant LogLinesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const LogLine &line = this->line(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shown(m_lines.text(line));
    case Qt::AccessibleTextRole:
        return u"%1: %2"_s.arg(m_sources[line.source], shown(m_lines.text(line)));
    case Qt::ToolTipRole:
        return u"%1 · %2"_s.arg(m_sources[line.source], QString::fromStdString(std::format("{:%FT%T}Z", line.time)));
    case LevelRole:
        return QVariant::fromValue(line.level);
    case SourceRole:
        return int(line.source);
    case TimeRole:
        return QVariant::fromValue(line.time);
    case IsMarkRole:
        return line.isMark;
    default:
        return {};
    }
}

} // namespace patronus
