// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/reports.h"

#include "app/console/reportrows.h"
#include "operations/bundlefolder.h"
#include "operations/diagnosis/gather.h"
#include "operations/journal.h"
#include "operations/lastbackup.h"
#include "sdwan/names.h"

#include <QDir>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Report = ClusterModel::Report;
using Row = ReportModel::Row;

/// A line for each key that has gone into @p bundle.
QString sealOf(const Bundle &bundle)
{
    QString seal;
    if (!bundle.signature.isEmpty())
        seal += Reports::tr("signed: by whom is looked at before it is restored, by the public key") + u'\n';
    if (bundle.files.contains(bundleSecretValuesFile))
        seal += Reports::tr("with all Helm values, encrypted") + u'\n';
    return seal;
}

} // namespace

Reports::Reports(World world) : m_world(std::move(world))
{
    connect(&m_world.model, &ClusterModel::reportRequested, this, &Reports::answer);
    connect(&m_world.model, &ClusterModel::actionAdded, this, [this](ActionModel *action) {
        connect(action, &ActionModel::changed, this, [this, action] {
            if (action->phase() == ActionModel::Phase::Ended)
                readAgain();
        });
    });
}

Reports::~Reports() = default;

QCoro::Task<> Reports::close()
{
    m_stop.request_stop();
    return m_inFlight.ended();
}

/// What has been looked into and may be otherwise now.
void Reports::readAgain()
{
    for (const Report report : {Report::Journal, Report::Backups, Report::Releases, Report::Drift})
        if (m_world.model.report(report).phase() != ReportModel::Phase::Unread)
            answer(report);
}

QCoro::Task<> Reports::answer(ClusterModel::Report report)
{
    const auto guard = m_inFlight.enter();
    ReportModel &model = m_world.model.report(report);
    if (model.phase() == ReportModel::Phase::Reading) { // what it says would be of before
        m_askedAgain.insert(report);
        co_return;
    }
    model.begin();
    Expected<void> answered;
    switch (report) {
    case Report::Backups:
        readBackups();
        (void)co_await findLastBackup(); // who cannot know it says nothing of it
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
    if (m_stop.stop_requested())
        co_return;
    if (!answered)
        model.fail(answered.error().message);
    if (m_askedAgain.erase(report) > 0)
        answer(report);
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
        Row &row = rows.emplaceBack(); // in its place: GCC takes the parts of a moved one for uninitialized
        if (!bundle) {
            row.state = State::Failed;
            row.cells = {{}, {}, {}, {}, path};
            row.detail = bundle.error().message;
            continue;
        }
        const QJsonObject &manifest = bundle->manifest;
        row.cells = {reportrows::localTime(QDateTime::fromString(manifest["time"_L1].toString(), Qt::ISODate)),
            manifest["context"_L1].toString(), QString::number(manifest["sites"_L1].toInteger()),
            QString::number(manifest["policies"_L1].toInteger()), path};
        row.detail = tr("digest sha256:%1\n%2%3")
                         .arg(bundle->digest(), sealOf(*bundle),
                             QString::fromUtf8(QJsonDocument(manifest["cluster"_L1].toObject()).toJson()));
        row.remedies = {{tr("Restore…"), m_world.model.restoreRequest({path})},
            {tr("Recover the operator from it…"), {.kind = ActionRequest::Kind::Recover, .paths = {path}}}};
    }
    std::ranges::sort(rows, std::greater(), [](const Row &row) { return row.cells.first(); });
    model.finish(rows,
        rows.isEmpty() ? tr("There are no backups in %1.").arg(folder.path())
                       : tr("%n backup(s) in %1.", nullptr, int(rows.size())).arg(folder.path()),
        m_world.clock.wallTime());
}

Task<void> Reports::findLastBackup()
{
    const auto target = co_await readTarget(m_world.reads, m_world.context, {}, m_stop.get_token());
    if (!target)
        co_return std::unexpected(target.error());
    Changes changes(
        m_world.reads, Journal::defaultPath(QProcessEnvironment::systemEnvironment()), *target, m_world.clock);
    const auto last = co_await lastBackup({.client = m_world.reads,
                                              .changes = changes,
                                              .clock = m_world.clock,
                                              .context = m_world.context,
                                              .target = *target,
                                              .operatorNamespace = m_world.operatorNamespace},
        m_stop.get_token());
    m_world.model.setLastBackup({.isKnown = true, .time = last.value_or(QDateTime())});
    co_return Expected<void>();
}

void Reports::readJournal()
{
    ReportModel &model = m_world.model.report(Report::Journal);
    const QString path = Journal::defaultPath(QProcessEnvironment::systemEnvironment());
    const auto entries = patronus::readJournal(path, 2); // what is older is for kubectl patronus journal
    if (!entries) {
        model.fail(entries.error().message);
        return;
    }
    QList<Row> rows;
    for (qsizetype i = entries->size(); i-- > 0;) // the newest on top
        rows.append(reportrows::rowOf(entries->at(i)));
    model.finish(rows,
        rows.isEmpty() ? tr("Nothing was changed from this machine yet.")
                       : tr("%n write(s) by this user from this machine, in %1.", nullptr, int(rows.size())).arg(path),
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
        rows.append(reportrows::rowOf(check));
    const auto count
        = [&checks](Check::Result result) { return int(std::ranges::count(checks, result, &Check::result)); };
    m_world.model.report(Report::Diagnosis)
        .finish(rows,
            tr("%1 and %2 in %3; %4 could not be looked at.")
                .arg(tr("%n problem(s)", nullptr, count(Check::Result::Problem)),
                    tr("%n warning(s)", nullptr, count(Check::Result::Warning)),
                    tr("%n check(s)", nullptr, int(checks.size())))
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
            rows.append(reportrows::rowOf(item));
    }
    m_world.model.report(Report::Drift)
        .finish(rows, tr("%1 in sync, %2 not.").arg(inSync).arg(rows.size()), m_world.clock.wallTime());
    co_return Expected<void>();
}

/// Helm's revisions and the Deployment's, each where it can be read.
Task<void> Reports::readReleases()
{
    const auto helm = co_await readHelmHistory(m_world.reads, m_world.operatorNamespace, {}, m_stop.get_token());
    const auto rollouts = co_await readRollouts();
    if (!helm && !rollouts)
        co_return std::unexpected(helm.error());
    QList<Row> rows;
    QStringList summary;
    if (helm) {
        rows += reportrows::rowsOf(*helm);
        summary.append(tr("Helm release %1 in the namespace %2: revision %3.")
                .arg(helm->last().name, m_world.operatorNamespace)
                .arg(helm->last().revision));
    } else {
        summary.append(tr("Helm's revisions: %1.").arg(helm.error().message));
    }
    if (rollouts)
        rows += reportrows::rowsOf(*rollouts);
    else
        summary.append(tr("The Deployment's revisions: %1.").arg(rollouts.error().message));
    m_world.model.report(Report::Releases).finish(rows, summary.join(u' '), m_world.clock.wallTime());
    co_return Expected<void>();
}

Task<QList<RolloutRevision>> Reports::readRollouts()
{
    const auto deployment = co_await m_world.reads.get(
        resources::deployments(), {m_world.operatorNamespace, names::operatorName}, m_stop.get_token());
    if (!deployment)
        co_return std::unexpected(deployment.error());
    co_return co_await readRolloutHistory(m_world.reads, *deployment, m_stop.get_token());
}

} // namespace patronus
