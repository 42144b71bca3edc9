// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "operations/maintenance.h"
#include "sdwan/names.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Command = CtlOptions::Command;

QString textOf(const MaintenanceStatus &status, const QDateTime &now)
{
    QString text = u"%1: %2 replicas, %3 ready\n"_s.arg(status.deployment.key().text())
                       .arg(status.replicas)
                       .arg(std::max(0, status.ready));
    if (!status.record)
        return text + u"not held: neither in maintenance nor stopped\n"_s;
    const MaintenanceRecord &record = *status.record;
    text
        += u"held since %1 by %2, to come back to %3 replicas\n"_s.arg(record.since.toString(Qt::ISODate), record.actor)
               .arg(record.replicas);
    if (!record.reason.isEmpty())
        text += u"reason: %1\n"_s.arg(record.reason);
    if (record.until.isValid())
        text += u"until %1%2\n"_s.arg(
            record.until.toString(Qt::ISODate), record.until < now ? u" (OVERDUE)"_s : QString());
    return text
        + u"kubectl patronus maintenance resume --operator-namespace %1 brings it back\n"_s.arg(
            status.deployment.key().nameSpace);
}

QJsonObject jsonOf(const MaintenanceStatus &status)
{
    QJsonObject json{{u"namespace"_s, status.deployment.key().nameSpace}, {u"name"_s, status.deployment.key().name},
        {u"replicas"_s, status.replicas}, {u"ready"_s, std::max(0, status.ready)},
        {u"held"_s, status.record.has_value()}};
    if (status.record)
        json.insert("record"_L1, QJsonDocument::fromJson(status.record->toText().toUtf8()).object());
    return json;
}

/// What is about to be done, in a sentence.
QString intentOf(const MaintenanceStatus &status, Command command)
{
    const int back = status.record ? status.record->replicas : status.replicas;
    switch (command) {
    case Command::MaintenanceStart:
        return u"Hold the operator at 1 replica (it has %1, and is to come back to %2)"_s.arg(status.replicas)
            .arg(back);
    case Command::Stop:
        return u"Stop the operator: 0 replicas (it has %1, and is to come back to %2). Until it runs again nothing "
               "reaches the Patronus API, statuses grow old, and deleted Sites and Policies wait"_s.arg(status.replicas)
                   .arg(back);
    default:
        return u"Bring the operator back to %1 replicas (it has %2)"_s.arg(back).arg(status.replicas);
    }
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runMaintenance(Session &session, CtlOptions options, std::stop_token stop)
{
    Terminal &terminal = session.terminal();
    const auto failed = [&terminal](const QString &what, const Error &error) {
        terminal.say(u"error: %1: %2"_s.arg(what, error.message));
        return 1;
    };
    const QString unchanged = u"nothing was changed"_s;
    const QString space = options.operatorNamespace;
    const auto target = co_await readTarget(session.client(), session.context(), space, stop);
    if (!target)
        co_return failed(unchanged, target.error());
    Changes changes(
        session.client(), Journal::defaultPath(QProcessEnvironment::systemEnvironment()), *target, session.clock());
    Maintenance maintenance(
        session.client(), changes, session.clock(), {space, names::operatorName}, terminal.progress());
    const auto before = co_await maintenance.status(stop);
    if (!before)
        co_return failed(unchanged, before.error());
    const bool onlyLooks = options.command == Command::MaintenanceStatus;
    if (!onlyLooks) {
        terminal.say(u"%1 on\n%2"_s.arg(intentOf(*before, options.command), target->text()));
        if (const auto agreed = terminal.confirm(*target, u"do this"_s, options.yes); !agreed)
            co_return failed(unchanged, agreed.error());
    }

    Expected<MaintenanceStatus> after = before;
    const QDateTime now = session.clock().wallTime();
    if (options.command == Command::MaintenanceStart || options.command == Command::Stop) {
        const MaintenanceRecord record{.actor = target->user,
            .reason = options.reason,
            .since = now,
            .until = options.holdFor.count() > 0 ? now.addSecs(options.holdFor.count()) : QDateTime()};
        const auto begun = co_await maintenance.begin(record, options.command == Command::Stop ? 0 : 1, stop);
        if (!begun)
            co_return failed(u"stopped"_s, begun.error());
        for (const QString &note : *begun)
            terminal.say(u"note: "_s + note);
        after = co_await maintenance.awaitSettled(options.timeout, stop);
    } else if (!onlyLooks) {
        after = co_await maintenance.resume(options.timeout, stop);
    }
    if (!after)
        co_return failed(u"it is not as it should be yet"_s, after.error());
    print(options.format, jsonOf(*after), textOf(*after, now));
    co_return 0;
}

} // namespace patronus
