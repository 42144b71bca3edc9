// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/maintenance.h"

#include "core/json.h"
#include "operations/listing.h"
#include "operations/permissions.h"
#include "sdwan/names.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

QJsonObject annotationBody(const QJsonValue &value)
{
    return {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{names::maintenance, value}}}}}};
}

} // namespace

bool scales(const Object &autoscaler, const ObjectKey &deployment)
{
    const QJsonObject target = autoscaler.spec()["scaleTargetRef"_L1].toObject();
    return autoscaler.key().nameSpace == deployment.nameSpace && target["kind"_L1] == "Deployment"_L1
        && target["name"_L1] == deployment.name;
}

QStringList gitOpsOwners(const Object &deployment)
{
    QStringList owners;
    if (const QString app = deployment.annotation("argocd.argoproj.io/tracking-id"_L1); !app.isEmpty())
        owners.append(u"Argo CD keeps this Deployment (%1) and may undo this: suspend its sync first"_s.arg(app));
    if (const QString flux
        = deployment.label("kustomize.toolkit.fluxcd.io/name"_L1) + deployment.label("helm.toolkit.fluxcd.io/name"_L1);
        !flux.isEmpty())
        owners.append(u"Flux keeps this Deployment (%1) and may undo this: suspend it first"_s.arg(flux));
    return owners;
}

QString MaintenanceRecord::toText() const
{
    QJsonObject json{{u"replicas"_s, replicas}, {u"actor"_s, actor}, {u"reason"_s, reason},
        {u"since"_s, since.toUTC().toString(Qt::ISODate)}};
    if (until.isValid())
        json.insert("until"_L1, until.toUTC().toString(Qt::ISODate));
    return QString::fromUtf8(toJson(json));
}

Expected<MaintenanceRecord> MaintenanceRecord::fromText(const QString &text)
{
    const auto json = parseJsonObject(text.toUtf8());
    const auto replicas = json.and_then([](const QJsonObject &object) { return required<int>(object, u"replicas"); });
    if (!replicas || *replicas < 0)
        return std::unexpected(Error{.kind = Error::Kind::Malformed,
            .message = u"the annotation %1 cannot be understood: %2"_s.arg(
                names::maintenance, replicas ? u"a negative number of replicas"_s : replicas.error().message)});
    const auto time
        = [&](QLatin1StringView name) { return QDateTime::fromString((*json)[name].toString(), Qt::ISODate).toUTC(); };
    return MaintenanceRecord{.replicas = *replicas,
        .actor = (*json)["actor"_L1].toString(),
        .reason = (*json)["reason"_L1].toString(),
        .since = time("since"_L1),
        .until = time("until"_L1)};
}

Expected<MaintenanceStatus> maintenanceStatusOf(const Object &deployment)
{
    MaintenanceStatus status{.deployment = deployment, .replicas = deployment.spec()["replicas"_L1].toInt(1)};
    if (deployment.status()["observedGeneration"_L1].toInteger() >= deployment.generation())
        status.ready = deployment.status()["readyReplicas"_L1].toInt();
    else
        status.ready = -1; // of another spec
    if (const QString text = deployment.annotation(names::maintenance); !text.isEmpty()) {
        const auto record = MaintenanceRecord::fromText(text);
        if (!record)
            return std::unexpected(record.error());
        status.record = *record;
    }
    return status;
}

Maintenance::Maintenance(KubeClient &client, Changes &changes, Clock &clock, ObjectKey deployment, Progress progress)
    : m_client(client),
      m_changes(changes),
      m_clock(clock),
      m_deployment(std::move(deployment)),
      m_progress(callable(std::move(progress)))
{
}

Task<MaintenanceStatus> Maintenance::status(std::stop_token stop)
{
    const auto deployment = co_await m_client.get(resources::deployments(), m_deployment, std::move(stop));
    co_return deployment.and_then(maintenanceStatusOf);
}

Task<void> Maintenance::checkAllowed(std::stop_token stop)
{
    const AccessQuestion patch{
        .verb = u"patch"_s, .type = resources::deployments(), .nameSpace = m_deployment.nameSpace};
    AccessQuestion scale = patch;
    scale.subresource = u"scale"_s;
    return checkPermissions(m_client, {patch, scale}, std::move(stop));
}

Task<void> Maintenance::checkAutoscaler(std::stop_token stop)
{
    const auto scalers
        = co_await listAll(m_client, resources::autoscalers(), {.nameSpace = m_deployment.nameSpace}, std::move(stop));
    if (!scalers) // who may not look cannot know; the scale itself is checked again at the end
        co_return Expected<void>();
    for (const Object &scaler : *scalers) {
        if (scales(scaler, m_deployment))
            co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
                .message
                = u"the HorizontalPodAutoscaler %1 scales this Deployment and would undo this: delete it first"_s.arg(
                    scaler.key().text())});
    }
    co_return Expected<void>();
}

Task<QStringList> Maintenance::begin(MaintenanceRecord record, int replicas, std::stop_token stop)
{
    const auto allowed = co_await checkAllowed(stop);
    if (!allowed)
        co_return std::unexpected(allowed.error());
    const auto unscaled = co_await checkAutoscaler(stop);
    if (!unscaled)
        co_return std::unexpected(unscaled.error());
    const auto now = co_await status(stop);
    if (!now)
        co_return std::unexpected(now.error());
    if (!now->record && now->replicas == 0)
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = u"the Deployment %1 has 0 replicas, and nothing says how many it had: choose with kubectl scale"_s.arg(
                m_deployment.text())});
    QStringList notes = gitOpsOwners(now->deployment);
    Object seen = now->deployment;
    if (now->record) {
        notes.append(
            u"the record of %1 stays: it comes back to %2"_s.arg(now->record->actor).arg(now->record->replicas));
    } else {
        record.replicas = now->replicas;
        const Change note{.verb = Change::Verb::Patch,
            .type = resources::deployments(),
            .key = m_deployment,
            .body = annotationBody(record.toText()),
            .before = seen};
        const auto recorded = co_await m_changes.make(note, stop);
        if (!recorded)
            co_return std::unexpected(recorded.error());
        seen = *recorded;
    }
    if (now->replicas != replicas) {
        const auto scaled = co_await scale(seen, replicas, stop);
        if (!scaled)
            co_return std::unexpected(scaled.error());
    }
    co_return notes;
}

Task<MaintenanceStatus> Maintenance::resume(std::chrono::seconds limit, std::stop_token stop)
{
    const auto allowed = co_await checkAllowed(stop);
    if (!allowed)
        co_return std::unexpected(allowed.error());
    const auto now = co_await status(stop);
    if (!now)
        co_return std::unexpected(now.error());
    if (!now->record)
        co_return std::unexpected(Error{.kind = Error::Kind::NotFound,
            .message = u"the Deployment %1 is not held: it has no record to come back to, and %2 replicas"_s
                .arg(m_deployment.text())
                .arg(now->replicas)});
    if (now->replicas != now->record->replicas) {
        const auto scaled = co_await scale(now->deployment, now->record->replicas, stop);
        if (!scaled)
            co_return std::unexpected(scaled.error());
    }
    const auto settled = co_await awaitSettled(limit, stop);
    if (!settled)
        co_return settled;
    const Change forget{.verb = Change::Verb::Patch,
        .type = resources::deployments(),
        .key = m_deployment,
        .body = annotationBody(QJsonValue::Null),
        .before = settled->deployment};
    const auto forgotten = co_await m_changes.make(forget, stop);
    if (!forgotten)
        co_return std::unexpected(forgotten.error());
    // An annotation too makes a new generation of a Deployment; what was settled is its spec, which is the same.
    MaintenanceStatus after = *settled;
    after.deployment = *forgotten;
    after.record.reset();
    co_return after;
}

/// Its controller writes the status at any time, also because of our own record: that is no reason to stop, as long as
/// nobody has changed the number.
Task<void> Maintenance::scale(Object seen, int replicas, std::stop_token stop)
{
    const int before = seen.spec()["replicas"_L1].toInt(1);
    for (int attempt = 1;; ++attempt) {
        const Change change{.verb = Change::Verb::Scale,
            .type = resources::deployments(),
            .key = m_deployment,
            .replicas = replicas,
            .before = seen};
        const auto scaled = co_await m_changes.make(change, stop);
        if (scaled || scaled.error().kind != Error::Kind::Conflict || attempt == 10)
            co_return scaled.transform([](const Object &) { });
        const auto now = co_await m_client.get(resources::deployments(), m_deployment, stop);
        if (!now)
            co_return std::unexpected(now.error());
        if (now->uid() != seen.uid() || now->spec()["replicas"_L1].toInt(1) != before)
            co_return scaled.transform([](const Object &) { });
        seen = *now;
    }
}

Task<MaintenanceStatus> Maintenance::awaitSettled(std::chrono::seconds limit, std::stop_token stop)
{
    const auto until = m_clock.now() + limit;
    while (true) {
        const auto now = co_await status(stop);
        if (!now || now->isSettled())
            co_return now;
        m_progress(u"ready"_s, std::max(0, now->ready), now->replicas);
        if (m_clock.now() >= until)
            co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
                .message = u"%1 of %2 replicas are ready after %3 s: kubectl describe deployment %4 -n %5"_s
                    .arg(std::max(0, now->ready))
                    .arg(now->replicas)
                    .arg(limit.count())
                    .arg(m_deployment.name, m_deployment.nameSpace)});
        const auto slept = co_await m_clock.sleep(1s, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
