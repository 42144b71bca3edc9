// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/gather.h"

#include "core/json.h"
#include "monitoring/metricssource.h"
#include "operations/listing.h"
#include "operations/operatorpods.h"
#include "operations/patronusaccess.h"
#include "operations/permissions.h"
#include "operations/several.h"
#include "sdwan/conditions.h"
#include "sdwan/neededaccess.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::seconds secondLook(5);
constexpr qsizetype mostLookedAtAgain = 20;

/// @p error, with verb and resource where the server refused them.
Error told(const Error &error, const AccessQuestion &question)
{
    if (error.kind != Error::Kind::Forbidden)
        return error;
    return {.kind = error.kind, .message = u"this user may not %1"_s.arg(permissionText(question))};
}

/// Whether nobody has looked at the newest spec of @p object, and somebody should.
bool isBehind(const Object &object)
{
    return !object.isDeleting() && object.status()["observedGeneration"_L1].toInteger() < object.generation();
}

/// One gathering. Lives until its task has ended.
class Gathering
{
public:
    Gathering(KubeClient &client, Clock &clock, DiagnosisScope scope, std::stop_token stop)
        : m_reads(client.readOnly()),
          m_dryRun(client.dryRun()),
          m_clock(clock),
          m_scope(std::move(scope)),
          m_stop(std::move(stop))
    {
        m_facts.version = m_scope.version;
        m_facts.operatorKey = m_scope.operatorKey;
        m_facts.resources = {{.type = resources::sites()}, {.type = resources::policies()}};
    }

    Task<DiagnosisFacts> run()
    {
        const auto version = co_await m_reads->getJson("/version"_ba, m_stop); // whether there is a server at all
        if (!version)
            co_return std::unexpected(version.error());
        m_facts.deployment = co_await get(resources::deployments(), m_scope.operatorKey);
        std::vector<std::function<Task<void>()>> parts{
            [this] { return readPods(); },
            [this] { return readList(resources::events(), &m_facts.events); },
            [this] { return readList(resources::autoscalers(), &m_facts.autoscalers); },
            [this] { return readList(resources::networkPolicies(), &m_facts.networkPolicies); },
            [this] { return readLease(); },
            [this] { return readAccount(); },
            [this] { return readRights(); },
            [this] { return readApi(); },
        };
        for (DiagnosisFacts::Resource &resource : m_facts.resources) {
            parts.emplace_back([this, &resource] { return readSchema(resource); });
            parts.emplace_back([this, &resource] { return readObjects(resource); });
        }
        const auto done
            = co_await severalAtOnce(qsizetype(parts.size()), [&parts](qsizetype i) { return parts[size_t(i)](); });
        if (!done)
            co_return std::unexpected(done.error());
        if (m_stop.stop_requested())
            co_return std::unexpected(Error{.kind = Error::Kind::Cancelled, .message = u"stopped"_s});
        m_facts.now = m_clock.wallTime();
        co_return std::move(m_facts);
    }

private:
    [[nodiscard]] QString space() const { return m_scope.operatorKey.nameSpace; }

    Task<Object> get(ResourceType type, ObjectKey key)
    {
        const auto object = co_await m_reads->get(type, key, m_stop);
        co_return object.or_else([&](const Error &error) -> Expected<Object> {
            return std::unexpected(told(error, {.verb = u"get"_s, .type = type, .nameSpace = key.nameSpace}));
        });
    }

    Task<QList<Object>> list(ResourceType type, ListOptions options)
    {
        const auto objects = co_await listAll(*m_reads, type, options, m_stop);
        co_return objects.or_else([&](const Error &error) -> Expected<QList<Object>> {
            return std::unexpected(told(error, {.verb = u"list"_s, .type = type, .nameSpace = options.nameSpace}));
        });
    }

    Task<void> readList(ResourceType type, Expected<QList<Object>> *into)
    {
        *into = co_await list(type, {.nameSpace = space()});
        co_return Expected<void>();
    }

    Task<void> readLease()
    {
        m_facts.lease = co_await get(resources::leases(), {space(), names::operatorName});
        co_return Expected<void>();
    }

    Task<void> readPods()
    {
        const Object deployment = m_facts.deployment.value_or(Object());
        m_facts.pods
            = co_await list(resources::pods(), {.nameSpace = space(), .labelSelector = podSelector(deployment)});
        for (const Object &pod : m_facts.pods.value_or(QList<Object>())) {
            if (pod.status()["phase"_L1] != "Running"_L1)
                continue;
            const auto text = co_await MetricsSource::pod(*m_reads, pod.key(), metricsPort(deployment)).read(m_stop);
            const AccessQuestion question{
                .verb = u"get"_s, .type = resources::pods(), .nameSpace = space(), .subresource = u"proxy"_s};
            m_facts.scrapes.append({pod.key(),
                text.or_else([&](const Error &error) -> Expected<QByteArray> {
                        return std::unexpected(told(error, question));
                    })
                    .and_then([](const QByteArray &page) { return parseExposition(page); })});
        }
        co_return Expected<void>();
    }

    [[nodiscard]] ObjectKey accountKey() const
    {
        const Object deployment = m_facts.deployment.value_or(Object());
        const QString name = valueAt(deployment.json(), u"spec.template.spec.serviceAccountName").toString();
        return {space(), !name.isEmpty() ? name : deployment.isNull() ? QString(names::operatorName) : u"default"_s};
    }

    Task<void> readAccount()
    {
        m_facts.accountKey = accountKey();
        m_facts.account = co_await get(resources::serviceAccounts(), m_facts.accountKey);
        co_return Expected<void>();
    }

    Task<void> readRights()
    {
        QStringList watched{QString()};
        const Object deployment = m_facts.deployment.value_or(Object());
        if (const QStringList own = watchedNamespaces(deployment); !own.isEmpty())
            watched = own;
        QStringList missing;
        for (const QString &nameSpace : std::as_const(watched))
            for (const AccessQuestion &question : neededAccess(space(), nameSpace)) {
                const auto may = co_await m_reads->mayAccount(accountKey(), question, m_stop);
                if (!may) {
                    static const ResourceType reviews{
                        u"authorization.k8s.io"_s, u"v1"_s, u"subjectaccessreviews"_s, u"SubjectAccessReview"_s, false};
                    m_facts.missingRights = std::unexpected(told(may.error(), {.verb = u"create"_s, .type = reviews}));
                    co_return Expected<void>();
                }
                if (!*may && !missing.contains(permissionText(question)))
                    missing.append(permissionText(question));
            }
        m_facts.missingRights = missing;
        co_return Expected<void>();
    }

    Task<void> readApi()
    {
        if (!m_facts.deployment) {
            m_facts.api = std::unexpected(m_facts.deployment.error());
            co_return Expected<void>();
        }
        DiagnosedApi api{.url = QUrl(patronusUrlOf(*m_facts.deployment))};
        api.service = co_await serviceBehind(*m_reads, api.url.host(), space(), m_stop);
        if (!api.service)
            api.service = std::unexpected(
                told(api.service.error(), {.verb = u"get"_s, .type = resources::services(), .nameSpace = space()}));
        if (api.service) {
            const ObjectKey key = api.service->key();
            const auto slices = co_await list(resources::endpointSlices(),
                {.nameSpace = key.nameSpace, .labelSelector = u"kubernetes.io/service-name="_s + key.name});
            if (slices)
                api.endpointSlices = *slices;
            else
                api.service = std::unexpected(slices.error());
            const auto nameSpace = co_await get(resources::namespaces(), {{}, key.nameSpace});
            api.namespaceLabels = nameSpace ? valueAt(nameSpace->json(), u"metadata.labels").toObject()
                                            : QJsonObject{{u"kubernetes.io/metadata.name"_s, key.nameSpace}};
        }
        m_facts.api = api;
        co_return Expected<void>();
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the facts outlive their parts
    Task<void> readSchema(DiagnosisFacts::Resource &resource)
    {
        resource.schema = co_await readServedSchema(*m_reads, resource.type, m_stop);
        resource.crd = co_await get(resources::customResourceDefinitions(), {{}, resource.type.groupResource()});
        co_return Expected<void>();
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the facts outlive their parts
    Task<void> readObjects(DiagnosisFacts::Resource &resource)
    {
        resource.objects = co_await list(resource.type, {.nameSpace = m_scope.nameSpace});
        if (!resource.objects)
            co_return Expected<void>();
        if (!resource.objects->isEmpty())
            resource.admission = co_await tryOut(resource.type, resource.objects->first().key());
        QList<Object> behind = *resource.objects;
        behind.removeIf(std::not_fn(isBehind));
        if (behind.isEmpty())
            co_return Expected<void>();
        (void)co_await m_clock.sleep(secondLook, m_stop);
        for (const Object &before : behind.first(std::min(mostLookedAtAgain, behind.size()))) {
            const auto now = co_await get(resource.type, before.key());
            if (now && now->uid() == before.uid() && now->generation() == before.generation() && isBehind(*now))
                resource.stillBehind.append(*now);
        }
        co_return Expected<void>();
    }

    /// A change that changes nothing, as a dry run: who may patch and is refused is refused by admission.
    Task<void> tryOut(ResourceType type, ObjectKey key)
    {
        const AccessQuestion question{.verb = u"patch"_s, .type = type, .nameSpace = key.nameSpace};
        const auto may = co_await m_reads->mayI(question.verb, type, key.nameSpace, {}, m_stop);
        if (!may || !*may)
            co_return std::unexpected(Error{.kind = Error::Kind::Forbidden,
                .message = may ? u"this user may not %1, so nothing was tried out"_s.arg(permissionText(question))
                               : may.error().message});
        const QJsonObject patch{{u"metadata"_s,
            QJsonObject{{u"annotations"_s, QJsonObject{{u"sdwan.patronus.dev/diagnosis"_s, u"dry run"_s}}}}}};
        const auto tried
            = co_await m_dryRun->patch(type, key, {}, PatchType::Merge, patch, {.metadataOnly = true}, m_stop);
        if (tried || tried.error().kind == Error::Kind::NotFound)
            co_return Expected<void>();
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid, .message = tried.error().message});
    }

    const std::unique_ptr<KubeClient> m_reads, m_dryRun;
    Clock &m_clock;
    const DiagnosisScope m_scope;
    const std::stop_token m_stop;
    DiagnosisFacts m_facts;
};

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns them
Task<DiagnosisFacts> gatherFacts(KubeClient &client, Clock &clock, DiagnosisScope scope, std::stop_token stop)
{
    Gathering gathering(client, clock, std::move(scope), std::move(stop));
    co_return co_await gathering.run();
}

} // namespace patronus
