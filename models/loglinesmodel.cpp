// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loglinesmodel.h"

using namespace Qt::StringLiterals;

namespace patronus {

LogLevel logLevelOf(QStringView line)
{
    QStringView level;
    if (line.startsWith(u'{')) {
        const qsizetype at = line.indexOf("\"level\":\""_L1);
        if (at >= 0)
            level = line.sliced(at + 9);
    } else {
        // The second word: the first is the time.
        const qsizetype blank = line.indexOf(u' ');
        if (blank >= 0)
            level = line.sliced(blank).trimmed();
    }
    const auto is = [&](QLatin1StringView word) { return level.startsWith(word, Qt::CaseInsensitive); };
    if (is("ERROR"_L1))
        return LogLevel::Error;
    if (is("WARN"_L1))
        return LogLevel::Warn;
    if (is("INFO"_L1))
        return LogLevel::Info;
    if (is("DEBUG"_L1) || is("TRACE"_L1))
        return LogLevel::Debug;
    return LogLevel::Other;
}

LogLinesModel::LogLinesModel(qsizetype byteLimit, QObject *parent) : QAbstractListModel(parent), m_byteLimit(byteLimit)
{
}

void LogLinesModel::append(const QString &source, const QStringList &lines)
{
    if (lines.isEmpty())
        return;
    if (m_sources.size() == 1 && !m_sources.contains(source) && !m_lines.isEmpty()) {
        m_sources.insert(source);
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DisplayRole});
    }
    m_sources.insert(source);
    beginInsertRows({}, rowCount(), rowCount() + int(lines.size()) - 1);
    for (const QString &text : lines) {
        m_lines.append({source, text, logLevelOf(text)});
        m_bytes += m_lines.last().bytes();
    }
    endInsertRows();
    makeRoom();
}

void LogLinesModel::makeRoom()
{
    qsizetype gone = 0, bytes = m_bytes;
    while (bytes > m_byteLimit && gone < m_lines.size())
        bytes -= m_lines[gone++].bytes();
    if (gone == 0)
        return;
    beginRemoveRows({}, 0, int(gone) - 1);
    m_lines.remove(0, gone);
    m_bytes = bytes;
    m_dropped += gone;
    endRemoveRows();
}

void LogLinesModel::clear()
{
    beginResetModel();
    m_lines.clear();
    m_sources.clear();
    m_bytes = 0;
    endResetModel();
}

qint64 LogLinesModel::dropped() const
{
    return m_dropped;
}

QString LogLinesModel::text() const
{
    QString text;
    for (const Line &line : m_lines)
        text += shown(line) + u'\n';
    return text;
}

QString LogLinesModel::shown(const Line &line) const
{
    return m_sources.size() > 1 ? line.source + u"  "_s + line.text : line.text;
}

int LogLinesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_lines.size());
}

QVariant LogLinesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Line &line = m_lines[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return shown(line);
    case LevelRole:
        return QVariant::fromValue(line.level);
    case SourceRole:
        return line.source;
    default:
        return {};
    }
}

} // namespace patronus
