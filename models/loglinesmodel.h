// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QSet>

namespace patronus {

enum class LogLevel { Error, Warn, Info, Debug, Other };

/// The level of one line of the operator's log, text (`TIME LEVEL area message`) or JSON (`"level":"INFO"`).
[[nodiscard]] LogLevel logLevelOf(QStringView line);

/// Lines of a log, newest last, bounded by bytes: when it is full the oldest go, and are counted. Where lines of
/// several sources meet, each says whose it is.
class LogLinesModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { LevelRole = Qt::UserRole, SourceRole };

    explicit LogLinesModel(qsizetype byteLimit = 16 << 20, QObject *parent = nullptr);

    /// Adds lines of @p source (a pod's name, a file's); one call for all that came together.
    void append(const QString &source, const QStringList &lines);
    void clear();
    [[nodiscard]] qint64 dropped() const;
    [[nodiscard]] QString text() const; ///< all that is held, for the clipboard and a file

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    struct Line {
        QString source;
        QString text;
        LogLevel level;
        [[nodiscard]] qsizetype bytes() const { return 2 * text.size() + qsizetype(sizeof(Line)); }
    };
    void makeRoom();
    [[nodiscard]] QString shown(const Line &line) const;

    const qsizetype m_byteLimit;
    QList<Line> m_lines;
    qsizetype m_bytes = 0;
    qint64 m_dropped = 0;
    QSet<QString> m_sources;
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::LogLevel)
