// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/session.h"

#include "app/console/operatorinfo.h"
#include "http/readingtransport.h"
#include "kube/discovery.h"
#include "sdwan/kind.h"
#include "sdwan/names.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::seconds tickInterval(1);
constexpr size_t leaseWatch = 3, deploymentWatch = 4, podWatch = 5; // in the order of Session's constructor
const QByteArray userAgent = "patronus-console/" PATRONUS_VERSION " (qt/" QT_VERSION_STR "; kubernetes-client)";

QUrl serverOf(const QUrl &url)
{
    QUrl server = url;
    server.setPath({});
    server.setQuery(QString());
    return server;
}

/// With the way to it; of an empty URL none.
Expected<OperatorMetrics::Page> metricsPage(const QUrl &url)
{
    if (url.isEmpty())
        return OperatorMetrics::Page();
    const QString remedy = Session::tr("add the server's authority to this system's");
    return makeReadingTransport(serverOf(url), {}, userAgent, {.authority = remedy})
        .transform([&](std::shared_ptr<Transport> transport) {
            return OperatorMetrics::Page{.url = url, .transport = std::move(transport)};
        });
}

/// The option that says where the metrics come from, whatever was chosen; empty: none.
QString winnerOf(const ConsoleOptions &options)
{
    return !options.prometheusUrl.isEmpty() ? u"--prometheus-url"_s
        : !options.metricsUrl.isEmpty()     ? u"--metrics-url"_s
                                            : QString();
}

QCoro::Task<> retire(std::unique_ptr<Reflector> reflector, [[maybe_unused]] InFlight::Guard guard)
{
    (void)co_await reflector->stop();
    reflector.reset(); // before the guard
}

/// Of a pod of several containers the one that the chart calls so, else the first.
OperatorLog::Pod operatorContainer(const Object &pod)
{
    OperatorLog::Pod result{.key = pod.key()};
    const QJsonArray containers = pod.status().value("containerStatuses"_L1).toArray();
    for (const QJsonValue &container : containers) {
        const QString name = container["name"_L1].toString();
        if (result.container.isEmpty() || name == "operator"_L1) {
            result.container = name;
            result.restarts = container["restartCount"_L1].toInteger();
        }
    }
    return result;
}

} // namespace

Expected<std::unique_ptr<Session>> Session::open(const KubeContext &context, const ContextEntry &entry,
    const ConsoleOptions &options, ExecOptions exec, Clock &clock)
{
    Q_ASSERT(exec.policy); // a kubeconfig runs nothing by itself
    Clients clients;
    auto connection = KubeConnection::open(context, clock, {.userAgent = userAgent, .exec = std::move(exec)});
    if (!connection)
        return std::unexpected(connection.error());
    clients.connection = *std::move(connection);
    // The watches have connections of their own: a slow answer to a click must not hold them up, nor may a flood of
    // logs.
    auto watches = clients.connection->makeClient();
    if (!watches)
        return std::unexpected(watches.error());
    auto logs = clients.connection->makeClient();
    if (!logs)
        return std::unexpected(logs.error());
    auto others = clients.connection->makeClient();
    if (!others)
        return std::unexpected(others.error());
    clients.watches = (*watches)->readOnly();
    clients.logs = (*logs)->readOnly();
    clients.reads = (*others)->readOnly();
    ContextEntry shown = entry;
    shown.isReadOnly = entry.isReadOnly || options.readOnly;
    clients.dryRun = (shown.isReadOnly ? clients.reads : *others)->dryRun();

    if (!options.patronusApiUrl.isEmpty()) {
        const auto environment = [](const char *name) { return qEnvironmentVariable(name); };
        auto transport = makeReadingTransport(options.patronusApiUrl, environment("PATRONUS_API_CA_FILE"), userAgent);
        if (!transport)
            return std::unexpected(transport.error());
        clients.patronus = std::make_unique<HttpPatronusClient>(*std::move(transport),
            PatronusCredentials{.token = environment("PATRONUS_API_TOKEN"),
                .tokenFile = environment("PATRONUS_API_TOKEN_FILE"),
                .usernameFile = environment("PATRONUS_API_USERNAME_FILE"),
                .passwordFile = environment("PATRONUS_API_PASSWORD_FILE")},
            clock);
    }
    const auto metrics = metricsPage(options.metricsUrl);
    if (!metrics)
        return std::unexpected(metrics.error());
    clients.metrics = *metrics;
    return std::unique_ptr<Session>(new Session(std::move(clients), shown, options, clock));
}

Session::Session(Clients clients, const ContextEntry &entry, const ConsoleOptions &options, Clock &clock)
    : m_options(options),
      m_clock(clock),
      m_clients(std::move(clients)),
      m_model(entry, m_sites, m_policies, m_events, clock),
      m_ownNamespace(m_clients.connection->context().nameSpace),
      m_prometheus(
          m_model, {.prometheusUrl = options.prometheusUrl, .winner = winnerOf(options), .userAgent = userAgent}),
      m_metrics(*m_clients.reads, m_model, {.prometheus = m_prometheus.given(), .metrics = m_clients.metrics},
          options.operatorNamespace, clock),
      m_marks(m_pods, m_replicaSets, m_deployments, clock),
      m_log(m_model.log(), clock),
      m_previewer(*m_clients.reads, *m_clients.dryRun, m_sites, m_policies, m_clients.patronus.get(), clock),
      m_remote({.connection = *m_clients.connection,
                   .reads = *m_clients.reads,
                   .sites = m_sites,
                   .policies = m_policies,
                   .deployments = m_deployments,
                   .given = m_clients.patronus.get(),
                   .operatorNamespace = options.operatorNamespace,
                   .identity = entry.identity},
          m_model.remote(), clock),
      m_actions({.connection = *m_clients.connection,
          .model = m_model,
          .clock = clock,
          .operatorNamespace = options.operatorNamespace,
          .remote = m_remote}),
      m_reports({.reads = *m_clients.reads,
          .dryRun = *m_clients.dryRun,
          .remote = m_remote,
          .sites = m_sites,
          .policies = m_policies,
          .model = m_model,
          .clock = clock,
          .operatorNamespace = options.operatorNamespace,
          .context = m_clients.connection->context()}),
      m_tick(clock.makeTimer([this] {
          refreshLiveness();
          refreshOperator();
          if (!m_pods.isSynced())
              refreshSources(); // why not may have changed
          m_tick->start(tickInterval);
      }))
{
    m_watches.reserve(7); // slots hold on to them
    watch(resources::sites(), {.nameSpace = options.nameSpace}, m_sites);
    watch(resources::policies(), {.nameSpace = options.nameSpace}, m_policies);
    watch(resources::events(),
        {.nameSpace = options.nameSpace,
            .fieldSelector = u"involvedObject.apiVersion="_s + resources::sites().apiVersion()},
        m_events);
    const QString name = names::operatorName;
    watch(resources::leases(), {.nameSpace = options.operatorNamespace, .fieldSelector = u"metadata.name="_s + name},
        m_leases);
    watch(resources::deployments(),
        {.nameSpace = options.operatorNamespace, .fieldSelector = u"metadata.name="_s + name}, m_deployments);
    const QString ofOperator = u"app.kubernetes.io/name="_s + name;
    watch(resources::pods(), {.nameSpace = options.operatorNamespace, .labelSelector = ofOperator}, m_pods);
    watch(
        resources::replicaSets(), {.nameSpace = options.operatorNamespace, .labelSelector = ofOperator}, m_replicaSets);

    const auto describeLog = [this] { m_model.setLogDescription(m_log.description(), m_log.hasPrevious()); };
    connect(&m_log, &OperatorLog::descriptionChanged, this, describeLog);
    connect(&m_model, &ClusterModel::logRangeChanged, this, [this] { m_log.setRange(m_model.logRange()); });
    connect(&m_model, &ClusterModel::previousLogsRequested, this, [this] { m_log.readPrevious(); });
    connect(
        &m_model, &ClusterModel::previewRequested, this, [this](ClusterModel::Resource resource, const ObjectKey &key) {
            m_previewer.preview(
                resource == ClusterModel::Resource::Sites ? siteKind() : policyKind(), key, m_model.plan());
        });
    connect(
        &m_model, &ClusterModel::remoteRequested, this, [this](ClusterModel::Resource resource, const ObjectKey &key) {
            m_remote.read(resource == ClusterModel::Resource::Sites ? siteKind() : policyKind(), key);
        });
    connect(&m_model, &ClusterModel::actionRequested, &m_actions, &ActionRunner::start);
    connect(&m_model, &ClusterModel::signInRequested, &m_remote, &RemoteReader::signIn);
    connect(&m_model, &ClusterModel::resyncRequested, this, [this] {
        m_clients.connection->retryNow();
        m_prometheus.retry();
        m_metrics.lookAgain();
        for (const Watch &watch : m_watches)
            watch.reflector->listAgain();
    });
    connect(&m_model, &ClusterModel::prometheusRequested, &m_prometheus, &ChosenPrometheus::choose);
    connect(&m_model, &ClusterModel::prometheusSecretRequested, &m_prometheus, &ChosenPrometheus::lookUp);
    connect(&m_model, &ClusterModel::prometheusForgottenRequested, &m_prometheus, &ChosenPrometheus::forget);
    connect(&m_prometheus, &ChosenPrometheus::changed, this, [this] { m_metrics.setPrometheus(m_prometheus.given()); });
    connect(&m_model, &ClusterModel::namespaceRequested, this, &Session::readNamespace);
    connect(&m_sites, &Store::synced, this, &Session::readSchemas); // the CRDs may be others by then
    connect(&m_pods, &Store::synced, this, &Session::refreshSources);
    connect(&m_pods, &Store::upserted, this, &Session::refreshSources);
    connect(&m_pods, &Store::removed, this, &Session::refreshSources);
    for (const Store *store : {&m_pods, &m_replicaSets, &m_deployments}) {
        connect(store, &Store::synced, this, &Session::refreshMarks);
        connect(store, &Store::upserted, this, &Session::refreshMarks);
    }
    m_log.setRange(m_model.logRange());
    if (!options.operatorLog.isEmpty())
        m_log.followFile(options.operatorLog);
    describeLog();
    refreshOperator();
    m_tick->start(tickInterval);
}

Session::~Session() = default;

void Session::watch(const ResourceType &type, ListOptions options, Store &store)
{
    options.drop = isBookkeeping;
    options.limit = 250; // a page is read at a stretch, in which the window answers to nobody
    begin(m_watches.emplace_back(type, std::move(options), &store));
}

void Session::begin(Watch &watch)
{
    watch.reflector = std::make_unique<Reflector>(*m_clients.watches, watch.type, watch.options, *watch.store, m_clock);
    connect(watch.reflector.get(), &Reflector::stateChanged, this, &Session::refreshLiveness);
    watch.reflector->start();
}

void Session::read(Watch &watch, const QString &nameSpace)
{
    if (watch.options.nameSpace == nameSpace || m_isClosing)
        return;
    watch.reflector->disconnect(this);
    retire(std::move(watch.reflector), m_ending.enter());
    watch.store->removeFeed(watch.options.nameSpace);
    watch.options.nameSpace = nameSpace;
    begin(watch);
}

void Session::readNamespace(const QString &nameSpace)
{
    if (!nameSpace.isEmpty())
        m_ownNamespace = nameSpace;
    for (const ClusterModel::Resource resource : ClusterModel::allResources)
        if (Watch &watch = m_watches[size_t(resource)]; !watch.refusal.isEmpty()) {
            if (nameSpace.isEmpty())
                watch.refusal.clear(); // it may be allowed by now
            read(watch, nameSpace);
        }
    refreshLiveness();
}

Expected<void> Session::renew(const KubeContext &context)
{
    if (context == m_clients.connection->context())
        return {};
    return m_clients.connection->renew(context).transform([this] {
        for (const Watch &watch : m_watches)
            if (watch.reflector->lastError())
                watch.reflector->listAgain();
    });
}

QCoro::Task<> Session::close()
{
    m_isClosing = true;
    m_closing.request_stop();
    m_tick->stop();
    for (const Watch &watch : m_watches)
        (void)co_await watch.reflector->stop(); // ends by itself; there is nothing to do about an error
    co_await m_ending.ended();
    co_await m_metrics.close();
    co_await m_prometheus.close();
    co_await m_log.close();
    co_await m_actions.close();
    co_await m_reports.close();
    co_await m_previewer.close();
    co_await m_remote.close();
}

void Session::refreshLiveness()
{
    for (const ClusterModel::Resource resource : ClusterModel::allResources)
        if (size_t(resource) < m_watches.size()) // the others are still to be made
            m_model.setLiveness(resource, livenessOf(m_watches[size_t(resource)]));
}

Liveness Session::livenessOf(Watch &watch)
{
    using LiveState = Liveness::State;
    const Reflector &reflector = *watch.reflector;
    const bool synced = watch.store->isSynced();
    const bool isOfAll = watch.options.nameSpace.isEmpty();
    Liveness live;
    if (const auto error = reflector.lastError()) {
        live.state = error->kind == Error::Kind::Forbidden ? LiveState::Refused
            : error->kind == Error::Kind::NotFound         ? LiveState::Missing
            : synced                                       ? LiveState::Stale
                                                           : LiveState::Connecting;
        live.problem = error->message;
        if (live.state == LiveState::Refused && isOfAll) {
            watch.refusal = error->message;
            if (!m_ownNamespace.isEmpty()) { // not from within the reflector's own signal
                QMetaObject::invokeMethod(this, [this, &watch] { read(watch, m_ownNamespace); }, Qt::QueuedConnection);
                live = {};
            }
        }
    } else {
        live.state = !synced                                  ? LiveState::Connecting
            : reflector.state() == Reflector::State::Watching ? LiveState::Live
                                                              : LiveState::Resyncing;
        if (synced && isOfAll)
            watch.refusal.clear();
    }
    if (const auto heard = reflector.lastHeard(); heard != Clock::time_point())
        live.heard = m_clock.wallTime().addMSecs(
            -std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - heard).count());
    live.nameSpace = watch.options.nameSpace;
    live.refusal = watch.refusal;
    return live;
}

void Session::refreshOperator()
{
    OperatorInfo info{.nameSpace = m_options.operatorNamespace, .metricsAnswer = m_metrics.isAnswering()};
    const auto problemOf = [this](size_t watch, const Store &store) {
        const auto error = m_watches[watch].reflector->lastError();
        return error ? error->message : store.isSynced() ? QString() : u"not read yet"_s;
    };
    info.leaseProblem = problemOf(leaseWatch, m_leases);
    info.deploymentProblem = problemOf(deploymentWatch, m_deployments);
    m_leases.forEach([&](const Object &lease) { readLease(lease, m_clock.wallTime(), info); });
    m_deployments.forEach([&](const Object &deployment) { readDeployment(deployment, info); });
    m_model.setOperatorInfo(info);
}

void Session::refreshSources()
{
    if (!m_pods.isSynced()) {
        const auto error = m_watches[podWatch].reflector->lastError();
        m_metrics.setPods({}, error ? error->message : tr("they are being read"));
        return; // who is in the first list has not joined
    }
    QList<ObjectKey> pods;
    QList<OperatorLog::Pod> logs;
    m_pods.forEach([&](const Object &pod) {
        if (pod.status().value("phase"_L1).toString() != "Running"_L1 || pod.isDeleting())
            return;
        pods.append(pod.key());
        logs.append(operatorContainer(pod));
    });
    std::ranges::sort(pods);
    std::ranges::sort(logs, {}, &OperatorLog::Pod::key);
    if (m_options.operatorLog.isEmpty())
        m_log.followPods(*m_clients.logs, logs);
    m_metrics.setPods(pods, {});
}

QCoro::Task<> Session::readSchemas()
{
    const auto guard = m_ending.enter(); // close() awaits it
    Discovery discovery(*m_clients.reads);
    for (const auto resource : {ClusterModel::Resource::Sites, ClusterModel::Resource::Policies}) {
        const ResourceType type = ClusterModel::typeOf(resource);
        const auto schema = co_await discovery.servedSchema(type.group, type.version, type.kind, m_closing.get_token());
        if (schema && *schema)
            m_model.setSchema(resource, **schema);
    }
}

void Session::refreshMarks()
{
    m_marks.refresh();
    m_model.setMarks(m_marks.marks());
}

} // namespace patronus
