// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/operatorworld.h"

#include "kube/kubeconfig.h"
#include "sdwan/conditions.h"

#include <QCoroTask>
#include <QFile>

#include <array>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

} // namespace

QString AuditedWrite::text() const
{
    return u"%1 %2 %3 %4"_s.arg(verb, resource, key.text()).arg(status);
}

Expected<std::unique_ptr<OperatorWorld>> OperatorWorld::start(Options options)
{
    options.plane.audit = true;
    auto plane = ControlPlane::start(options.plane);
    if (!plane)
        return std::unexpected(plane.error());
    std::unique_ptr<OperatorWorld> world(new OperatorWorld(std::move(options.simulator)));
    world->m_plane = std::move(*plane);
    if (const auto prepared = world->prepare(options.simulatorAddress); !prepared)
        return std::unexpected(prepared.error());
    return world;
}

OperatorWorld::~OperatorWorld() = default;

Expected<void> OperatorWorld::prepare(const QHostAddress &simulatorAddress)
{
    if (const auto listening = m_simulator.listen(simulatorAddress); !listening)
        return listening;
    const QByteArray rbac = contents(sourcePath(u"tests/support/operator-rbac.yaml"));
    if (const auto applied = m_plane->apply(rbac); !applied)
        return applied;
    const auto kubeconfig = Kubeconfig::load({m_plane->kubeconfig()});
    if (!kubeconfig)
        return std::unexpected(kubeconfig.error());
    const auto context = kubeconfig->context();
    if (!context)
        return std::unexpected(context.error());
    auto connection = KubeConnection::open(*context, m_clock, {.userAgent = "test"_ba});
    if (!connection)
        return std::unexpected(connection.error());
    m_connection = std::move(*connection);
    auto client = m_connection->makeClient();
    if (!client)
        return std::unexpected(client.error());
    m_client = std::move(*client);
    auto transport = makeTransport({.server = m_simulator.url()}, {});
    if (!transport)
        return std::unexpected(transport.error());
    m_otherClient = std::make_unique<HttpPatronusClient>(std::move(*transport), PatronusCredentials(), m_clock);
    return {};
}

OperatorProcess::Options OperatorWorld::operatorOptions(const QString &user) const
{
    QByteArray kubeconfig = contents(m_plane->kubeconfig());
    const QByteArray credentials = "user: {client-certificate-data";
    if (!kubeconfig.contains(credentials))
        qFatal("the control plane's kubeconfig is not written as it was");
    kubeconfig.replace(
        credentials, "user: {as: " + user.toUtf8() + ", as-groups: [patronus-operators], client-certificate-data");
    QFile file(m_plane->directory() + u'/' + user + u".kubeconfig"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(kubeconfig) != kubeconfig.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return {.kubeconfig = file.fileName(), .apiUrl = m_simulator.url(), .environment = {{u"POD_NAME"_s, user}}};
}

std::unique_ptr<OperatorProcess> OperatorWorld::startOperator(const QStringList &flags, const QString &user) const
{
    OperatorProcess::Options options = operatorOptions(user);
    options.arguments = flags;
    return std::make_unique<OperatorProcess>(options);
}

QList<Object> OperatorWorld::objects(const ResourceType &type) const
{
    QList<Object> all;
    const bool isAnswered = eventually([&] {
        all.clear();
        return QCoro::waitFor(m_client->list(type, {}, [&all](const Object &object) { all.append(object); }, {}))
            .has_value();
    });
    if (!isAnswered)
        qFatal("the API server does not list %s", qPrintable(type.plural));
    return all;
}

std::optional<Object> OperatorWorld::find(const ResourceType &type, const QString &name, const QString &nameSpace) const
{
    Expected<Object> found;
    const bool isAnswered = eventually([&] {
        found = QCoro::waitFor(m_client->get(type, {nameSpace, name}, {}));
        return found || found.error().kind == Error::Kind::NotFound;
    });
    if (!isAnswered)
        qFatal("the API server does not answer: %s", qPrintable(found.error().message));
    return found ? std::optional(*found) : std::nullopt;
}

QString OperatorWorld::reasonOf(const ResourceType &type, const QString &name, const QString &nameSpace) const
{
    const Object object = find(type, name, nameSpace).value_or(Object());
    const QJsonObject ready = condition(object, conditions::Ready);
    const bool isCurrent = ready["observedGeneration"_L1].toInteger() == object.generation();
    return isCurrent ? ready["reason"_L1].toString() : QString();
}

QList<AuditedWrite> OperatorWorld::writes() const
{
    static constexpr std::array changing{"create"_L1, "update"_L1, "patch"_L1, "delete"_L1, "deletecollection"_L1};
    QList<AuditedWrite> all;
    for (const QJsonObject &event : m_plane->auditEvents()) {
        const QString verb = event["verb"_L1].toString();
        const QJsonObject user = event["impersonatedUser"_L1].toObject(); // nobody else impersonates here
        if (user.isEmpty() || event["stage"_L1] != "ResponseComplete"_L1
            || std::ranges::find(changing, verb) == changing.end())
            continue;
        const QJsonObject reference = event["objectRef"_L1].toObject();
        const QString subresource = reference["subresource"_L1].toString();
        // The name of what is created stands in its body alone.
        const QJsonObject body = event["requestObject"_L1].toObject();
        all.append({
            .received = timeOf(event["requestReceivedTimestamp"_L1]),
            .answered = timeOf(event["stageTimestamp"_L1]),
            .user = user["username"_L1].toString(),
            .verb = verb,
            .resource = reference["resource"_L1].toString() + (subresource.isEmpty() ? QString() : u'/' + subresource),
            .key = {reference["namespace"_L1].toString(),
                reference["name"_L1].toString(body["metadata"_L1]["name"_L1].toString())},
            .status = event["responseStatus"_L1]["code"_L1].toInt(),
            .body = body,
        });
    }
    return all;
}

QStringList OperatorWorld::changes(qsizetype first) const
{
    QStringList texts;
    for (const AuditedWrite &write : writes())
        if (write.resource != "leases"_L1)
            texts.append(write.text());
    return texts.sliced(std::min(first, texts.size()));
}

void OperatorWorld::readyReplicas(const ObjectKey &deployment) const
{
    const Object now = find(resources::deployments(), deployment.name, deployment.nameSpace).value_or(Object());
    const int wanted = now.spec()["replicas"_L1].toInt();
    const QJsonObject status{{u"observedGeneration"_s, now.generation()}, {u"replicas"_s, wanted},
        {u"updatedReplicas"_s, wanted}, {u"readyReplicas"_s, wanted}};
    (void)QCoro::waitFor(m_client->patch(resources::deployments(), deployment, u"status"_s, PatchType::Merge,
        QJsonObject{{u"status"_s, status}}, {}, {}));
}

void OperatorWorld::readyPods() const
{
    const QJsonArray ready{QJsonObject{{u"type"_s, u"Ready"_s}, {u"status"_s, u"True"_s}}};
    const QJsonObject status{{u"phase"_s, u"Running"_s}, {u"conditions"_s, ready}};
    for (const Object &pod : objects(resources::pods()))
        if (pod.status()["phase"_L1] != "Running"_L1)
            (void)QCoro::waitFor(m_client->patch(resources::pods(), pod.key(), u"status"_s, PatchType::Merge,
                QJsonObject{{u"status"_s, status}}, {}, {}));
}

QStringList OperatorWorld::inventory() const
{
    QStringList all;
    for (const RemoteKind kind : {RemoteKind::Site, RemoteKind::Policy})
        for (const auto &[name, record] : m_simulator.objects().records(kind))
            all.append(QLatin1StringView(collectionName(kind)) + u'/' + name);
    return all;
}

qint64 OperatorWorld::remoteChanges() const
{
    return m_simulator.requests().count("PUT") + m_simulator.requests().count("DELETE");
}

void OperatorWorld::clear()
{
    for (const ResourceType &type : {resources::sites(), resources::policies()}) {
        for (const Object &object : objects(type)) {
            const QJsonObject patch{
                {u"metadata"_s, QJsonObject{{u"finalizers"_s, QJsonValue::Null}}},
            };
            (void)QCoro::waitFor(m_client->patch(type, object.key(), {}, PatchType::Merge, patch, {}, {}));
            (void)QCoro::waitFor(m_client->remove(type, object.key(), {}, {}));
        }
    }
    m_simulator.reset(true);
    m_simulator.freeze(true);
}

} // namespace patronus
