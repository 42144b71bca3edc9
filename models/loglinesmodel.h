// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/logbuffer.h"

#include <QAbstractListModel>
#include <QRegularExpression>

namespace patronus {

/// Which lines of a log are shown. Marks always are.
struct LogLineFilter {
    LogLevel least = LogLevel::Other; ///< this level and worse
    QRegularExpression include = {}; ///< valid; without a pattern: every line
    QRegularExpression exclude = {}; ///< valid; without a pattern: no line

    [[nodiscard]] bool shows(LogLevel level, QByteArrayView text) const;
    friend bool operator==(const LogLineFilter &, const LogLineFilter &) = default;
};

/// The lines of several logs merged by time, newest last, a row each that the filter shows. Bounded by bytes: when it
/// is full the oldest go, and are counted. What is added appears twenty times a second at most; a late line is put
/// where it belongs. A new filter looks at the newest lines first, a slice of them in each turn of the event loop.
class LogLinesModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { LevelRole = Qt::UserRole, SourceRole, TimeRole, IsMarkRole };
    static constexpr qsizetype defaultByteLimit = 64 << 20;

    /// @p clock has to outlive it.
    explicit LogLinesModel(Clock &clock, qsizetype byteLimit = defaultByteLimit, QObject *parent = nullptr);
    ~LogLinesModel() override;

    // For who fills it.
    /// The number of a source (a pod, a file); the same for the same name.
    [[nodiscard]] int source(const QString &name);
    /// Adds a line of UTF-8; nullopt: it comes right behind the source's last one. The lines of a source stay in the
    /// order in which they are added. A line without a level belongs to the one before it and has its level.
    void add(int source, std::optional<LogTime> time, QByteArrayView text);
    /// Adds a line of ours among those of @p source.
    void addMark(int source, std::optional<LogTime> time, const QString &text);
    void clear(); ///< the lines and their counts

    // For views.
    void setFilter(const LogLineFilter &filter);
    [[nodiscard]] const LogLineFilter &filter() const { return m_filter; }
    [[nodiscard]] bool isFiltering() const; ///< whether older lines are still to be looked at
    /// While paused, no row is added: new lines are kept, and wait.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    void setByteLimit(qsizetype limit);
    [[nodiscard]] qsizetype byteLimit() const { return m_byteLimit; }

    [[nodiscard]] qint64 lineCount() const { return m_lines.end() - m_lines.begin(); } ///< held, shown or not
    [[nodiscard]] qint64 waiting() const { return m_heldBack; } ///< of them, those that wait for the end of a pause
    [[nodiscard]] qint64 dropped() const { return m_dropped; }
    [[nodiscard]] qsizetype bytes() const { return m_lines.bytes(); }
    [[nodiscard]] const QStringList &sources() const { return m_sources; }
    [[nodiscard]] QStringList shortSources() const; ///< as short as they can be told apart
    [[nodiscard]] LogSnapshot snapshot(); ///< all that is held, with what came just now

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void changed(); ///< lines or counts
    void sourcesChanged();

private:
    void keep(int source, std::optional<LogTime> time, LogLevel level, QByteArrayView text, bool isMark);
    void flush();
    void renumber(qint64 from);
    void admit(qint64 from);
    void addRows(const std::vector<qint64> &positions);
    void mergeRows(std::ptrdiff_t from, std::ptrdiff_t middle);
    void checkMore();
    void makeRoom();
    [[nodiscard]] bool shows(const LogLine &line) const;
    [[nodiscard]] const LogLine &line(int row) const { return m_lines.at(m_rows[size_t(row)]); }

    struct Last {
        LogTime time = {};
        LogLevel level = LogLevel::Other;
    };

    Clock &m_clock;
    qsizetype m_byteLimit;
    LogBuffer m_lines;
    std::vector<LogLine> m_incoming; // since the last flush
    std::deque<qint64> m_rows; // positions of the lines that are shown
    QStringList m_sources;
    std::vector<Last> m_last; // line of each source
    LogLineFilter m_filter;
    qint64 m_uncheckedEnd = 0; // what lies before this position waits for the filter
    bool m_paused = false;
    qint64 m_heldBackFrom = 0; // the first position of a line that is held back, or one before it
    qint64 m_heldBack = 0, m_dropped = 0;
    std::unique_ptr<Timer> m_batch, m_slice;
};

} // namespace patronus
