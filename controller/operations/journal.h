// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/journalentry.h"

#include <QProcessEnvironment>

#include <limits>

namespace patronus {

/// What this user has changed from this machine: a file of JSON lines that is only ever added to, two lines a write:
/// one that the disk has before the write is sent, and one with its outcome. Secrets are left out, and nobody else may
/// read it. Several programs may write at once. Whoever opens one of more than 4 MiB puts it aside as
/// journal-TIME.jsonl, and begins another.
class Journal
{
public:
    /// patronus/journal.jsonl in XDG_STATE_HOME, or without that in ~/.local/state.
    [[nodiscard]] static QString defaultPath(const QProcessEnvironment &environment);
    /// Opens it for adding, and makes it. Invalid names the file and the remedy.
    [[nodiscard]] static Expected<std::unique_ptr<Journal>> open(const QString &path);
    ~Journal();
    Q_DISABLE_COPY_MOVE(Journal)

    /// Writes down what is about to be done, and gives the entry's id once the disk has it. Where that fails, the write
    /// must not be sent.
    [[nodiscard]] Expected<QString> begin(const JournalEntry &entry);
    /// Writes down how it ended; the disk has it with the next begin(), or at the end.
    [[nodiscard]] Expected<void> finish(const QString &id, const QString &outcome);

private:
    Journal(int fd, QString path) : m_fd(fd), m_path(std::move(path)) { }
    [[nodiscard]] Expected<void> append(const QJsonObject &line);

    const int m_fd;
    const QString m_path;
};

/// All entries, oldest first; empty where there is no file yet. A line that a crash has cut is left out. With
/// @p mostFiles only the newest files, of those that were put aside and the one at @p path.
[[nodiscard]] Expected<QList<JournalEntry>> readJournal(
    const QString &path, qsizetype mostFiles = std::numeric_limits<qsizetype>::max());

/// The newest entry of @p verb on @p cluster that was done; nullopt: there is none. Read from the end on, only as far
/// as needed.
[[nodiscard]] Expected<std::optional<JournalEntry>> newestDone(
    const QString &path, const QString &verb, const ClusterIdentity &cluster);

} // namespace patronus
