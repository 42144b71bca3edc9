// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/previewer.h"

#include "models/state.h"
#include "sdwan/previeweffects.h"
#include "sdwan/sdwanreconciler.h"
#include "sdwan/servedschema.h"

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
            const auto synced = conditionOf(object, u"Synced");
            const bool current = object.status().value("observedGeneration"_L1).toInteger(-1) == object.generation();
            if (synced && synced->status == "True"_L1 && current && kind.validate(object).isEmpty())
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
            Error{.kind = Error::Kind::WriteRefused, .message = u"the Patronus API is out of reach of this console"_s});
    }

    const Store &m_sites;
    const Store &m_policies;
};

PlannedStep planned(const PreviewEffects::Entry &entry)
{
    using Checked = PreviewEffects::Entry::Checked;
    const auto check = entry.checked == Checked::DryRun ? PlannedStep::Check::Accepted
        : entry.checked == Checked::Refused             ? PlannedStep::Check::Refused
                                                        : PlannedStep::Check::NotSent;
    return {entry.step, check, entry.refusal};
}

} // namespace

Previewer::Previewer(KubeClient &reads, KubeClient &dryRun, const Store &sites, const Store &policies,
    PatronusClient *patronus, Clock &clock)
    : m_reads(reads),
      m_dryRun(dryRun),
      m_sites(sites),
      m_policies(policies),
      m_clock(clock),
      m_reachesApi(patronus != nullptr),
      m_assumed(std::make_unique<AssumedPatronus>(sites, policies)),
      m_inventory(patronus ? *patronus : *m_assumed),
      m_siteNames(sites),
      m_policyNames(policies)
{
}

Previewer::~Previewer() = default;

QCoro::Task<> Previewer::close()
{
    m_closing = true;
    m_stop.request_stop();
    return m_inFlight.ended();
}

void Previewer::preview(const Kind &kind, const ObjectKey &key, PlanModel &plan)
{
    m_next = Question{&kind, key, &plan};
    if (!m_working)
        work();
    else if (key != m_asked)
        m_stop.request_stop(); // nobody waits for that answer any more
}

QCoro::Task<> Previewer::work()
{
    // The session awaits close() before it lets this object or the plan go.
    const auto guard = m_inFlight.enter();
    m_working = true;
    while (m_next && !m_closing) {
        const Question question = *std::exchange(m_next, std::nullopt);
        m_asked = question.key;
        m_stop = std::stop_source();
        const Expected<Answer> answered = co_await answer(*question.kind, question.key, m_stop.get_token());
        if (m_next || m_closing)
            continue;
        if (answered)
            question.plan->finish(answered->steps, answered->outcome, answered->notes.join(u'\n'));
        else
            question.plan->fail(answered.error().message);
    }
    m_working = false;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): there are two kinds, and they are static
Task<Previewer::Answer> Previewer::answer(const Kind &kind, ObjectKey key, std::stop_token stop)
{
    const bool isSite = kind.remote == RemoteKind::Site;
    Answer answer;
    if (!m_reachesApi)
        answer.notes.append(
            u"Without the Patronus API: it is taken to hold what the operator last reported as synced."_s);
    const auto schema = co_await readServedSchema(m_reads, kind.resource(), stop);
    if (!schema)
        answer.notes.append(
            u"The served schema could not be read, so a status field that it may not declare is shown all the same: %1"_s
                .arg(schema.error().message));
    else if (schema->snakeCaseField())
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = u"the CRD is the snake_case one of the replaced operator (%1), by which this one decides nothing"_s.arg(
                *schema->snakeCaseField())});
    if (m_dryRun.mode() == KubeClient::Mode::ReadOnly)
        answer.notes.append(u"Read-only: the API server was not asked what it would say to these steps."_s);
    if (const auto swept = co_await m_inventory.sweep(stop); !swept)
        co_return std::unexpected(Error{
            .kind = swept.error().kind, .message = u"the Patronus API could not be read: "_s + swept.error().message});

    // A new one each time: it remembers what it sent, and here nothing is.
    const ServedSchema served = schema.value_or(ServedSchema());
    PreviewEffects effects(m_dryRun);
    SdwanReconciler reconciler(kind,
        {.store = isSite ? m_sites : m_policies,
            .names = isSite ? m_siteNames : m_policyNames,
            .sites = m_siteNames,
            .inventory = m_inventory,
            .schema = served,
            .effects = effects,
            .clock = m_clock},
        std::chrono::minutes(5));
    const auto result = co_await reconciler.reconcile(key, stop);
    for (const PreviewEffects::Entry &entry : effects.takeEntries())
        answer.steps.append(planned(entry));
    if (!result)
        answer.outcome = result.error();
    answer.notes.append(u"Worked out at %1 from what the console holds; nothing was changed."_s.arg(
        m_clock.wallTime().toLocalTime().toString(u"HH:mm:ss"_s)));
    co_return answer;
}

} // namespace patronus
