// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/backupwish.h"
#include "operations/bundleretention.h"
#include "operations/counted.h"
#include "operations/lastbackup.h"

#include <QJsonArray>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runBackup(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    auto wish = backupWish(options, options.folder);
    if (!wish) {
        terminal.say(u"error: no backup was made: "_s + wish.error().message);
        co_return 1;
    }
    wish->nameSpace = options.nameSpace;
    Backup backup(session.client(), session.clock(), *wish, terminal.progress());
    const auto made = co_await backup.run(session.context(), stop);
    if (!made) {
        terminal.say(u"error: no backup was made: "_s + made.error().message);
        co_return 1;
    }
    const QJsonObject &manifest = made->bundle.manifest;
    for (const QJsonValue &note : manifest["notes"_L1].toArray())
        terminal.say(u"note: "_s + note.toString());
    for (const QString &refused : made->refused)
        terminal.say(u"warning: saved, but this server would not take it back: "_s + refused);
    terminal.say(u"%1 and %2 are saved, read back and compared\ndigest sha256:%3"_s.arg(
        counted(manifest["sites"_L1].toInteger(), u"Site"_s), counted(manifest["policies"_L1].toInteger(), u"Policy"_s),
        made->bundle.digest()));
    std::printf("%s\n", qUtf8Printable(made->path));
    if (const auto desk = co_await ActionDesk::open(session, options, stop)) {
        const ActionWorld world = (*desk)->world();
        if (const auto noted = noteBackup(world.changes, *made); !noted)
            terminal.say(u"note: the journal does not have it: "_s + noted.error().message);
    }
    if (options.keep > 0) {
        const auto removed = pruneBundles(made->bundle, options.folder, options.keep);
        if (!removed) {
            terminal.say(u"error: the backup is made, but an older one stays: "_s + removed.error().message);
            co_return 1;
        }
        for (const QString &path : *removed)
            terminal.say(u"removed "_s + path);
    }
    co_return made->refused.isEmpty() ? 0 : 1;
}

} // namespace patronus
