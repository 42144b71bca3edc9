// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/bundlesession.h"

#include "app/console/operatorinfo.h"
#include "app/console/reportrows.h"
#include "core/json.h"
#include "operations/bundlefolder.h"
#include "operations/manifests.h"

#include <QDir>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Resource = ClusterModel::Resource;

Error invalid(const QString &path, const QString &why)
{
    return {.kind = Error::Kind::Invalid, .message = u"%1: %2"_s.arg(path, why)};
}

/// What is in the first of @p names that is there; empty where none is.
Expected<QByteArray> contentsOf(const QDir &folder, const QStringList &names)
{
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        if (!file.exists())
            continue;
        if (!file.open(QIODevice::ReadOnly))
            return std::unexpected(invalid(file.fileName(), file.errorString()));
        return file.readAll();
    }
    return QByteArray();
}

Expected<QJsonObject> parsed(const QByteArray &text)
{
    return parseJsonObject(text);
}

Expected<QList<QJsonObject>> objectsOf(const QDir &folder, const QStringList &names)
{
    return contentsOf(folder, names).and_then([&](const QByteArray &text) -> Expected<QList<QJsonObject>> {
        if (text.isEmpty())
            return QList<QJsonObject>();
        return readManifests(text).transform_error(
            [&](const Error &error) { return invalid(folder.filePath(names.first()), error.message); });
    });
}

Expected<Object> objectOf(const QDir &folder, const QStringList &names)
{
    return objectsOf(folder, names).transform([](const QList<QJsonObject> &objects) {
        return objects.isEmpty() ? Object() : Object(objects.first());
    });
}

/// Of a backup, whose objects are as one writes them, the fields that tell them apart.
Object identified(const QJsonObject &json)
{
    QJsonObject object = json;
    QJsonObject metadata = object["metadata"_L1].toObject();
    if (!metadata.contains("uid"_L1))
        metadata.insert("uid"_L1,
            u"%1/%2/%3"_s.arg(
                json["kind"_L1].toString(), metadata["namespace"_L1].toString(), metadata["name"_L1].toString()));
    object.insert("metadata"_L1, metadata);
    return Object(object);
}

void fill(Store &store, const QList<QJsonObject> &objects)
{
    store.addFeed();
    store.beginReplace();
    for (const QJsonObject &object : objects)
        store.upsert(identified(object));
    store.endReplace();
}

} // namespace

Expected<BundleSession::Contents> BundleSession::read(const QString &path)
{
    const QDir folder(path);
    const QString about = folder.exists(u"versions.json"_s) ? u"versions.json"_s : QString(bundleManifestFile);
    if (!folder.exists(about))
        return std::unexpected(invalid(path,
            u"there is neither versions.json nor bundle.json in it: choose the folder that kubectl patronus bundle, or "
            u"backup, "
            "has made"_s));
    const auto versions = contentsOf(folder, {about}).and_then(parsed);
    if (!versions)
        return std::unexpected(invalid(folder.filePath(about), versions.error().message));
    const auto text = [&versions](QLatin1StringView name) { return (*versions)[name].toString(); };
    Contents contents{.entry = {.name = text("context"_L1),
                          .server = (*versions)["cluster"_L1]["server"_L1].toString(),
                          .user = text("user"_L1),
                          .credentials = tr("none: it is a folder"),
                          .file = path,
                          .isReadOnly = true},
        .isBackup = about == bundleManifestFile,
        .time = QDateTime::fromString(text("time"_L1), Qt::ISODate).toUTC(),
        .program = text("program"_L1)};
    contents.entry.distinction = tr("as of %1").arg(contents.time.toLocalTime().toString(u"yyyy-MM-dd HH:mm"_s));
    for (const auto &[resource, names] : {std::pair(Resource::Sites, QStringList{u"sites.yaml"_s, bundleSitesFile}),
             std::pair(Resource::Policies, QStringList{u"policies.yaml"_s, bundlePoliciesFile}),
             std::pair(Resource::Events, QStringList{u"events.yaml"_s})}) {
        const auto objects = objectsOf(folder, names);
        if (!objects)
            return std::unexpected(objects.error());
        contents.objects.insert(resource, *objects);
    }
    const auto deployment = objectOf(folder, {u"deployment.yaml"_s, bundleDeploymentFile});
    const auto lease = objectOf(folder, {u"lease.yaml"_s});
    if (!deployment || !lease)
        return std::unexpected(deployment ? lease.error() : deployment.error());
    contents.deployment = *deployment;
    contents.lease = *lease;
    const auto diagnosis = contentsOf(folder, {u"diagnosis.json"_s}).and_then(parsed);
    for (const QJsonValue &check : diagnosis.value_or(QJsonObject())["checks"_L1].toArray())
        contents.checks.append(check.toObject());
    return contents;
}

Expected<std::unique_ptr<BundleSession>> BundleSession::open(const QString &folder, Clock &clock)
{
    return read(folder).transform([&](const Contents &contents) {
        return std::unique_ptr<BundleSession>(new BundleSession(folder, contents, clock));
    });
}

BundleSession::BundleSession(const QString &folder, const Contents &contents, Clock &clock)
    : m_folder(folder), m_contents(contents), m_model(contents.entry, m_sites, m_policies, m_events, clock)
{
    fill(m_sites, contents.objects[Resource::Sites]);
    fill(m_policies, contents.objects[Resource::Policies]);
    fill(m_events, contents.objects[Resource::Events]);
    QString what = tr("This is the folder %1, made by %2. Nothing in it is live.").arg(folder, contents.program);
    if (contents.isBackup)
        what += u' ' + tr("A backup keeps no status.");
    for (const Resource resource : ClusterModel::allResources)
        m_model.setLiveness(resource, {.state = Liveness::State::Recorded, .heard = contents.time, .problem = what});
    OperatorInfo info{.nameSpace = contents.deployment.key().nameSpace};
    if (contents.deployment.isNull())
        info.deploymentProblem = tr("it is not in this folder");
    if (contents.lease.isNull())
        info.leaseProblem = tr("it is not in this folder");
    readLease(contents.lease, contents.time, info);
    readDeployment(contents.deployment, info);
    m_model.setOperatorInfo(info);
    const QString noHistory = tr("A folder has no history of metrics.");
    m_model.setMetricsDescription(
        {.source = noHistory, .remark = tr("What each pod said of itself when it was made is in its metrics/.")});
    for (ChartModel *chart : m_model.charts())
        chart->setAnswer({.from = WallTime(), .to = WallTime(), .emptyReason = noHistory});
    readLogs();
    connect(&m_model, &ClusterModel::reportRequested, this, &BundleSession::answerReport);
    connect(&m_model, &ClusterModel::previewRequested, this, [this, what] { m_model.plan().fail(what); });
    connect(&m_model, &ClusterModel::remoteRequested, this,
        [this, what] { m_model.remote().fail(RemoteModel::Phase::OutOfReach, what); });
    answerReport(ClusterModel::Report::Diagnosis);
}

BundleSession::~BundleSession() = default;

void BundleSession::readLogs()
{
    const QDir logs(QDir(m_folder).filePath(u"logs"_s));
    for (const QString &name : logs.entryList({u"*.log"_s}, QDir::Files, QDir::Name)) {
        m_logs.push_back(std::make_unique<LogFile>(logs.filePath(name), m_model.log(), m_model.clock()));
        m_logs.back()->readSince({});
    }
    m_model.setLogDescription(m_logs.empty()
            ? tr("There are no logs in this folder.")
            : tr("%n log(s) of %1, as they were.", nullptr, int(m_logs.size())).arg(logs.path()),
        false);
}

void BundleSession::answerReport(ClusterModel::Report report)
{
    if (report != ClusterModel::Report::Diagnosis || m_contents.checks.isEmpty()) {
        m_model.report(report).fail(tr("This is a folder, and no cluster that could be looked into."));
        return;
    }
    QList<ReportModel::Row> rows;
    for (const QJsonObject &check : m_contents.checks)
        rows.append(reportrows::rowOf(Check::fromJson(check)));
    std::ranges::stable_sort(rows, {}, [](const ReportModel::Row &row) { return severityRank(row.state); });
    m_model.report(report).finish(rows, tr("What was found when the folder was made."), m_contents.time);
}

} // namespace patronus
