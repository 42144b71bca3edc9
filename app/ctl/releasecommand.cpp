// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/printed.h"
#include "operations/helmrollback.h"
#include "operations/helmupgrade.h"
#include "operations/rolloutundo.h"
#include "sdwan/names.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString textOf(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODate);
}

void printHistory(CtlOptions::Format format, const HelmHistory &history)
{
    const bool isWide = format == CtlOptions::Format::Wide;
    QStringList headings{u"REVISION"_s, u"STATUS"_s, u"CHART"_s, u"APP VERSION"_s, u"UPDATED"_s};
    if (isWide)
        headings << u"RELEASE"_s << u"DESCRIPTION"_s;
    QList<QStringList> rows;
    QJsonArray json;
    for (const HelmRelease &release : history) {
        QStringList row{QString::number(release.revision), release.status, release.chartText(), release.appVersion,
            textOf(release.updated)};
        if (isWide)
            row << release.name << release.description;
        rows.append(row);
        json.append(QJsonObject{{u"release"_s, release.name}, {u"namespace"_s, release.nameSpace},
            {u"revision"_s, release.revision}, {u"status"_s, release.status}, {u"chart"_s, release.chart},
            {u"chartVersion"_s, release.chartVersion}, {u"appVersion"_s, release.appVersion},
            {u"updated"_s, textOf(release.updated)}, {u"description"_s, release.description}});
    }
    print(format, json, table(headings, rows));
}

void printHistory(CtlOptions::Format format, const QList<RolloutRevision> &history)
{
    QList<QStringList> rows;
    QJsonArray json;
    for (const RolloutRevision &revision : history) {
        rows.append({QString::number(revision.revision), revision.isCurrent ? u"current"_s : QString(),
            revision.images.join(u','), textOf(revision.created), revision.cause});
        json.append(QJsonObject{{u"revision"_s, revision.revision}, {u"current"_s, revision.isCurrent},
            {u"images"_s, QJsonArray::fromStringList(revision.images)}, {u"created"_s, textOf(revision.created)},
            {u"changeCause"_s, revision.cause}});
    }
    print(format, json, table({u"REVISION"_s, u"STATUS"_s, u"IMAGES"_s, u"CREATED"_s, u"CHANGE CAUSE"_s}, rows));
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the command has it and waits
Task<void> list(Session &session, CtlOptions options, std::stop_token stop)
{
    if (!options.deployment) {
        const auto history
            = co_await readHelmHistory(session.client(), options.operatorNamespace, options.release, stop);
        co_return history.transform([&](const HelmHistory &all) { printHistory(options.format, all); });
    }
    const auto deployment = co_await session.client().get(
        resources::deployments(), {options.operatorNamespace, names::operatorName}, stop);
    if (!deployment)
        co_return std::unexpected(deployment.error());
    const auto history = co_await readRolloutHistory(session.client(), *deployment, stop);
    co_return history.transform([&](const QList<RolloutRevision> &all) { printHistory(options.format, all); });
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRelease(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto failed = [&session](const Error &error) {
        session.terminal().say(u"error: "_s + error.message);
        return 1;
    };
    if (options.list) {
        const auto listed = co_await list(session, options, stop);
        co_return listed ? 0 : failed(listed.error());
    }
    const auto desk = co_await ActionDesk::open(session, options, stop);
    if (!desk)
        co_return failed(desk.error());
    const ActionWorld world = (*desk)->world();
    if (options.deployment) {
        RolloutUndo undo(world, options.revision, options.timeout);
        co_return co_await act(session, options, undo, stop);
    }
    const HelmChoice helm{.program = options.helm, .release = options.release, .limit = options.timeout};
    if (options.command == CtlOptions::Command::Upgrade) {
        HelmUpgrade upgrade(world, session.connection(), helm,
            {.chart = options.files.value(0), .valuesFiles = options.valuesFiles, .resetValues = options.resetValues});
        co_return co_await act(session, options, upgrade, stop);
    }
    HelmRollback rollback(world, session.connection(), helm, options.revision);
    co_return co_await act(session, options, rollback, stop);
}

} // namespace patronus
