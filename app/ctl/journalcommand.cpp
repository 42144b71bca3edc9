// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "operations/journal.h"

#include <QJsonArray>

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
    QStringList headings{u"TIME"_s, u"CONTEXT"_s, u"USER"_s, u"VERB"_s, u"OBJECT"_s, u"OUTCOME"_s};
    if (isWide)
        headings << u"SERVER"_s << u"CLUSTER"_s;
    QJsonArray json;
    QList<QStringList> rows;
    for (const JournalEntry &entry : std::as_const(*entries)) {
        json.append(entry.toJson());
        QStringList row{entry.time.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s), entry.target.context,
            entry.target.user, entry.verb, entry.kind + u' ' + entry.key.text(),
            entry.outcome.isEmpty() ? u"unknown: the program ended before the answer"_s : entry.outcome};
        if (isWide)
            row << entry.target.cluster.server << entry.target.cluster.kubeSystemUid;
        rows.append(row);
    }
    print(options.format, json, table(headings, rows));
    return 0;
}

} // namespace patronus
