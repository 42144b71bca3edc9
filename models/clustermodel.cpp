// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/clustermodel.h"

#include "kube/yaml.h"
#include "models/columns.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QStringList headingsOf(ClusterModel::Report report)
{
    using Report = ClusterModel::Report;
    const auto tr = [](const char *text) { return ClusterModel::tr(text); };
    switch (report) {
    case Report::Drift:
        return {tr("State"), tr("Kind"), tr("Object"), tr("Finding"), tr("What to do")};
    case Report::Diagnosis:
        return {tr("State"), tr("Check"), tr("Finding")};
    case Report::Releases:
        return {tr("Kept by"), tr("Revision"), tr("Status"), tr("Chart or image"), tr("App version"), tr("Updated"),
            tr("Description")};
    case Report::Backups:
        return {tr("Made"), tr("Of"), tr("Sites"), tr("Policies"), tr("Folder")};
    case Report::Journal:
        break;
    }
    return {tr("Time"), tr("Context"), tr("User"), tr("Done"), tr("Object"), tr("Outcome")};
}

} // namespace

ClusterModel::ClusterModel(
    ContextEntry context, const Store &sites, const Store &policies, const Store &events, Clock &clock, QObject *parent)
    : QObject(parent),
      m_context(std::move(context)),
      m_clock(clock),
      m_order(policies, clock),
      m_changes(sites, policies, clock),
      m_topology(sites, policies, clock),
      m_sites(sites, siteColumns(m_driftVerdicts), stateOf, clock),
      m_policies(policies, policyColumns(m_order, m_driftVerdicts), stateOf, clock),
      m_events(events, eventColumns(), eventState, clock),
      m_siteTable(objectTimes(), clock),
      m_policyTable(objectTimes(), clock),
      m_eventTable(eventTimes(), clock),
      m_log(clock)
{
    connect(&m_order, &PolicyOrder::verdictChanged, &m_policies, &StoreModel::touch);
    m_siteTable.setSourceModel(&m_sites);
    m_policyTable.setSourceModel(&m_policies);
    m_eventTable.setSourceModel(&m_events);
    for (const ChartModel::Question &question : operatorCharts())
        m_charts.push_back(std::make_unique<ChartModel>(question));
    for (const Report report : allReports)
        m_reports.push_back(std::make_unique<ReportModel>(headingsOf(report)));
    connect(&report(Report::Drift), &ReportModel::phaseChanged, this,
        [this, &sites, &policies] { m_driftVerdicts.take(report(Report::Drift), {&sites, &policies}); });
    for (StoreModel *table : {&m_sites, &m_policies}) {
        connect(&m_driftVerdicts, &DriftVerdicts::changed, table, &StoreModel::touch);
        countNamespaces(*table, 0, table->rowCount() - 1, 1);
        connect(table, &QAbstractItemModel::rowsInserted, this,
            [this, table](const QModelIndex &, int first, int last) { countNamespaces(*table, first, last, 1); });
        connect(table, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this, table](const QModelIndex &, int first, int last) { countNamespaces(*table, first, last, -1); });
    }
}

ClusterModel::~ClusterModel() = default;

const ResourceType &ClusterModel::typeOf(Resource resource)
{
    return resource == Resource::Sites   ? resources::sites()
        : resource == Resource::Policies ? resources::policies()
                                         : resources::events();
}

ClusterModel::Resource ClusterModel::resourceOf(const ResourceType &type)
{
    return type == resources::sites()   ? Resource::Sites
        : type == resources::policies() ? Resource::Policies
                                        : Resource::Events;
}

const StoreModel &ClusterModel::store(Resource resource) const
{
    return resource == Resource::Sites ? m_sites : resource == Resource::Policies ? m_policies : m_events;
}

QAbstractItemModel *ClusterModel::table(Resource resource)
{
    return resource == Resource::Sites ? &m_siteTable : resource == Resource::Policies ? &m_policyTable : &m_eventTable;
}

QList<ChartModel *> ClusterModel::charts() const
{
    QList<ChartModel *> charts;
    for (const auto &chart : m_charts)
        charts.append(chart.get());
    return charts;
}

Liveness ClusterModel::worstLiveness() const
{
    if (const Liveness sites = m_liveness.value(Resource::Sites);
        sites.isBlind() && m_liveness.value(Resource::Policies).isBlind())
        return sites;
    Liveness worst{.state = Liveness::State::Live, .heard = {}, .problem = {}};
    const auto badness = [](Liveness::State state) {
        using enum Liveness::State;
        return state == Recorded ? 4 : state == Stale ? 3 : state == Connecting ? 2 : state == Resyncing ? 1 : 0;
    };
    for (const Resource resource : allResources) {
        const Liveness one = m_liveness.value(resource);
        if (one.isBlind())
            continue;
        if (badness(one.state) > badness(worst.state))
            worst = one;
        else if (one.state == worst.state && one.heard > worst.heard) // one server: it is as alive as its last word
            worst.heard = one.heard;
    }
    return worst;
}

bool ClusterModel::asksForNamespace() const
{
    return std::ranges::any_of(m_liveness, [](const Liveness &live) { return !live.refusal.isEmpty(); });
}

void ClusterModel::countNamespaces(const StoreModel &table, int first, int last, int sign)
{
    const qsizetype before = m_namespaces.size();
    for (int row = first; row <= last; ++row) {
        const QString &name = table.object(row).key().nameSpace;
        const int count = m_namespaces.value(name) + sign;
        if (count > 0)
            m_namespaces.insert(name, count);
        else
            m_namespaces.remove(name);
    }
    if (m_namespaces.size() != before)
        Q_EMIT namespacesChanged();
}

QByteArray ClusterModel::yaml(const Object &object) const
{
    QJsonObject json = object.json();
    QJsonObject metadata = json.value("metadata"_L1).toObject();
    metadata.remove("managedFields"_L1);
    QJsonObject annotations = metadata.value("annotations"_L1).toObject();
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration"_L1);
    if (annotations.isEmpty())
        metadata.remove("annotations"_L1);
    else
        metadata.insert("annotations"_L1, annotations);
    json.insert("metadata"_L1, metadata);
    return toYaml(json);
}

ActionRequest ClusterModel::restoreRequest(const QStringList &paths) const
{
    return {.kind = ActionRequest::Kind::Restore,
        .paths = paths,
        .keys = {.verify = m_restoreWishes.verifyKey},
        .update = m_restoreWishes.update,
        .createNamespaces = m_restoreWishes.createNamespaces,
        .skipConflicts = m_restoreWishes.skipConflicts,
        .stopOperator = m_restoreWishes.stopOperator};
}

ActionRequest ClusterModel::savingRequest(ActionRequest::Kind kind) const
{
    return {.kind = kind, .paths = {m_backupFolder}, .keys = {.encryptFor = m_backupReaders}};
}

void ClusterModel::setBackupFolder(const QString &folder)
{
    if (std::exchange(m_backupFolder, folder) != folder)
        requestReport(Report::Backups);
}

void ClusterModel::setRestoreChoices(const RestoreWishes &choices)
{
    if (std::exchange(m_restoreWishes, choices) != choices)
        requestReport(Report::Backups); // its remedies are to be of that kind
}

std::chrono::seconds ClusterModel::unlockedFor() const
{
    return std::max(std::chrono::seconds(0), std::chrono::ceil<std::chrono::seconds>(m_unlockedUntil - m_clock.now()));
}

void ClusterModel::unlock()
{
    m_unlockedUntil = m_clock.now() + std::chrono::minutes(15);
}

bool ClusterModel::isActing() const
{
    return std::ranges::contains(m_actions, ActionModel::Phase::Running, &ActionModel::phase);
}

ActionModel &ClusterModel::addAction()
{
    constexpr qsizetype mostKept = 50;
    if (m_actions.size() >= mostKept)
        if (const auto over = std::ranges::find_if(m_actions, &ActionModel::isOver); over != m_actions.end()) {
            (*over)->deleteLater();
            m_actions.erase(over);
        }
    auto *action = new ActionModel(m_context, this);
    m_actions.append(action);
    connect(action, &ActionModel::changed, this, &ClusterModel::actionsChanged);
    Q_EMIT actionAdded(action);
    Q_EMIT actionsChanged();
    return *action;
}

void ClusterModel::setContext(const ContextEntry &context)
{
    m_context = context;
    Q_EMIT contextChanged();
}

void ClusterModel::setLiveness(Resource resource, const Liveness &liveness)
{
    if (std::exchange(m_liveness[resource], liveness) != liveness)
        Q_EMIT livenessChanged();
}

void ClusterModel::setOperatorInfo(const OperatorInfo &info)
{
    if (std::exchange(m_operator, info) != info)
        Q_EMIT operatorChanged();
}

void ClusterModel::setLogDescription(const QString &text, bool hasPreviousLogs)
{
    m_logDescription = text;
    m_hasPreviousLogs = hasPreviousLogs;
    Q_EMIT descriptionsChanged();
}

void ClusterModel::setCharts(const QList<ChartModel::Answer> &answers)
{
    for (size_t i = 0; i < m_charts.size(); ++i)
        m_charts[i]->setAnswer(answers.value(qsizetype(i)));
}

void ClusterModel::setMetricsDescription(const MetricsDescription &description)
{
    if (std::exchange(m_metricsDescription, description) != description)
        Q_EMIT descriptionsChanged();
}

void ClusterModel::setPrometheusChoice(const PrometheusChoice &choice)
{
    if (std::exchange(m_prometheusChoice, choice) != choice)
        Q_EMIT descriptionsChanged();
}

void ClusterModel::setMarks(const QList<ChartMark> &marks)
{
    for (const auto &chart : m_charts)
        if (chart->marks() != marks)
            chart->setMarks(marks);
}

void ClusterModel::setLastBackup(const LastBackup &backup)
{
    if (std::exchange(m_lastBackup, backup) != backup)
        Q_EMIT descriptionsChanged();
}

void ClusterModel::requestChartRange(const ChartRange &range)
{
    if (std::exchange(m_chartRange, range) != range)
        Q_EMIT chartRangeChanged();
}

void ClusterModel::requestLogRange(std::optional<std::chrono::seconds> range)
{
    if (std::exchange(m_logRange, range) != range)
        Q_EMIT logRangeChanged();
}

void ClusterModel::requestPreview(Resource resource, const ObjectKey &key)
{
    m_plan.begin(key);
    Q_EMIT previewRequested(resource, key);
}

} // namespace patronus
