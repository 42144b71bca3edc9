// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator.h"

#include "connect.h"

#include "core/log.h"
#include "core/metrics.h"
#include "runtime/events.h"
#include "runtime/leaderelection.h"
#include "runtime/manager.h"
#include "runtime/reflector.h"
#include "sdwan/activeresources.h"
#include "sdwan/liveeffects.h"
#include "sdwan/names.h"
#include "sdwan/sdwanreconciler.h"
#include "sdwan/wakes.h"
#include "serving/heartbeat.h"
#include "serving/probeserver.h"

#include <QSysInfo>
#include <QUuid>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

/// One kind's cache, decisions and worker.
struct KindParts {
    KindParts(const Kind &k, Metrics &metrics) : kind(k), names(store), active(k, store, metrics) { }

    void follow(KubeClient &client, const QStringList &namespaces, Clock &clock, Metrics &metrics)
    {
        for (const QString &nameSpace : namespaces.isEmpty() ? QStringList{QString()} : namespaces) {
            store.addFeed(nameSpace);
            reflectors.push_back(std::make_unique<Reflector>(client, kind.resource(),
                ListOptions{.nameSpace = nameSpace, .drop = isBookkeeping}, store, clock, &metrics));
        }
    }
    [[nodiscard]] Manager::Cache cache() const
    {
        Manager::Cache cache{.name = kind.resource().plural, .store = &store};
        for (const auto &reflector : reflectors)
            cache.reflectors.push_back(reflector.get());
        return cache;
    }

    const Kind &kind;
    Store store;
    NameClaims names;
    ActiveResources active;
    std::vector<std::unique_ptr<Reflector>> reflectors;
    std::unique_ptr<SdwanReconciler> reconciler;
    std::unique_ptr<Controller> controller;
};

struct Operator::Private {
    explicit Private(Operator *self, OperatorOptions o) : q(self), options(std::move(o)) { }

    Expected<void> open();
    void build();
    void onSchemas();
    Task<void> end(int exitCode);
    [[nodiscard]] bool mayWrite() const { return !election || election->mayWrite(); }

    Operator *const q;
    const OperatorOptions options;
    SystemClock clock;
    Metrics metrics;
    Heartbeat heartbeat{clock};
    std::unique_ptr<ProbeServer> probes;
    bool begun = false;
    bool ending = false;

    std::unique_ptr<KubeConnection> connection; // asks the write gate
    std::unique_ptr<KubeConnection> leaseConnection; // the lease alone: it is what opens the gate
    std::unique_ptr<KubeClient> reader, writer, leaseClient;
    std::shared_ptr<Transport> patronusTransport;
    std::unique_ptr<HttpPatronusClient> patronus;

    std::unique_ptr<LeaderElection> election;
    std::unique_ptr<SchemaWatch> schemas;
    std::unique_ptr<Inventory> inventory;
    std::unique_ptr<Telemetry> telemetry;
    std::unique_ptr<Sweeper> sweeper;
    std::unique_ptr<EventRecorder> events;
    std::unique_ptr<KindParts> sites, policies;
    std::unique_ptr<LiveEffects> effects;
    std::unique_ptr<Wakes> wakes;
    std::unique_ptr<Manager> manager;
};

Expected<void> Operator::Private::open()
{
    const WriteGate gate = [this] { return mayWrite(); };
    auto gated = connectKubernetes(options, clock, gate, &metrics);
    auto ungated = connectKubernetes(options, clock, {}, &metrics);
    auto api = connectPatronus(options, clock, gate, &metrics);
    if (!gated || !ungated || !api)
        return std::unexpected(!gated ? gated.error() : !ungated ? ungated.error() : api.error());
    connection = std::move(*gated);
    leaseConnection = std::move(*ungated);
    patronusTransport = std::move(api->transport);
    patronus = std::move(api->client);
    for (const auto &[client, from] : {std::pair(&reader, connection.get()), std::pair(&writer, connection.get()),
             std::pair(&leaseClient, leaseConnection.get())}) {
        auto made = from->makeClient();
        if (!made)
            return std::unexpected(made.error());
        *client = std::move(*made);
    }
    return {};
}

void Operator::Private::build()
{
    if (options.leaderElection.enabled) {
        const QString name = options.podName.isEmpty() ? QSysInfo::machineHostName() : options.podName;
        election = std::make_unique<LeaderElection>(
            LeaderElection::Settings{.lease = {options.podNamespace, names::operatorName},
                .identity = name + u'_' + QUuid::createUuid().toString(QUuid::WithoutBraces),
                .leaseDuration = options.leaderElection.leaseDuration,
                .renewDeadline = options.leaderElection.renewDeadline,
                .retryPeriod = options.leaderElection.retryPeriod},
            *leaseClient, clock, metrics);
    }
    schemas = std::make_unique<SchemaWatch>(*reader, clock, metrics);
    inventory = std::make_unique<Inventory>(*patronus);
    telemetry = std::make_unique<Telemetry>(*patronus, *inventory, clock);
    const auto telemetryInterval = std::min<std::chrono::milliseconds>(1min, options.successInterval);
    sweeper = std::make_unique<Sweeper>(*inventory, *telemetry, clock,
        Sweeper::Intervals{
            .inventory = options.successInterval, .telemetry = telemetryInterval, .error = options.errorInterval},
        [this](int requests) { return patronus->sustainableInterval(requests); });
    events = std::make_unique<EventRecorder>(*writer, clock, u"patronus-operator"_s, options.podName);
    sites = std::make_unique<KindParts>(siteKind(), metrics);
    policies = std::make_unique<KindParts>(policyKind(), metrics);
    effects = std::make_unique<LiveEffects>(*writer, *patronus, *inventory, *events, sites->store, policies->store);
    for (KindParts *parts : {sites.get(), policies.get()}) {
        parts->follow(*reader, options.watchNamespaces, clock, metrics);
        parts->reconciler = std::make_unique<SdwanReconciler>(parts->kind,
            SdwanReconciler::World{parts->store, parts->names, sites->names, *inventory, schemas->of(parts->kind),
                *effects, clock, telemetry.get()},
            options.successInterval);
        parts->controller
            = std::make_unique<Controller>(Controller::Settings{.name = QString::fromLatin1(parts->kind.label),
                                               .concurrency = options.concurrency,
                                               .backoff = {.first = 1s, .most = options.errorInterval}},
                parts->store, *parts->reconciler, clock, metrics);
    }
    wakes = std::make_unique<Wakes>(Wakes::Side{sites->kind, sites->store, sites->names, *sites->controller},
        Wakes::Side{policies->kind, policies->store, policies->names, *policies->controller}, *inventory, *telemetry,
        *sweeper, *schemas);
    manager = std::make_unique<Manager>(Manager::Parts{.caches = {sites->cache(), policies->cache()},
        .controllers = {sites->controller.get(), policies->controller.get()},
        .election = election.get(),
        .events = events.get()});
    connect(schemas.get(), &SchemaWatch::changed, q, [this] { onSchemas(); });
    connect(manager.get(), &Manager::readinessChanged, q,
        [this] { probes->setCheck(u"caches"_s, manager->notReadyReason()); });
    connect(manager.get(), &Manager::started, q, [this] {
        qCInfo(logApp) << "leading: reconciling Sites and Policies";
        sites->active.show();
        policies->active.show();
        sweeper->start(); // a standby reads no inventory: it would cost the API once for each replica
    });
    connect(manager.get(), &Manager::lost, q, [this] {
        qCCritical(logApp) << "the lease is lost: stopping";
        connection->dropChanges();
        patronusTransport->dropChanges();
        (void)end(3);
    });
}

/// Begins when the CRDs are there and speak our language. What comes of them later the reconcilers see by themselves.
void Operator::Private::onSchemas()
{
    probes->setCheck(u"crds"_s, schemas->problem());
    if (begun || ending || !schemas->problem().isEmpty())
        return;
    begun = true;
    probes->setReady(true);
    manager->start();
    probes->setCheck(u"caches"_s, manager->notReadyReason());
}

Task<void> Operator::Private::end(int exitCode)
{
    if (ending)
        co_return Expected<void>();
    ending = true;
    probes->setReady(false);
    (void)co_await schemas->stop();
    (void)co_await sweeper->stop();
    (void)co_await manager->stop();
    qCInfo(logApp) << "stopped";
    Q_EMIT q->finished(exitCode);
    co_return Expected<void>();
}

Operator::Operator(OperatorOptions options) : d(std::make_unique<Private>(this, std::move(options)))
{
}

Operator::~Operator() = default;

Expected<void> Operator::start()
{
    d->probes = std::make_unique<ProbeServer>(
        ProbeServer::Settings{.metricsPort = d->options.metricsPort, .healthPort = d->options.healthPort}, d->metrics,
        d->heartbeat);
    if (const auto opened = d->open(); !opened)
        return opened;
    if (const auto started = d->probes->start(); !started)
        return started;
    d->build();
    qCInfo(logApp).noquote() << "patronus-operator" << PATRONUS_VERSION << "serves"
                             << d->connection->context().server.toDisplayString() << "and"
                             << d->options.apiUrl.toDisplayString(QUrl::RemoveUserInfo);
    d->probes->setCheck(u"caches"_s, u"not started"_s);
    d->schemas->start();
    return {};
}

void Operator::stop()
{
    (void)d->end(0);
}

} // namespace patronus
