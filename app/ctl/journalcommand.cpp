// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/printed.h"
#include "operations/revert.h"

#include <QJsonArray>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

int runJournal(const CtlOptions &options)
{
    auto entries = readJournal(Journal::defaultPath(QProcessEnvironment::systemEnvironment()));
    if (!entries) {
        std::fprintf(stderr, "error: %s\n", qUtf8Printable(entries.error().message));
        return 1;
    }
    const QDateTime since = QDateTime::currentDateTimeUtc().addSecs(-options.since.count());
    entries->removeIf([&](const JournalEntry &entry) {
        return (options.since.count() > 0 && entry.time < since)
            || (!options.context.isEmpty() && entry.target.context != options.context)
            || (!options.nameSpace.isEmpty() && entry.key.nameSpace != options.nameSpace);
    });
    const bool isWide = options.format == CtlOptions::Format::Wide;
    QStringList headings{u"ID"_s, u"TIME"_s, u"CONTEXT"_s, u"USER"_s, u"VERB"_s, u"OBJECT"_s, u"OUTCOME"_s};
    if (isWide)
        headings << u"SERVER"_s << u"CLUSTER"_s;
    QJsonArray json;
    QList<QStringList> rows;
    for (const JournalEntry &entry : std::as_const(*entries)) {
        json.append(entry.toJson());
        QStringList row{entry.id.first(std::min<qsizetype>(8, entry.id.size())),
            entry.time.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s), entry.target.context, entry.target.user,
            entry.verb, entry.kind + u' ' + entry.key.text(),
            entry.outcome.isEmpty() ? u"unknown: the program ended before the answer"_s : entry.outcome};
        if (isWide)
            row << entry.target.cluster.server << entry.target.cluster.kubeSystemUid;
        rows.append(row);
    }
    print(options.format, json, table(headings, rows));
    return 0;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runJournalRevert(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    auto entries = readJournal(Journal::defaultPath(QProcessEnvironment::systemEnvironment()));
    if (!entries)
        co_return terminal.refuse(entries.error().message);
    const QString id = options.files.first();
    entries->removeIf([&id](const JournalEntry &entry) { return !entry.id.startsWith(id); });
    if (options.files.size() != 1 || entries->size() != 1)
        co_return terminal.refuse(u"%1 is %2 in the journal: give one ID as kubectl patronus journal shows it"_s.arg(
            options.files.join(u' '), entries->isEmpty() ? u"not"_s : u"not one entry"_s));
    const auto desk = co_await ActionDesk::openWithPatronus(session, options, stop);
    if (!desk)
        co_return terminal.refuse(desk.error().message);
    Revert revert((*desk)->world(), entries->first());
    const int exitCode = co_await act(session, options, revert, stop);
    co_await (*desk)->close();
    co_return exitCode;
}

} // namespace patronus
