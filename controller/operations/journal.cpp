// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/journal.h"

#include "core/json.h"
#include "core/log.h"
#include "core/readfile.h"
#include "operations/withoutsecrets.h"

#include <QDir>
#include <QFile>
#include <QScopeGuard>
#include <QUuid>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Error failed(const QString &path)
{
    return {.kind = Error::Kind::Invalid,
        .message = u"the journal %1 cannot be written, and nothing is changed without it: %2 (XDG_STATE_HOME may name "
                   "another folder)"_s.arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
}

QJsonObject kept(const QJsonObject &object)
{
    return withoutSecrets(object).json;
}

bool isFull(int fd)
{
    constexpr off_t most = off_t(4) * 1024 * 1024;
    struct stat now = {};
    return ::fstat(fd, &now) == 0 && S_ISREG(now.st_mode) && now.st_size > most;
}

/// Gives the file @p fd at @p path another name. Who has it open goes on writing into it.
void putAside(int fd, const QString &path)
{
    ::flock(fd, LOCK_EX); // until it is closed
    struct stat mine = {}, there = {};
    const QByteArray name = QFile::encodeName(path);
    if (::fstat(fd, &mine) != 0 || ::stat(name.constData(), &there) != 0 || mine.st_ino != there.st_ino)
        return; // somebody else has done it
    const QFileInfo info(path);
    const QString aside = info.dir().filePath(u"%1-%2.%3"_s.arg(info.completeBaseName(),
        QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd'T'HHmmsszzz'Z'"_s), info.suffix()));
    ::rename(name.constData(), QFile::encodeName(aside).constData());
}

/// Those that were put aside, by time, then the one at @p path.
QStringList filesOf(const QString &path)
{
    const QFileInfo info(path);
    QStringList files;
    for (const QString &name :
        info.dir().entryList({u"%1-*.%2"_s.arg(info.completeBaseName(), info.suffix())}, QDir::Files, QDir::Name))
        files.append(info.dir().filePath(name));
    if (info.exists())
        files.append(path);
    return files;
}

JournalEntry entryOf(const QJsonObject &line)
{
    const auto text = [&line](QLatin1StringView name) { return line[name].toString(); };
    return {.id = text("id"_L1),
        .time = QDateTime::fromString(text("time"_L1), Qt::ISODateWithMs),
        .target = {.context = text("context"_L1),
            .cluster = ClusterIdentity::fromJson(line["cluster"_L1].toObject()),
            .nameSpace = {},
            .user = text("user"_L1),
            .serverVersion = text("serverVersion"_L1)},
        .verb = text("verb"_L1),
        .apiVersion = text("apiVersion"_L1),
        .kind = text("kind"_L1),
        .key = {text("namespace"_L1), text("name"_L1)},
        .before = line["before"_L1].toObject(),
        .after = line["after"_L1].toObject()};
}

/// The line of @p text that has @p at in it; nullopt: a crash has cut it.
std::optional<QJsonObject> lineAt(const QByteArray &text, qsizetype at)
{
    const qsizetype begin = text.lastIndexOf('\n', at) + 1, end = text.indexOf('\n', at);
    const auto line = parseJsonObject(text.sliced(begin, (end < 0 ? text.size() : end) - begin));
    return line ? std::optional(*line) : std::nullopt;
}

/// How the entry @p id that begins at @p at ended: both lines are in one file.
QString outcomeAfter(const QByteArray &text, qsizetype at, const QString &id)
{
    const qsizetype begin = text.indexOf('\n', at);
    const qsizetype found = begin < 0 ? -1 : text.indexOf('"' + id.toUtf8() + '"', begin);
    return found < 0 ? QString() : lineAt(text, found).value_or(QJsonObject())["outcome"_L1].toString();
}

} // namespace

QJsonObject JournalEntry::toJson() const
{
    return {{u"id"_s, id}, {u"time"_s, time.toUTC().toString(Qt::ISODateWithMs)}, {u"context"_s, target.context},
        {u"cluster"_s, target.cluster.toJson()}, {u"serverVersion"_s, target.serverVersion}, {u"user"_s, target.user},
        {u"verb"_s, verb}, {u"apiVersion"_s, apiVersion}, {u"kind"_s, kind}, {u"namespace"_s, key.nameSpace},
        {u"name"_s, key.name}, {u"before"_s, kept(before)}, {u"after"_s, kept(after)}, {u"outcome"_s, outcome}};
}

QString Journal::defaultPath(const QProcessEnvironment &environment)
{
    const QString state = environment.value(u"XDG_STATE_HOME"_s);
    // A relative path is to be ignored (https://specifications.freedesktop.org/basedir-spec).
    return (QDir::isAbsolutePath(state) ? state : environment.value(u"HOME"_s) + u"/.local/state"_s)
        + u"/patronus/journal.jsonl"_s;
}

Expected<std::unique_ptr<Journal>> Journal::open(const QString &path)
{
    QDir().mkpath(QFileInfo(path).path()); // where that fails, open() does
    for (bool isRetry = false;; isRetry = true) {
        const int fd = ::open(QFile::encodeName(path).constData(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return std::unexpected(failed(path));
        if (isRetry || !isFull(fd))
            return std::unique_ptr<Journal>(new Journal(fd, path));
        putAside(fd, path);
        ::close(fd);
    }
}

Journal::~Journal()
{
    ::fsync(m_fd);
    ::close(m_fd);
}

Expected<QString> Journal::begin(const JournalEntry &entry)
{
    JournalEntry begun = entry;
    begun.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    QJsonObject line = begun.toJson();
    line.remove("outcome"_L1);
    if (const auto appended = append(line); !appended)
        return std::unexpected(appended.error());
    if (::fsync(m_fd) != 0)
        return std::unexpected(failed(m_path));
    return begun.id;
}

Expected<void> Journal::finish(const QString &id, const QString &outcome)
{
    return append({{u"id"_s, id}, {u"outcome"_s, redact(outcome)}});
}

Expected<void> Journal::append(const QJsonObject &line)
{
    if (::flock(m_fd, LOCK_EX) != 0)
        return std::unexpected(failed(m_path));
    const auto unlock = qScopeGuard([this] { ::flock(m_fd, LOCK_UN); });
    QByteArray text = toJson(line) + '\n';
    // What a crash has cut must not take this line with it.
    char last = '\n';
    if (const off_t end = ::lseek(m_fd, 0, SEEK_END); end > 0 && ::pread(m_fd, &last, 1, end - 1) == 1 && last != '\n')
        text.prepend('\n');
    if (::write(m_fd, text.constData(), size_t(text.size())) != text.size())
        return std::unexpected(failed(m_path));
    return {};
}

Expected<QList<JournalEntry>> readJournal(const QString &path, qsizetype mostFiles)
{
    const QStringList files = filesOf(path);
    QList<JournalEntry> entries;
    QHash<QString, qsizetype> byId;
    for (const QString &name : files.last(std::min(mostFiles, files.size()))) {
        const auto content = readWholeFile(name);
        if (!content)
            return std::unexpected(content.error());
        for (const QByteArray &text : content->split('\n')) {
            const auto line = parseJsonObject(text);
            if (!line)
                continue;
            const QString id = line->value("id"_L1).toString();
            if (const auto known = byId.constFind(id); known != byId.constEnd()) {
                entries[*known].outcome = line->value("outcome"_L1).toString();
            } else if (line->contains("verb"_L1)) {
                byId.insert(id, entries.size());
                entries.append(entryOf(*line));
            }
        }
    }
    return entries;
}

Expected<std::optional<JournalEntry>> newestDone(
    const QString &path, const QString &verb, const ClusterIdentity &cluster)
{
    const QByteArray mark = "\"verb\":\"" + verb.toUtf8() + '"'; // as toJson() writes it
    QStringList files = filesOf(path);
    while (!files.isEmpty()) {
        const auto content = readWholeFile(files.takeLast());
        if (!content)
            return std::unexpected(content.error());
        qsizetype at = content->lastIndexOf(mark);
        for (; at >= 0; at = at == 0 ? -1 : content->lastIndexOf(mark, at - 1)) {
            const auto line = lineAt(*content, at);
            if (!line)
                continue;
            JournalEntry entry = entryOf(*line);
            entry.outcome = outcomeAfter(*content, at, entry.id);
            if (entry.verb == verb && entry.target.cluster == cluster && entry.outcome == "done"_L1)
                return entry;
        }
    }
    return std::nullopt;
}

} // namespace patronus
