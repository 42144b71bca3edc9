// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/lastbackup.h"

#include "operations/counted.h"
#include "operations/listing.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

const QString verb = u"backup"_s;
const ResourceType cronJobs{u"batch"_s, u"v1"_s, u"cronjobs"_s, u"CronJob"_s};

} // namespace

Expected<void> noteBackup(Changes &changes, const Backup::Result &made)
{
    const QJsonObject &manifest = made.bundle.manifest;
    const auto id = changes.announce({.verb = verb,
        .kind = u"Backup"_s,
        .key = {{}, made.path},
        .after = {{u"digest"_s, made.bundle.digest()}, {u"sites"_s, manifest["sites"_L1]},
            {u"policies"_s, manifest["policies"_L1]}}});
    return id.and_then([&](const QString &begun) { return changes.conclude(begun, u"done"_s); });
}

QCoro::Task<std::optional<QDateTime>> lastBackup(ActionWorld world, std::stop_token stop)
{
    QList<QDateTime> times;
    if (const auto noted = world.changes.newestDone(verb); noted && *noted)
        times.append((*noted)->time);
    // Who may not look at it cannot know.
    const QString selector = u"app.kubernetes.io/name="_s + names::operatorName;
    const auto jobs = co_await listAll(
        world.client, cronJobs, {.nameSpace = world.operatorNamespace, .labelSelector = selector}, std::move(stop));
    for (const Object &job : jobs.value_or(QList<Object>()))
        if (const auto time = QDateTime::fromString(job.status()["lastSuccessfulTime"_L1].toString(), Qt::ISODate);
            time.isValid())
            times.append(time);
    co_return times.isEmpty() ? std::nullopt : std::optional(*std::ranges::max_element(times));
}

QStringList backupWarnings(const std::optional<QDateTime> &last, const QDateTime &now)
{
    constexpr qint64 day = qint64(24) * 60 * 60;
    if (!last)
        return {u"no backup of this cluster is known here: kubectl patronus backup makes one"_s};
    const qint64 age = last->secsTo(now);
    if (age < day)
        return {};
    return {u"the last backup that is known here is %1 old (%2): kubectl patronus backup makes one"_s.arg(
        counted(age / day, u"day"_s), last->toUTC().toString(Qt::ISODate))};
}

} // namespace patronus
