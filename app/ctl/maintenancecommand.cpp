// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/printed.h"
#include "operations/counted.h"
#include "operations/maintenance.h"
#include "sdwan/names.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Command = CtlOptions::Command;

QString textOf(const MaintenanceStatus &status, const QDateTime &now)
{
    QString text
        = u"%1: %2, %3 ready\n"_s.arg(status.deployment.key().text(), counted(status.rollout.wanted, u"replica"_s))
              .arg(status.rollout.ready);
    if (!status.record)
        return text + u"not held: neither in maintenance nor stopped\n"_s;
    const MaintenanceRecord &record = *status.record;
    text += u"held since %1 by %2, to come back to %3\n"_s.arg(record.since.toString(Qt::ISODate), record.actor)
                .arg(counted(record.replicas, u"replica"_s));
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
        {u"replicas"_s, status.rollout.wanted}, {u"ready"_s, status.rollout.ready},
        {u"held"_s, status.record.has_value()}};
    if (status.record)
        json.insert("record"_L1, QJsonDocument::fromJson(status.record->toText().toUtf8()).object());
    return json;
}

MaintenanceWish wishOf(const CtlOptions &options)
{
    using Aim = MaintenanceWish::Aim;
    return {.aim = options.command == Command::MaintenanceStart ? Aim::Hold
            : options.command == Command::Stop                  ? Aim::Stop
                                                                : Aim::BringBack,
        .reason = options.reason,
        .holdFor = options.holdFor,
        .limit = options.timeout};
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runMaintenance(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto failed = [&session](const Error &error) {
        session.terminal().say(u"error: "_s + error.message);
        return 1;
    };
    const ObjectKey deployment{options.operatorNamespace, names::operatorName};
    if (options.command != Command::MaintenanceStatus) {
        const MaintenanceWish wish = wishOf(options);
        const bool isPreviewed = wish.aim == MaintenanceWish::Aim::BringBack;
        const auto desk = isPreviewed ? co_await ActionDesk::openWithPatronus(session, options, stop)
                                      : co_await ActionDesk::open(session, options, stop);
        if (!desk)
            co_return failed(desk.error());
        Maintenance maintenance((*desk)->world(), wish);
        const int exitCode = co_await act(session, options, maintenance, stop);
        co_await (*desk)->close();
        if (exitCode != 0 || options.dryRun)
            co_return exitCode;
        // Its own annotation, too, makes a new generation of a Deployment, of which nothing is known for a moment.
        const auto settled = co_await awaitRollout(
            session.client(), session.clock(), deployment, options.timeout, session.terminal().progress(), stop);
        if (!settled)
            co_return failed(settled.error());
    }
    const auto after = co_await readMaintenance(session.client(), deployment, stop);
    if (!after)
        co_return failed(after.error());
    print(options.format, jsonOf(*after), textOf(*after, session.clock().wallTime()));
    co_return 0;
}

} // namespace patronus
