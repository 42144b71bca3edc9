// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/changeaction.h"

#include "operations/effectpreview.h"
#include "operations/listing.h"
#include "operations/sanitized.h"
#include "operations/several.h"

#include <QHash>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

bool isSameObject(const Change &a, const Change &b)
{
    return a.type == b.type && a.key == b.key;
}

} // namespace

Task<ActionPlan> ChangeAction::plan(std::stop_token stop)
{
    m_changes.clear();
    const auto decided = co_await decide(stop);
    if (!decided)
        co_return std::unexpected(decided.error());
    m_changes = decided->changes + decided->whenSettled;
    m_untilSettled = decided->changes.size();
    const auto plan = std::make_shared<ActionPlan>(decided->plan);
    const auto missing = co_await missingPermissions(m_changes, stop);
    if (!missing)
        co_return std::unexpected(missing.error());
    plan->obstacles += *missing;
    plan->steps.resize(m_changes.size(), ActionStep{.text = {}});
    const auto one = [this, plan, stop](qsizetype i) { return tryOut(plan, i, stop); };
    const auto tried = co_await severalAtOnce(m_changes.size(), one);
    if (!tried)
        co_return std::unexpected(tried.error());
    PreviewRequest request;
    std::ranges::copy_if(m_changes, std::back_inserter(request.changes),
        [](const Change &change) { return isSiteOrPolicy(change.type) && !change.waits; });
    if (plan->isPossible() && !request.changes.isEmpty())
        plan->preview = co_await effectPreview(world(), request, stop);
    co_return std::move(*plan);
}

Task<void> ChangeAction::tryOut(std::shared_ptr<ActionPlan> plan, qsizetype index, std::stop_token stop)
{
    const Change &change = m_changes[index];
    const auto before = m_changes.first(index);
    const bool isFirst = std::ranges::none_of(before, [&](const Change &other) { return isSameObject(other, change); });
    const bool isAllowed = plan->obstacles.isEmpty();
    const auto step = co_await tried(change, isFirst && isAllowed && !change.waits, stop);
    if (!step)
        co_return std::unexpected(step.error());
    plan->steps[index] = *step;
    if (world().progress)
        world().progress(u"trying out"_s, index + 1, plan->steps.size());
    co_return Expected<void>();
}

Task<void> ChangeAction::prepare(std::stop_token)
{
    co_return Expected<void>();
}

QCoro::Task<ActionOutcome> ChangeAction::carryOut(std::stop_token stop)
{
    ActionOutcome outcome;
    QList<Object> made;
    if (const auto prepared = co_await prepare(stop); !prepared)
        outcome.failure = prepared.error();
    for (qsizetype i = 0; i <= m_changes.size() && !outcome.failure; ++i) {
        if (i == m_untilSettled) {
            const auto settled = co_await settle(made, stop);
            if (settled)
                outcome.result = *settled;
            else
                outcome.failure = settled.error();
        }
        if (i == m_changes.size() || outcome.failure)
            continue;
        const QString text = m_changes[i].text();
        if (world().progress)
            world().progress(text, i, m_changes.size());
        const auto done = co_await make(i, made, stop);
        if (!done) {
            outcome.failure = done.error();
            continue;
        }
        made.append(*done);
        outcome.done.append(text);
    }
    for (const Change &rest : std::as_const(m_changes).sliced(made.size()))
        outcome.notDone.append(rest.text());
    co_return outcome;
}

/// Makes one change, of what the one before it on the same object left. Controllers write statuses at any time, also
/// because of what we have just changed: as long as what people write is as it was seen, that is no reason to stop.
Task<Object> ChangeAction::make(qsizetype index, QList<Object> made, std::stop_token stop)
{
    Change change = m_changes[index];
    for (qsizetype earlier = 0; earlier < index; ++earlier)
        if (isSameObject(m_changes[earlier], change))
            change.before = made[earlier];
    if (change.waits) {
        const auto accepted = co_await awaitAccepted(change, stop);
        if (!accepted)
            co_return std::unexpected(accepted.error());
    }
    for (int attempt = 1;; ++attempt) {
        const auto done = co_await world().changes.make(change, stop);
        if (done && change.verb == Change::Verb::Scale) // which answers a Scale
            co_return co_await world().client.get(change.type, change.key, stop);
        if (done || done.error().kind != Error::Kind::Conflict || change.before.isNull() || attempt == 10)
            co_return done;
        const auto now = co_await world().client.get(change.type, change.key, stop);
        if (!now || now->uid() != change.before.uid() || sanitized(now->json()) != sanitized(change.before.json()))
            co_return done;
        change.before = *now;
    }
}

/// What was changed before it, a CRD, is in force a moment later; until then the server refuses this.
Task<void> ChangeAction::awaitAccepted(Change change, std::stop_token stop)
{
    const auto until = world().clock.now() + 60s;
    while (true) {
        const auto tried = co_await world().changes.tryOut(change, stop);
        if (tried || tried.error().kind != Error::Kind::Invalid || world().clock.now() >= until)
            co_return tried.transform([](const Object &) {}).or_else([](const Error &error) -> Expected<void> {
                if (error.kind == Error::Kind::Conflict) // make() looks at it again
                    return {};
                return std::unexpected(error);
            });
        const auto slept = co_await world().clock.sleep(250ms, stop);
        if (!slept)
            co_return slept;
    }
}

} // namespace patronus
