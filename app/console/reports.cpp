// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/reports.h"

#include "core/json.h"
#include "operations/bundlefolder.h"
#include "operations/diagnosis/diagnosis.h"
#include "operations/diagnosis/gather.h"
#include "operations/diff.h"
#include "operations/drift.h"
#include "operations/helmhistory.h"
#include "operations/journal.h"
#include "sdwan/names.h"

#include <QDir>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Report = ClusterModel::Report;
using Row = ReportModel::Row;

QString localTime(const QDateTime &time)
{
    return time.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

Row rowOf(const JournalEntry &entry)
{
    const bool isDone = entry.outcome == "done"_L1;
    const QString outcome = entry.outcome.isEmpty() ? Reports::tr("unknown: the program ended before the answer")
        : isDone                                    ? Reports::tr("done")
                                                    : entry.outcome;
    QString detail = Reports::tr("Server %1\nBefore and what was sent:\n").arg(entry.target.cluster.server);
    detail += diffLines(entry.before, entry.after).join(u'\n');
    QList<ReportModel::Remedy> remedies;
    if (isDone && entry.verb != "helm"_L1)
        remedies.append({Reports::tr("Take it back…"), {.kind = ActionRequest::Kind::Revert, .entry = entry}});
    return {.state = isDone           ? State::Ready
            : entry.outcome.isEmpty() ? State::Unknown
                                      : State::Failed,
        .cells = {localTime(entry.time), entry.target.context, entry.target.user, entry.verb,
            entry.kind + u' ' + entry.key.text(), outcome},
        .detail = detail,
        .remedies = remedies};
}

Row rowOf(const HelmRelease &release, bool isLast)
{
    const State state = release.status == "deployed"_L1 ? State::Ready
        : release.status == "failed"_L1                 ? State::Failed
        : release.isPending()                           ? State::Working
                                                        : State::Unknown;
    Row row{.state = state,
        .cells = {QString::number(release.revision), release.status, release.chartText(), release.appVersion,
            localTime(release.updated), release.description},
        .detail = {},
        .remedies = {}};
    if (!isLast)
        row.remedies.append({Reports::tr("Roll back to revision %1…").arg(release.revision),
            {.kind = ActionRequest::Kind::RollBack, .revision = release.revision}});
    return row;
}

Row rowOf(const Check &check)
{
    const State state = check.result == Check::Result::Ok ? State::Ready
        : check.result == Check::Result::Warning          ? State::Degraded
        : check.result == Check::Result::Problem          ? State::Failed
                                                          : State::Unknown;
    QString detail = check.evidence.join(u'\n');
    if (!check.remedies.isEmpty())
        detail += u'\n' + Reports::tr("What to do:") + u'\n' + check.remedies.join(u'\n');
    return {.state = state,
        .cells = {stateName(state), check.title, check.evidence.value(0)},
        .detail = detail,
        .remedies = {}};
}

State stateOf(DriftItem::State state)
{
    using enum DriftItem::State;
    switch (state) {
    case InSync:
        return State::Ready;
    case Paused:
        return State::Unknown;
    case Deleting:
    case NotReconciled:
        return State::Working;
    case Invalid:
    case NameConflict:
        return State::Failed;
    case Changed:
    case Missing:
    case Orphan:
    case Dangling:
        break;
    }
    return State::Degraded;
}

Row rowOf(const DriftItem &item)
{
    QStringList detail = item.remarks;
    for (const QString &field : item.fields)
        detail.append(u"- %1: %2\n+ %1: %3"_s.arg(field,
            item.remote ? valueAt(*item.remote, field).toVariant().toString() : QString(),
            valueAt(item.wanted, field).toVariant().toString()));
    if (!item.remedy.isEmpty())
        detail.append(Reports::tr("What to do: %1").arg(item.remedy));
    Row row{.state = stateOf(item.state),
        .cells = {QString::fromLatin1(stateName(item.state)), item.kind->resource().kind, item.key.text(),
            item.remarks.value(0, item.fields.join(u", "_s))},
        .detail = detail.join(u'\n'),
        .remedies = {}};
    if (item.state == DriftItem::State::Paused)
        row.remedies.append({Reports::tr("Resume…"),
            {.kind = ActionRequest::Kind::Resume, .objects = {{item.kind->resource(), item.key, item.object.uid()}}}});
    return row;
}

} // namespace

Reports::Reports(World world) : m_world(std::move(world))
{
    connect(&m_world.model, &ClusterModel::reportRequested, this, &Reports::answer);
    connect(&m_world.model, &ClusterModel::actionsChanged, this, [this] {
        if (!m_world.model.isActing() && !m_world.model.actions().isEmpty())
            for (const Report report : {Report::Journal, Report::Backups}) // they may have more now
                if (m_world.model.report(report).phase() != ReportModel::Phase::Unread)
                    answer(report);
    });
}

Reports::~Reports() = default;

QCoro::Task<> Reports::close()
{
    m_stop.request_stop();
    return m_inFlight.ended();
}

QCoro::Task<> Reports::answer(ClusterModel::Report report)
{
    const auto guard = m_inFlight.enter();
    ReportModel &model = m_world.model.report(report);
    if (model.phase() == ReportModel::Phase::Reading)
        co_return;
    model.begin();
    Expected<void> answered;
    switch (report) {
    case Report::Backups:
        readBackups();
        break;
    case Report::Journal:
        readJournal();
        break;
    case Report::Releases:
        answered = co_await readReleases();
        break;
    case Report::Drift:
        answered = co_await findDrift();
        break;
    case Report::Diagnosis:
        answered = co_await diagnose();
        break;
    }
    if (!answered && !m_stop.stop_requested())
        model.fail(answered.error().message);
}

void Reports::readBackups()
{
    ReportModel &model = m_world.model.report(Report::Backups);
    const QDir folder(m_world.model.backupFolder());
    QList<Row> rows;
    const QStringList names
        = folder.entryList({u"patronus-backup-*"_s}, QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &name : names) {
        const QString path = folder.filePath(name);
        const auto bundle = readBundle(path);
        if (!bundle) {
            rows.append({.state = State::Failed, .cells = {{}, {}, {}, {}, path}, .detail = bundle.error().message});
            continue;
        }
        const QJsonObject &manifest = bundle->manifest;
        rows.append({.state = State::Ready,
            .cells = {localTime(QDateTime::fromString(manifest["time"_L1].toString(), Qt::ISODate)),
                manifest["context"_L1].toString(), QString::number(manifest["sites"_L1].toInteger()),
                QString::number(manifest["policies"_L1].toInteger()), path},
            .detail = tr("digest sha256:%1\n%2")
                .arg(bundle->digest(), QString::fromUtf8(QJsonDocument(manifest["cluster"_L1].toObject()).toJson())),
            .remedies = {{tr("Restore…"), m_world.model.restoreRequest({path})}}});
    }
    std::ranges::sort(rows, std::greater(), [](const Row &row) { return row.cells.first(); });
    model.finish(rows,
        rows.isEmpty() ? tr("There are no backups in %1.").arg(folder.path())
                       : tr("%1 backups in %2.").arg(rows.size()).arg(folder.path()),
        m_world.clock.wallTime());
}

void Reports::readJournal()
{
    ReportModel &model = m_world.model.report(Report::Journal);
    const QString path = Journal::defaultPath(QProcessEnvironment::systemEnvironment());
    const auto entries = patronus::readJournal(path);
    if (!entries) {
        model.fail(entries.error().message);
        return;
    }
    QList<Row> rows;
    for (qsizetype i = entries->size(); i-- > 0;) // the newest on top
        rows.append(rowOf(entries->at(i)));
    model.finish(rows,
        rows.isEmpty() ? tr("Nothing was changed from this machine yet.")
                       : tr("%1 writes by this user from this machine, in %2.").arg(rows.size()).arg(path),
        m_world.clock.wallTime());
}

Task<void> Reports::diagnose()
{
    const auto facts = co_await gatherFacts(m_world.dryRun, m_world.clock,
        {.version = QStringLiteral(PATRONUS_VERSION), .operatorKey = {m_world.operatorNamespace, names::operatorName}},
        m_stop.get_token());
    if (!facts)
        co_return std::unexpected(facts.error());
    QList<Check> checks = patronus::diagnose(*facts);
    std::ranges::stable_sort(checks, std::ranges::greater(), &Check::result); // the worst on top
    QList<Row> rows;
    for (const Check &check : std::as_const(checks))
        rows.append(rowOf(check));
    const auto count = [&checks](Check::Result result) { return std::ranges::count(checks, result, &Check::result); };
    m_world.model.report(Report::Diagnosis)
        .finish(rows,
            tr("%1 problems and %2 warnings in %3 checks; %4 could not be looked at.")
                .arg(count(Check::Result::Problem))
                .arg(count(Check::Result::Warning))
                .arg(checks.size())
                .arg(count(Check::Result::Unknown)),
            m_world.clock.wallTime());
    co_return Expected<void>();
}

Task<void> Reports::findDrift()
{
    const auto patronus = co_await m_world.remote.reach();
    if (!patronus)
        co_return std::unexpected(patronus.error());
    const auto remote = co_await readRemoteObjects(**patronus, m_stop.get_token());
    if (!remote)
        co_return std::unexpected(remote.error());
    const auto isWhole
        = [this](ClusterModel::Resource resource) { return m_world.model.liveness(resource).nameSpace.isEmpty(); };
    DriftFacts facts{.remote = *remote,
        .isWhole = isWhole(ClusterModel::Resource::Sites) && isWhole(ClusterModel::Resource::Policies)};
    m_world.sites.forEach([&](const Object &object) { facts.sites.append(object); });
    m_world.policies.forEach([&](const Object &object) { facts.policies.append(object); });
    QList<Row> rows;
    qsizetype inSync = 0;
    for (const DriftItem &item : patronus::findDrift(facts)) {
        inSync += item.state == DriftItem::State::InSync ? 1 : 0;
        if (item.state != DriftItem::State::InSync)
            rows.append(rowOf(item));
    }
    m_world.model.report(Report::Drift)
        .finish(rows, tr("%1 in sync, %2 not.").arg(inSync).arg(rows.size()), m_world.clock.wallTime());
    co_return Expected<void>();
}

Task<void> Reports::readReleases()
{
    const auto history = co_await readHelmHistory(m_world.reads, m_world.operatorNamespace, {}, m_stop.get_token());
    if (!history)
        co_return std::unexpected(history.error());
    QList<Row> rows;
    for (qsizetype i = history->size(); i-- > 0;)
        rows.append(rowOf(history->at(i), i == history->size() - 1));
    m_world.model.report(Report::Releases)
        .finish(rows,
            tr("Release %1 in namespace %2: %3 revisions.")
                .arg(history->last().name, m_world.operatorNamespace)
                .arg(history->size()),
            m_world.clock.wallTime());
    co_return Expected<void>();
}

} // namespace patronus
