// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/reconcilepreview.h"

#include "sdwan/conditions.h"
#include "sdwan/sdwanreconciler.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Stands for an API that cannot be reached from here: it holds what the operator reported as synced, and takes
/// nothing.
class AssumedPatronus : public PatronusClient
{
public:
    AssumedPatronus(const Store &sites, const Store &policies) : m_sites(sites), m_policies(policies) { }

    Task<RemotePage<QJsonObject>> list(RemoteKind remote, int, qint64, std::stop_token) override
    {
        const Kind &kind = remote == RemoteKind::Site ? siteKind() : policyKind();
        RemotePage<QJsonObject> page;
        (remote == RemoteKind::Site ? m_sites : m_policies).forEach([&](const Object &object) {
            const bool isSynced = condition(object, conditions::Synced)["status"_L1] == "True"_L1;
            const bool isCurrent = object.status().value("observedGeneration"_L1).toInteger(-1) == object.generation();
            if (isSynced && isCurrent && kind.validate(object).isEmpty())
                page.items.append(kind.remoteBody(object));
        });
        page.total = page.items.size();
        co_return page;
    }
    Task<QJsonObject> put(RemoteKind, QString, QJsonObject, std::stop_token) override { co_return refused(); }
    Task<void> remove(RemoteKind, QString, std::stop_token) override { co_return refused(); }
    Task<RemotePage<RemotePath>> paths(int, qint64, std::stop_token) override { co_return refused(); }
    Task<RemotePage<TrafficStats>> trafficStats(QDate, int, qint64, std::stop_token) override { co_return refused(); }
    Task<RemoteHealth> health(std::stop_token) override { co_return refused(); }

private:
    static std::unexpected<Error> refused()
    {
        return std::unexpected(
            Error{.kind = Error::Kind::WriteRefused, .message = u"the Patronus API is out of reach from here"_s});
    }

    const Store &m_sites;
    const Store &m_policies;
};

} // namespace

ReconcilePreview::ReconcilePreview(World world)
    : m_world(world),
      m_assumed(std::make_unique<AssumedPatronus>(world.sites, world.policies)),
      m_inventory(world.patronus ? *world.patronus : *m_assumed),
      m_telemetry(world.patronus ? *world.patronus : *m_assumed, m_inventory, world.clock),
      m_siteNames(world.sites),
      m_policyNames(world.policies)
{
}

ReconcilePreview::~ReconcilePreview() = default;

Task<QStringList> ReconcilePreview::refresh(QList<const Kind *> kinds, std::stop_token stop)
{
    QStringList notes;
    if (!m_world.patronus)
        notes.append(u"Without the Patronus API: it is taken to hold what the operator last reported as synced."_s);
    for (const Kind *kind : std::as_const(kinds)) {
        const auto schema = co_await readServedSchema(m_world.reads, kind->resource(), stop);
        if (!schema)
            notes.append(
                u"The served schema could not be read, so a status field that it may not declare is shown all the same: %1"_s
                    .arg(schema.error().message));
        else if (schema->snakeCaseField())
            co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
                .message
                = u"the CRD is the snake_case one of the replaced operator (%1), by which this one decides nothing"_s
                    .arg(*schema->snakeCaseField())});
        (kind->remote == RemoteKind::Site ? m_siteSchema : m_policySchema) = schema.value_or(ServedSchema());
    }
    if (m_world.dryRun.mode() == KubeClient::Mode::ReadOnly)
        notes.append(u"Read-only: the API server was not asked what it would say to these steps."_s);
    if (const auto swept = co_await m_inventory.sweep(stop); !swept)
        co_return std::unexpected(Error{
            .kind = swept.error().kind, .message = u"the Patronus API could not be read: "_s + swept.error().message});
    if (m_world.patronus)
        if (const auto swept = co_await m_telemetry.sweep(stop); !swept)
            notes.append(
                u"The API's paths and traffic could not be read, so the numbers in a status stay as they are: %1"_s.arg(
                    swept.error().message));
    co_return notes;
}

Task<ReconcilePreview::Answer> ReconcilePreview::of(
    const Kind *kind, ObjectKey key, QSet<QString> assumed, std::stop_token stop)
{
    const bool isSite = kind->remote == RemoteKind::Site;
    // The numbers that a status has are those of the operator's last look at the paths, and so will the next ones be.
    const auto object = (isSite ? m_world.sites : m_world.policies).find(key);
    const bool isFirst = object && object->status().isEmpty();
    // A new one each time: it remembers what it sent, and here nothing is.
    PreviewEffects effects(m_world.dryRun, std::move(assumed));
    SdwanReconciler reconciler(*kind,
        {.store = isSite ? m_world.sites : m_world.policies,
            .names = isSite ? m_siteNames : m_policyNames,
            .sites = m_siteNames,
            .inventory = m_inventory,
            .schema = isSite ? m_siteSchema : m_policySchema,
            .effects = effects,
            .clock = m_world.clock,
            .telemetry = m_world.patronus && isFirst ? &m_telemetry : nullptr},
        std::chrono::minutes(5));
    const auto result = co_await reconciler.reconcile(key, stop);
    Answer answer{.steps = effects.takeEntries()};
    if (!result)
        answer.outcome = result.error();
    for (const PreviewEffects::Entry &entry : std::as_const(answer.steps)) {
        if (const auto *put = std::get_if<PutRemote>(&entry.step))
            m_inventory.notePut(put->kind, put->name, put->body);
        else if (const auto *gone = std::get_if<DeleteRemote>(&entry.step))
            m_inventory.noteRemoved(gone->kind, gone->name);
    }
    co_return answer;
}

} // namespace patronus
